"""The time line of a release as a picture, above the same in words."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from urllib.parse import quote

from aiohttp import web

from bot.domain.effects import ReleaseId
from bot.domain.figures.course import course_of
from bot.domain.release import Release
from bot.domain.wording import version
from bot.ports import Reader
from handlers.console.door import Door
from handlers.console.drawings import drawn, scheme_of
from handlers.pictures import timeline_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Timelines:
    door: Door
    reader: Reader
    _drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def show(self, request: web.Request) -> web.Response:
        await self.door.viewer(request)
        release = await self.reader.release(ReleaseId(request.match_info["id"]))
        course = course_of(release, now=await self.reader.now())
        async with self._drawing:
            return drawn(await timeline_of(title_of(release), course, scheme_of(request)))


def title_of(release: Release) -> str:
    return f"{release.workload.name} {version(release)} · {release.workload.cluster}"


def address_of(release: Release) -> str:
    """Another one whenever there is something new to draw, so that a page that is live shows it."""
    drawn_from = (release.state, release.gates, release.run.readings, release.paused, release.roll_back)
    digest = hashlib.sha256(repr(drawn_from).encode()).hexdigest()[:12]
    return f"/releases/{quote(release.id, safe='')}/timeline.png?of={digest}"


def in_short(release: Release) -> str:
    """What stands in the picture's place: the lines below it say the rest."""
    return f"How {title_of(release)} went over time; the list below says the same in words."
