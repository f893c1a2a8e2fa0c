"""How a page is put together: one file that needs nothing else, and may do nothing but what it ships with."""

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_HOME = Path(__file__).parent
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}

GLYPHS = "◆▲●■★✚"
"""Stand beside the names of roles, so that no role is told by its colour alone; `UNSURE_GLYPH` for unsure."""
UNSURE_GLYPH = "○"


def render(template: str, *, scripts: tuple[str, ...] = (), data: Any = None, **values: Any) -> bytes:
    """Fill a template and return the page: style and scripts inside, nothing allowed but them, all text escaped."""
    style = _asset("page.css")
    code = [_asset(name) for name in scripts]
    page = _environment().get_template(template)
    html = page.render(
        style=style,
        scripts=code,
        policy=_policy(style, code),
        data=None if data is None else embedded(data),
        **values,
    )
    # Titles may hold halves of surrogate pairs, which no page can.
    return html.encode("utf-8", "replace")


def embedded(data: Any) -> Markup:
    """Return data as JSON that may stand inside a script element: no `<` and no character beyond ASCII is left."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for character, spelled in _UNSAFE.items():
        text = text.replace(character, spelled)
    return Markup(text)  # noqa: S704  what could end the element was spelled out above


def _policy(style: str, scripts: list[Markup]) -> str:
    """Return a Content-Security-Policy that lets exactly these run, and lets nothing be fetched."""
    allowed = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> Markup:
    return Markup((_HOME / "assets" / name).read_text("utf-8"))  # noqa: S704  a file of ours


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["count"] = "{:,}".format
    return environment


def percent(share: float, digits: int = 0) -> str:
    """Return a share as people read it; what is not everything never reads as 100 %, nor something as 0 %."""
    text = f"{100 * share:.{digits}f}" if share < 1 else "100"
    if share < 1 and float(text) == 100:
        text = f">{99.9:.{digits}f}" if digits else ">99"
    elif share > 0 and float(text) == 0:
        text = "<" + f"{10**-digits:.{digits}f}"
    return f"{text}\N{NARROW NO-BREAK SPACE}%"


def glyphs(roles: tuple[str, ...]) -> list[str]:
    """Return a glyph for each role."""
    return [GLYPHS[place % len(GLYPHS)] for place in range(len(roles))]
