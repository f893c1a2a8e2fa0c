"""Take the pictures in docs/screenshots from what the tool shows today, or check that they still show it.

    python .ci/screenshots.py            take them all (Debian: chromium fonts-inter fonts-dejavu-core)
    python .ci/screenshots.py --check    say whether one shows something else than the tool does now; needs no browser

Beside the pictures stands the SHA-256 of what each was taken of: the page, or the terminal's text.
"""

import hashlib
import html
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
TAKEN_OF = PICTURES / "taken-of.json"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
OPEN_TWO = "for (const place of [3, 4]) document.querySelectorAll('.title')[place].click()"
TO_TASKS = "scrollTo(0, document.getElementById('tasks').offsetTop - 40)"
FONT = 'body { font-family: Inter, "DejaVu Sans", sans-serif }'
"""Pages use the system's font; this one is at hand on Debian and much like those of other systems."""
TERMINAL = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; background: #15171b; color: #e9e9e6; display: inline-block; padding: 28px 34px; }}
pre {{ margin: 0; font: 15px/1.5 "DejaVu Sans Mono", monospace; }}
</style><pre>{}</pre>"""


class Picture(NamedTuple):
    """What a picture shows."""

    command: tuple[str, ...]
    """Of taskrole; `{out}` is the page it writes, without one the terminal is shown."""
    size: tuple[int, int] = (1200, 900)
    scheme: str = "light"
    act: tuple[str, ...] = ()
    """Scripts that run in the page first."""


REPORT = ("report", "examples/jira.csv", "-o", "{out}")
EVALUATION = ("evaluate", "training_data/heldout/phrases.csv", "--report", "{out}")
ALL = {
    "report.png": Picture(REPORT, (1200, 1420)),
    "report-tasks.png": Picture(REPORT, (1200, 860), "dark", (OPEN_TWO, TO_TASKS)),
    "evaluation.png": Picture(EVALUATION, (1200, 1180)),
    "terminal.png": Picture(("predict", "examples/backlog.csv")),
}


def show(picture: Picture) -> bytes:
    """Return the page that a picture is taken of."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.html"
        command = [sys.executable, "-m", "classifier", *(part.format(out=out) for part in picture.command)]
        settings = {**os.environ, "COLUMNS": "100", "LINES": "40", "TERM": "xterm-256color", "TASKROLE_HOME": folder}
        if "{out}" not in picture.command:
            return on_terminal(command, settings, f"$ taskrole {' '.join(picture.command)}")
        subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
        return out.read_bytes()


def on_terminal(command: list[str], settings: dict[str, str], prompt: str) -> bytes:
    """Run a command on a terminal and return what that shows, as a page."""
    from rich.console import Console
    from rich.text import Text

    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=settings)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    if process.wait():
        raise SystemExit(f"{prompt} failed:\n{shown.decode()}")
    console = Console(record=True, width=100, file=StringIO(), color_system="truecolor")
    console.print(Text.from_ansi(shown.decode().replace("\r\n", "\n")))
    coloured = console.export_html(inline_styles=True, code_format="{code}", theme=_theme())
    return TERMINAL.format(f"<b>{html.escape(prompt)}</b>\n{coloured}").encode()


def _theme() -> Any:
    from rich.terminal_theme import TerminalTheme

    normal = ("#15171b", "#ef7f7f", "#7cc58f", "#d6c264", "#84bff0", "#f4ad74", "#84bff0", "#e9e9e6")
    colours = [tuple(bytes.fromhex(colour[1:])) for colour in normal]
    return TerminalTheme((21, 23, 27), (233, 233, 230), colours)  # type: ignore[arg-type]


def digest(page: bytes) -> str:
    """Return what a picture's page is told by."""
    return hashlib.sha256(page).hexdigest()


def take(browser: Any, picture: Picture, page_bytes: bytes, path: Path) -> None:
    """Photograph a page."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=picture.scheme, device_scale_factor=2, bypass_csp=True
    )
    page = context.new_page()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_bytes(page_bytes)
        page.goto(file.as_uri())
    if "{out}" in picture.command:
        page.add_style_tag(content=FONT)
    for script in picture.act:
        page.evaluate(script)
    page.wait_for_timeout(300)
    if "{out}" in picture.command:
        page.screenshot(path=path)
    else:
        page.locator("body").screenshot(path=path)
    context.close()


def take_all() -> None:
    """Take every picture anew, and note what it shows."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    PICTURES.mkdir(parents=True, exist_ok=True)
    taken = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, picture in ALL.items():
            page = show(picture)
            take(browser, picture, page, PICTURES / name)
            taken[name] = digest(page)
            print(f"{name}: {(PICTURES / name).stat().st_size // 1000} kB")
        browser.close()
    TAKEN_OF.write_text(json.dumps(taken, indent=1) + "\n", "utf-8")


def check_all() -> None:
    """End with a sentence if a picture is missing, or shows what the tool no longer shows."""
    known = json.loads(TAKEN_OF.read_text("utf-8")) if TAKEN_OF.exists() else {}
    stale = [
        name
        for name, picture in ALL.items()
        if not (PICTURES / name).exists() or known.get(name) != digest(show(picture))
    ]
    if stale:
        raise SystemExit(f"Out of date in docs/screenshots: {', '.join(stale)}. Run python .ci/screenshots.py.")
    print(f"{len(ALL)} pictures show what the tool shows.")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        raise SystemExit(__doc__)
    check_all() if sys.argv[1:] else take_all()
