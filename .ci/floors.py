"""Print the oldest allowed version of each runtime dependency, as pip's constraints."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
for requirement in project["dependencies"]:
    print(re.sub(r">=", "==", requirement))
