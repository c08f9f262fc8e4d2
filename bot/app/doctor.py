"""What `pointsman doctor` looks at, and in which order: each outside system's folder says itself what it finds."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot import config
from bot.app import canaries, google
from bot.domain.finding import broken, caution, good
from bot.usecases.examine import Examination, Findings

SETTINGS = "settings"


def examinations(path: Path, environ: Mapping[str, str]) -> Iterator[Examination]:
    """One for each part that the settings speak of; of wrong settings, nothing else can be looked at."""
    try:
        settings = config.load(path, environ=environ)
    except config.SettingsError as error:
        wrong = error
        yield Examination(area=SETTINGS, look=lambda: _mistakes(wrong))
        return
    yield Examination(area=SETTINGS, look=lambda: _cautions(settings, path))
    yield from google.in_chat(settings)
    yield from canaries.in_clusters(settings)


async def _mistakes(wrong: config.SettingsError) -> Findings:
    for mistake in wrong.mistakes:
        yield broken(SETTINGS, mistake.told(wrong.name), "Mend it; without settings nothing else can be looked at.")


async def _cautions(settings: config.Settings, path: Path) -> Findings:
    found = config.warnings(settings)
    for warning in found:
        yield caution(SETTINGS, warning.told(str(path)))
    if not found:
        yield good(SETTINGS, f"{path} is right, and nothing in it is doubtful.")
