"""Every picture stands on a page, and every page has its pictures."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_pictures_and_pages_know_one_another():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"pictures/([\w-]+\.png)", page.read_text(encoding="utf-8"))}

    assert {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")} == shown
