"""Google Chat, for `doctor`: as the settings have it."""

import time
from collections.abc import Iterator
from contextlib import aclosing
from functools import partial

from bot import config
from bot.app import mapping
from bot.app.core import clock
from bot.config.chats import GoogleChat
from bot.domain.finding import broken
from bot.usecases.examine import Examination, Findings
from handlers.google_chat import Connection, doctor, new_session


def in_chat(settings: config.Settings) -> Iterator[Examination]:
    if settings.chats.google_chat is not None:
        yield Examination(area=doctor.AREA, look=partial(_look, settings, settings.chats.google_chat))


async def _look(settings: config.Settings, chat: GoogleChat) -> Findings:
    try:
        known = mapping.google_chat_settings(settings, chat)
    except ValueError as error:
        yield broken(doctor.AREA, f"service_account: {error}.", "Give the key file as Google Cloud made it.")
        return
    routed = [to.address for to in mapping.destinations(settings, "google_chat")]
    async with new_session() as session:
        connection = Connection(known, session, now=clock, monotonic=time.monotonic)
        async with aclosing(doctor.examine(connection, routed=routed)) as found:
            async for finding in found:
                yield finding
