"""`predict --dask`: a cluster gives what one process gives."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FILES, ROWS = 60, 600
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        workers = [str(nanny.process.pid) for nanny in cluster.workers.values()]
        print(cluster.scheduler_address, *workers, flush=True)
        sys.stdin.read()
"""


def predict(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `predict` in a process of its own."""
    command = [sys.executable, "-m", "classifier", "predict", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def backlogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of tables, large enough to kill somebody in the middle of them."""
    folder = tmp_path_factory.mktemp("backlogs")
    verbs = ("plan", "interview", "announce", "review", "estimate", "prioritise")
    for file in range(FILES):
        lines = [f"{verbs[row % 6]} thing {file} {row},Ann" for row in range(ROWS)]
        (folder / f"part{file}.csv").write_text("title,owner\n" + "\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def single(backlogs: Path) -> Path:
    """Give the folder that one process writes."""
    done = predict(*sorted(backlogs.glob("*.csv")), "-o", f"{backlogs}-single/")
    assert done.returncode == 0, done.stderr
    return Path(f"{backlogs}-single")


def test_a_worker_is_killed_half_way(backlogs: Path, single: Path, tmp_path: Path) -> None:
    """Every file comes out whole, each row once, as a single process writes it."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    out = tmp_path / "out"
    killed: list[int] = []
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        assert cluster.stdout is not None
        address, victim, _ = cluster.stdout.readline().split()

        def kill() -> None:
            while not list(out.glob("*.csv")):
                time.sleep(0.01)
            os.kill(int(victim), signal.SIGKILL)
            killed.append(len(list(out.glob("*.csv"))))

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        done = predict("--dask", address, backlogs / "*.csv", "-o", f"{out}/")
        killer.join(10)
        cluster.communicate("")

    assert done.returncode == 0, done.stderr
    assert killed[0] < FILES
    assert f"{FILES * ROWS:,} tasks" in done.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in single.iterdir()
    }


def test_parquet_on_a_local_cluster(backlogs: Path, single: Path, tmp_path: Path) -> None:
    """Parquet comes back as Parquet, with what the table in CSV gets."""
    lines = (single / "part0.csv").read_text().splitlines()[1:]
    titles, roles = zip(*((line.split(",")[0], line.split(",")[2]) for line in lines), strict=True)
    pq.write_table(pa.table({"id": range(ROWS), "title": titles}), tmp_path / "part.parquet")

    done = predict("--dask", "local", tmp_path / "part.parquet", "-o", f"{tmp_path}/out/")

    assert done.returncode == 0, done.stderr
    table = pq.read_table(tmp_path / "out" / "part.parquet")
    assert table.column_names == ["id", "title", "role", "confidence"]
    assert table.column("role").to_pylist() == list(roles)


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (("--dask", "local", "x.csv"), 2, "name a folder"),
        (("--dask", "local", "-", "-o", "out/"), 2, "Standard input"),
        (("--dask", "local", "x.csv", "--summary"), 2, "--summary"),
        (("--dask", "local", "missing.parquet", "-o", "out/"), 1, "missing.parquet cannot be read"),
        (("--dask", "tcp://127.0.0.1:1", __file__, "-o", "out/"), 1, "no Dask scheduler"),
    ],
)
def test_wrong_use(tmp_path: Path, args: tuple[str, ...], code: int, sentence: str) -> None:
    """What cannot be done on a cluster is said in one sentence."""
    done = predict(*[f"{tmp_path}/out/" if arg == "out/" else arg for arg in args])

    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
