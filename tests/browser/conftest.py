"""Pages in a real browser: Debian's Chromium, driven by Playwright, watched for errors and for requests."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium as root, on a machine whose network is closed."""

NAMES = ("chromium", "chromium-browser", "google-chrome")

Opened = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium; without one the tests are skipped, but never where CI is set."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = "no Chromium is found: install Debian's package chromium, or name one in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Opened]:
    """Open a page from its bytes; at the end, it must have logged no error and asked for nothing but itself."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(content: bytes, *, before: str = "", **settings: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_bytes(content)
        context = chromium.new_context(**{"viewport": {"width": 1200, "height": 900}, **settings})
        context.set_default_timeout(10_000)
        contexts.append(context)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: seen(request.url))
        page.goto(path.as_uri())
        return page

    def seen(url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")) or (
            url.startswith("file:") and not url.endswith("/page.html")
        ):
            troubles.append(f"request: {url}")

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []
