"""A real browser on a real page.  `python -m tests.support.browser` prints which one, or exits 1."""

import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.support.needs import TOOLS, missing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROUGHT = TOOLS / "chromium" / "chromium"  # Unpacked by `make test-tools` where the machine has no browser.
ARGUMENTS = (
    "--no-sandbox",  # With its sandbox Chromium refuses to run as root, and CI is root.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # No page leaves the machine.
)


def find_browser() -> str | None:
    """Prefer what $CHROMIUM names, then what is installed, then what was brought."""
    candidates = (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), BROUGHT if BROUGHT.exists() else None)
    return next((str(candidate) for candidate in candidates if candidate), None)


def folder_for_pictures(named: str) -> Path:
    """The folder that pictures are drawn into; made, if it is not there."""
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start a browser of its own for one test: Playwright is bound to the event loop, and that is each test's own."""
    path = find_browser()
    if path is None:
        missing("A browser", remedy="Install Chromium, or npm and `make test-tools`.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def watched_page(browser: Browser, *, sharpness: float = 1) -> AsyncIterator[Page]:
    """Open a page with cookies of its own.

    Raises:
        AssertionError: at the end, if the page raised or logged an error, a file that it could not load included.
    """
    faults: list[str] = []

    def on_console(line: ConsoleMessage) -> None:
        if line.type == "error":
            faults.append(f"{line.text} {line.location['url']}")

    page = await browser.new_page(device_scale_factor=sharpness)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", on_console)
    yield page
    await page.close()
    assert not faults, faults


if __name__ == "__main__":
    found = find_browser()
    print(found or "no browser found")  # noqa: T201 -- it is what this is run for
    sys.exit(found is None)
