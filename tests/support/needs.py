"""What a test needs from the machine, and what happens where it is not there."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools"  # `make` installs here what is no Python package.


def missing(what: str, *, remedy: str) -> NoReturn:
    """Skip the test on a person's machine; fail it in CI, where a skipped test would be taken for a passed one."""
    message = f"{what} is missing. {remedy}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def slack_types() -> Path:
    """Find the folder with Slack's own types, a TypeScript compiler and a renderer in its `node_modules`."""
    folder = TOOLS / "slack-types"
    if not (folder / "node_modules" / ".bin" / "tsc").exists():
        missing("The judge of Slack cards", remedy="`make test-tools` installs it with npm.")
    return folder
