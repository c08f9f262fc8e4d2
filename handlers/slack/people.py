"""Who somebody in Slack is, and how somebody we know is called there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import Principal
from bot.domain.errors import CardGoneError, ChatRefusedError, StrangerError, UnavailableError
from handlers.slack.calls import answer
from handlers.slack.home import Home

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300
"""So long a person is believed to be who Slack said."""

CALLED_FRESH_SECONDS = 3600
"""So long somebody is called by the id that was found, or found missing: it decides nothing."""

PATIENCE_SECONDS = 2.0
"""A click is answered within three seconds; who somebody is must be known before that."""

FAULTS = (UnavailableError, ChatRefusedError, CardGoneError)


@dataclass(slots=True)
class _Known:
    """What was found, and when in seconds of the clock."""

    principal: Principal
    at: float


@dataclass(slots=True, kw_only=True)
class SlackPeople:
    """People of one team, by their address.

    Args:
        alias: the main address of somebody who has several.
        clock: seconds that only ever grow.
    """

    web: AsyncWebClient
    home: Home
    alias: Callable[[str], Principal]
    clock: Callable[[], float]
    patience: float = PATIENCE_SECONDS
    _known: dict[str, _Known] = field(default_factory=dict)
    _asking: dict[str, asyncio.Task[Principal]] = field(default_factory=dict)
    _called: dict[str, tuple[str | None, float]] = field(default_factory=dict)

    async def identify(self, user: str) -> Principal:
        """Tell whose id this is.  Only members are remembered.

        Raises:
            StrangerError: not a full member of the team, or not known in time.
        """
        try:
            async with asyncio.timeout(self.patience):
                # An answer that comes too late for this click is there for the next one.
                return await asyncio.shield(self._lookup(user))
        except TimeoutError:
            raise StrangerError("Slack did not say in time who you are. Nothing was decided; try again.") from None
        except FAULTS as error:
            log.warning("slack_person_unknown", user=user, why=str(error))
            raise StrangerError("Slack could not say who you are. Nothing was decided; try again.") from error

    async def address(self, user: str) -> Principal | None:
        """Tell a member's address, as for `identify` but without its haste; None: not a full member.

        Raises:
            ChatUnavailableError: Slack is away.
            ChatRefusedError: Slack does not tell.
        """
        try:
            return await asyncio.shield(self._lookup(user))
        except StrangerError:
            return None

    def _lookup(self, user: str) -> asyncio.Task[Principal]:
        """Everybody who asks for the same person at the same time waits for one call."""
        if (task := self._asking.get(user)) is None:
            task = asyncio.create_task(self._find(user), name=f"slack person {user}")
            self._asking[user] = task
            task.add_done_callback(lambda done: self._ended(user, done))
        return task

    def _ended(self, user: str, task: asyncio.Task[Principal]) -> None:
        self._asking.pop(user, None)
        if not task.cancelled():
            task.exception()  # Who waited has it; who went away before does not want it.

    async def _find(self, user: str) -> Principal:
        known = self._known.get(user)
        if known is not None and self.clock() - known.at < FRESH_SECONDS:
            return known.principal
        found = (await answer(self.web.users_info(user=user))).get("user") or {}
        principal = self.alias(member_address(found, self.home))
        self._known[user] = _Known(principal, self.clock())
        self._called[principal] = (user, self.clock())
        return principal

    async def call(self, principal: str) -> str | None:
        """Find the id by which Slack calls somebody; None: nobody there has this address, or Slack does not say."""
        known = self._called.get(principal)
        if known is not None and self.clock() - known[1] < CALLED_FRESH_SECONDS:
            return known[0]
        try:
            async with asyncio.timeout(self.patience):
                found = await answer(self.web.users_lookupByEmail(email=principal))
            user: str | None = found["user"]["id"]
        except ChatRefusedError:
            user = None
        except (UnavailableError, CardGoneError, TimeoutError):
            return None  # Not known now; asked again with the next card.
        self._called[principal] = (user, self.clock())
        return user

    async def close(self) -> None:
        for task in tuple(self._asking.values()):
            task.cancel()


def member_address(user: dict[str, Any], home: Home) -> str:
    """Read the address of a full member from what `users.info` says.

    Raises:
        StrangerError: a guest, a bot, somebody who left, somebody of another team, or without a visible address.
    """
    grid = user.get("enterprise_user") or {}
    ours = home.is_of(user.get("team_id"), grid.get("enterprise_id")) or home.team in (grid.get("teams") or ())
    email = (user.get("profile") or {}).get("email")
    if not ours or user.get("is_stranger"):
        raise StrangerError("You are of another organisation; only full members of this workspace may use this.")
    if user.get("deleted"):
        raise StrangerError("Your account is deactivated.")
    if user.get("is_bot") or user.get("is_workflow_bot"):
        raise StrangerError("Bots may not use this.")
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        raise StrangerError("You are a guest here; only full members of this workspace may use this.")
    if not isinstance(email, str) or "@" not in email:
        raise StrangerError("Slack does not show your e-mail address to this app, so it cannot tell who you are.")
    return email.strip().lower()
