"""Environments of the peers' own, made once, so that what they need never meets what taskrole needs."""

import hashlib
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parent
WORK = HOME.parent / "build" / "benchmarks"
"""Environments, trained peers and their answers; may be deleted at any time."""

REQUIREMENTS = {"minilm": HOME / "minilm.txt"}
"""What a peer needs that has an environment to itself."""


def python_of(peer: str) -> Path:
    """Return the interpreter of a peer's environment, which is made if need be."""
    requirements = REQUIREMENTS.get(peer, HOME / "peers.txt")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = WORK / f"{requirements.stem}-{digest}"
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    ready = home / "ready"
    if not ready.exists():
        print(f"making an environment from {requirements.name}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        ready.touch()
    return python
