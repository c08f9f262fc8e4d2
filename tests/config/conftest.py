"""Settings from a few lines of YAML."""

import textwrap
from pathlib import Path

import pytest

from bot.config import Settings, SettingsError, parse, warnings

ENVIRON = {
    "HOOK_TOKEN": "hook-token-of-sixteen-and-more",
    "OTHER_HOOK_TOKEN": "another-hook-token-of-a-cluster",
    "SLACK_BOT_TOKEN": "xoxb-1-hidden-bot-token",
    "SLACK_APP_TOKEN": "xapp-1-hidden-app-token",
    "SLACK_SIGNING_SECRET": "hidden-signing-secret",
    "API_TOKEN": "hidden-api-token-of-ann",
    "OTHER_API_TOKEN": "hidden-api-token-of-bob",
    "EMPTY": "",
    "SHORT": "short",
    "WITH_SLASH": "hook/token/with/slashes",
    "WITH_SPACE": "a token with spaces",
    "DATABASE_URL": "postgresql+asyncpg://bot:hidden-password@db/pointsman",
}


@pytest.fixture
def read(tmp_path: Path):
    """Parse YAML, indented as it stands in a test; `name` of mistakes is `pointsman.yaml`."""

    def parse_text(text: str) -> Settings:
        return parse(textwrap.dedent(text).lstrip("\n"), name="pointsman.yaml", environ=ENVIRON, base=tmp_path)

    return parse_text


@pytest.fixture
def doubts(read):
    """Tell the warnings of settings as a person sees them, without the file's name."""
    return lambda text: [warning.told("x").removeprefix("x:").strip() for warning in warnings(read(text))]


@pytest.fixture
def wrong(read):
    """Parse YAML that has mistakes; give the lines that a person sees, without the file's name."""

    def told(text: str) -> list[str]:
        with pytest.raises(SettingsError) as raised:
            read(text)
        return [line.removeprefix("pointsman.yaml:").strip() for line in str(raised.value).splitlines()]

    return told
