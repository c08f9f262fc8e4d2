"""Who is in the groups of the settings: their addresses, and the members of Slack's user groups."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import Principal
from handlers.slack.calls import answer
from handlers.slack.people import FAULTS, SlackPeople

log = structlog.get_logger(__name__)

STALE_SECONDS = 300
"""What was known longer ago decides nothing any more."""

REFRESH_SECONDS = 90
"""Three tries fit in before what is known is stale.  `usergroups.users.list` may be called 20 times a minute."""


@dataclass(slots=True, kw_only=True)
class SlackGroups:
    """Answers at once, from what a task in the background keeps warm.

    Args:
        static: addresses of the settings, by the group's name.
        usergroups: Slack's id (`S…`) of a group, by the same name.
        clock: seconds that only ever grow.
    """

    static: Mapping[str, frozenset[Principal]]
    usergroups: Mapping[str, str]
    web: AsyncWebClient
    people: SlackPeople
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _found: dict[str, tuple[frozenset[Principal], float]] = field(default_factory=dict)

    async def members(self, group: str) -> frozenset[Principal] | None:
        """Tell who is in a group now; None: it cannot be told.  Who stands in the settings is in it anyway."""
        written = self.static.get(group, frozenset[Principal]())
        if group not in self.usergroups:
            return written
        found, at = self._found.get(group, (frozenset[Principal](), None))
        if at is None or self.clock() - at > STALE_SECONDS:
            return written or None
        return written | found

    async def keep_warm(self) -> None:
        """Ask Slack again and again, until cancelled."""
        while True:
            await self.refresh()
            await self.sleep(REFRESH_SECONDS)

    async def refresh(self) -> None:
        """Ask once for each group.  One that Slack does not tell stays as it was, and so grows stale."""
        for group, usergroup in self.usergroups.items():
            try:
                self._found[group] = (await self._ask(usergroup), self.clock())
            except FAULTS as error:
                log.warning("slack_group_unknown", group=group, usergroup=usergroup, why=str(error))

    async def _ask(self, usergroup: str) -> frozenset[Principal]:
        found = await answer(self.web.usergroups_users_list(usergroup=usergroup))
        addresses = [await self.people.address(user) for user in found["users"]]
        return frozenset(address for address in addresses if address is not None)
