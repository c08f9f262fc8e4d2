"""Somebody asks: look it up and say it.  Nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.cards.seen import Seen
from bot.domain.commands import listing, reply
from bot.domain.commands.chronicle import chronicle
from bot.domain.commands.command import Command
from bot.domain.commands.grammar import Question
from bot.domain.commands.reply import Reply
from bot.domain.effects import ReleaseId
from bot.ports import Page, Reader, ReleaseFilter
from bot.usecases.find_releases import FindReleases
from bot.usecases.look import Look
from bot.usecases.tell_figures import INSIGHTS_OF, SUMMARY_OF, TellFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """Answers what people ask, and changes nothing: lists and figures, or why one release waits and who may decide.

    Raises:
        RecordsUnavailableError: the record is away.
    """

    reader: Reader
    look: Look
    find: FindReleases
    tell_figures: TellFigures

    async def __call__(self, command: Command) -> Reply:
        """Answer what is asked about no release in particular."""
        match command.form.does:
            case Question.STATUS:
                return await self._list(command, waiting=False)
            case Question.WAITING:
                return await self._list(command, waiting=True)
            case Question.SUMMARY:
                return await self.tell_figures.summary(command.period or SUMMARY_OF)
            case Question.INSIGHTS:
                return await self.tell_figures.insights(command.period or INSIGHTS_OF)
            case _:
                return reply.helped(command)

    async def about(self, command: Command, asked: Question, seen: Seen) -> Reply:
        match asked:
            case Question.WHY:
                return reply.reasons(seen)
            case Question.WHO:
                return reply.deciders(seen)
            case Question.HISTORY:
                return await self._history(command, seen)
            case Question.AUDIT:
                return await self._records(command, seen)
            case Question.STATUS | Question.WAITING | Question.SUMMARY | Question.INSIGHTS | Question.HELP:
                return reply.status(seen)

    async def _list(self, command: Command, *, waiting: bool) -> Reply:
        after = None
        if command.after is not None:
            found = await self.find(command.after)
            if len(found) != 1:
                return reply.not_found(command.after)
            after = found[0].id
        seen, more = await self._page(after, waiting=waiting)
        empty = "Nothing waits for people." if waiting else "No release is open."
        return listing.listed(command.form, seen, empty="Nothing more." if after else empty, more=more)

    async def _page(self, after: str | None, *, waiting: bool) -> tuple[tuple[Seen, ...], bool]:
        """A page of open releases, and whether there are more."""
        wanted = ReleaseFilter(open=True, waiting=True if waiting else None)
        page = await self.reader.releases(wanted, after=after, limit=listing.LINES)
        return await self.look.at_all(page.items), page.next is not None

    async def _history(self, command: Command, seen: Seen) -> Reply:
        page, until = await self._before(seen.release.id, command.before)
        more = page.next is not None
        told = chronicle(seen.release, page.items[::-1], from_the_start=not more, until=until)
        return listing.past(command.form, seen, told, more=more)

    async def _before(self, release: ReleaseId, before: int | None) -> tuple[Page[Mapping[str, Any]], datetime | None]:
        """Records before a place, and the time of that place: what the engine said later was told before."""
        page = await self.reader.audit(
            release=release, after=None if before is None else str(before + 1), limit=listing.STORY_LINES + 1
        )
        first = page.items[0] if page.items else None
        if before is None or first is None:
            return page, None
        rest = page.items[1:] if first["seq"] == before else page.items
        return Page(items=rest, next=page.next), datetime.fromisoformat(first["at"])

    async def _records(self, command: Command, seen: Seen) -> Reply:
        before = None if command.before is None else str(command.before)
        page = await self.reader.audit(release=seen.release.id, after=before, limit=listing.STORY_LINES)
        return listing.records(command.form, seen, page.items, more=page.next is not None)
