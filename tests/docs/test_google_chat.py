"""What docs/google-chat.md shows can be used as it stands."""

import re
from pathlib import Path

import pytest

from bot import config

DOCUMENT = (Path(__file__).parents[2] / "docs" / "google-chat.md").read_text()
SHOWN = re.findall(r"```yaml\n(.*?)```", DOCUMENT, flags=re.DOTALL)


@pytest.mark.parametrize("text", SHOWN)
def test_the_settings_that_are_shown_are_right(tmp_path, text):
    (tmp_path / "chat.json").write_text("{}")
    text = text.replace("/var/run/secrets/pointsman", str(tmp_path))

    settings = config.parse(text, name="x", environ={"OPS_WEBHOOK": "https://chat.googleapis.com/v1/x"}, base=tmp_path)

    assert settings.chats.google_chat is not None


def test_both_ways_are_shown():
    assert len(SHOWN) == 2


def test_every_picture_is_there():
    missing = [name for name in re.findall(r"\]\((pictures/[^)]+)\)", DOCUMENT) if not _path(name).exists()]

    assert missing == []


def _path(name):
    return Path(__file__).parents[2] / "docs" / name
