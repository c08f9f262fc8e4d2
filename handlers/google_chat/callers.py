"""Whom a message calls, as Google Chat calls them: one by one, and only who is in the space."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from bot.domain.wording import who
from bot.ports import Groups
from handlers.google_chat.calls import Api
from handlers.google_chat.text import in_words

CALLED = 20
"""People that one message calls at most."""

NAME = 80
"""Characters of somebody who is only named."""

KNOWN_FOR = timedelta(hours=1)
PATIENCE_SECONDS = 3.0
"""A message is held up no longer for the ids of those it calls."""


@dataclass(slots=True, kw_only=True)
class Callers:
    """Finds people by their address among the members of a space.

    Chat calls by its own ids, and knows no group.  Source: developers.google.com/workspace/chat/format-messages; that
    an address stands for a member, google/chat/v1/membership.proto.

    Args:
        monotonic: seconds that only ever grow.
    """

    api: Api
    groups: Groups
    monotonic: Callable[[], float]
    patience: float = PATIENCE_SECONDS
    _known: dict[tuple[str, str], tuple[float, str | None]] = field(default_factory=dict)

    async def __call__(self, names: Iterable[str], *, space: str) -> tuple[str, ...]:
        """Everybody by name, if anybody at all can be called: who is not known here is still meant."""
        names = tuple(names)[:CALLED]
        addresses = [await self._addresses(name) for name in names]
        found = await self._find({address for each in addresses for address in each}, space)
        if not found:
            return ()
        said: list[str] = []
        for name, each in zip(names, addresses, strict=True):
            called = [found[address] for address in each if address in found]
            said += called or [in_words((who(name),), NAME)]
        return tuple(dict.fromkeys(said))[:CALLED]

    async def _addresses(self, name: str) -> tuple[str, ...]:
        if not name.startswith("group:"):
            return (name,) if "@" in name else ()
        members = await self.groups.members(name.removeprefix("group:"))
        return tuple(sorted(members or ()))[:CALLED]

    async def _find(self, addresses: set[str], space: str) -> dict[str, str]:
        asked = sorted(addresses)[:CALLED]
        with suppress(TimeoutError):  # Who is known by then is called, the others are named.
            async with asyncio.timeout(self.patience):
                await asyncio.gather(*(self._ask(space, address) for address in asked))
        known = {address: self._known.get((space, address), (0.0, None))[1] for address in asked}
        return {address: user for address, user in known.items() if user}

    async def _ask(self, space: str, address: str) -> None:
        until, _ = self._known.get((space, address), (float("-inf"), None))
        if self.monotonic() < until:
            return
        try:
            member = (await self.api.member(space, address)).get("member") or {}
        except ChatUnavailableError:
            return
        except ChatRefusedError:
            member = {}
        user = f"<{member['name']}>" if member.get("type") == "HUMAN" and member.get("name") else None
        self._known[space, address] = (self.monotonic() + KNOWN_FOR.total_seconds(), user)
