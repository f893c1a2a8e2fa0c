"""Run every example of `docs/many-machines.md` and compare with one process: `python .ci/engines.py`.

Spark needs Java, and all of them half a gigabyte of packages, which go to `build/engines`; hence this is no part of
`.ci/run`. Run it after a change of the page, or of `classifier/frames.py`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
HOME = ROOT / "build" / "engines"
PYTHON = HOME / "bin" / "python"
ENGINES = ("dask[dataframe]", "pyspark", "ray[data]", "pandas<3", "pyarrow")
PAGE = ROOT / "docs" / "many-machines.md"

MAKE = """
import csv, sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq

Path("data").mkdir()
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = [{"number": number, "title": row["text"]} for number, row in enumerate(csv.DictReader(file))]
for part in range(4):
    pq.write_table(pa.Table.from_pylist(rows[part::4]), f"data/part{part}.parquet")
"""

COMPARE = """
import pyarrow.parquet as pq
from classifier import load

asked = pq.read_table("data").to_pylist()
tags = load().tag([row["title"] for row in asked])
expected = [{**row, "role": tag.role, "confidence": tag.confidence} for row, tag in zip(asked, tags)]
by_number = lambda row: row["number"]
told = [{name: row[name] for name in expected[0]} for row in pq.read_table("tagged").to_pylist()]
assert sorted(told, key=by_number) == sorted(expected, key=by_number), "not what one process says"
print(len(told), "rows as one process tags them")
"""


def main() -> None:
    """Run them, one after the other."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *ENGINES, ROOT], check=True)
    titles = ROOT / "training_data" / "n3.csv"
    blocks = re.findall(r"^## (\w+)$.*?^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    for engine, code in blocks:
        print(f"== {engine}", flush=True)
        with TemporaryDirectory() as folder:
            subprocess.run([PYTHON, "-c", MAKE, titles], cwd=folder, check=True)
            example = Path(folder) / "example.py"
            example.write_text(code, "utf-8")
            subprocess.run([PYTHON, example], cwd=folder, check=True, env={**os.environ, "PYSPARK_PYTHON": PYTHON})
            subprocess.run([PYTHON, "-c", COMPARE], cwd=folder, check=True)


if __name__ == "__main__":
    main()
