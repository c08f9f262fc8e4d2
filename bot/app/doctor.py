"""What `pointsman doctor` looks at, and in which order: each outside system's folder says itself what it finds."""

from collections.abc import Iterator, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

import storage.doctor
from bot import config
from bot.app import canaries, deployments, google, mapping, rollouts
from bot.app.core import clock
from bot.config.chats import Slack
from bot.domain.finding import broken, caution, good
from bot.usecases.examine import Examination, Findings
from handlers.console import doctor as console
from handlers.slack import doctor as slack

SETTINGS, SLACK = "settings", "slack"


def examinations(path: Path, environ: Mapping[str, str]) -> Iterator[Examination]:
    """One for each part that the settings speak of; of wrong settings, nothing else can be looked at."""
    try:
        settings = config.load(path, environ=environ)
    except config.SettingsError as error:
        wrong = error
        yield Examination(area=SETTINGS, look=lambda: _mistakes(wrong))
        return
    yield Examination(area=SETTINGS, look=lambda: _cautions(settings, path))
    yield Examination(area=storage.doctor.AREA, look=partial(storage.doctor.examine, _url(settings), now=clock))
    yield Examination(area=console.AREA, look=partial(console.examine, settings.server.public_url, version=_version()))
    if settings.chats.slack is not None:
        yield Examination(area=SLACK, look=partial(_slack, settings, settings.chats.slack))
    yield from google.in_chat(settings)
    yield from canaries.in_clusters(settings)
    yield from rollouts.in_clusters(settings)
    yield from deployments.in_clusters(settings)


def _url(settings: config.Settings) -> str:
    return settings.database.url.reveal()


def _version() -> str:
    return version("pointsman")


def _slack(settings: config.Settings, written: Slack) -> Findings:
    return slack.examine(
        mapping.slack_settings(settings, written),
        channels=[to.address for to in mapping.destinations(settings, "slack")],
        people=mapping.people(settings),
        public_url=settings.server.public_url,
        now=clock,
    )


async def _mistakes(wrong: config.SettingsError) -> Findings:
    for mistake in wrong.mistakes:
        yield broken(SETTINGS, mistake.told(wrong.name), "Mend it; without settings nothing else can be looked at.")


async def _cautions(settings: config.Settings, path: Path) -> Findings:
    found = config.warnings(settings)
    for warning in found:
        yield caution(SETTINGS, warning.told(str(path)))
    if not found:
        yield good(SETTINGS, f"{path} is right, and nothing in it is doubtful.")
