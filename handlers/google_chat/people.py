"""Who somebody in Google Chat is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.domain.decision import Principal
from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError, StrangerError
from handlers.google_chat.events import Person

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300.0
"""So long somebody is believed to belong to the organisation, as Chat said."""

PATIENCE_SECONDS = 3.0
"""Whether somebody belongs to it must be known within; people wait for the answer."""

FAULTS = (ChatUnavailableError, ChatRefusedError, CardGoneError)

ANOTHER = "You are of another organisation; only its own people may use this here."


@dataclass(slots=True, kw_only=True)
class ChatPeople:
    """People of one organisation, by the address that Google's event tells.

    Args:
        domains: the `domainId`s that count; empty: Chat is asked whether somebody belongs to who owns the space.
        alias: the main address of somebody who has several.
        member: what Chat knows of a member: the space's name and the person's.
        clock: seconds that only ever grow.
    """

    domains: frozenset[str]
    alias: Callable[[str], Principal]
    member: Callable[[str, str], Awaitable[Mapping[str, Any]]]
    clock: Callable[[], float]
    patience: float = PATIENCE_SECONDS
    _internal: dict[tuple[str, str], float] = field(default_factory=dict)

    async def identify(self, person: Person, *, space: str | None) -> Principal:
        """Tell whose address it is.

        Raises:
            StrangerError: not one of our people, or not known in time.
        """
        email = address_of(person)
        if self.domains:
            if person.domain not in self.domains:
                raise StrangerError(ANOTHER)
        elif space is None:
            raise StrangerError("Google Chat does not say where you are, so it cannot be told who you are.")
        else:
            await self._belongs(space, person.id)
        return self.alias(email)

    async def _belongs(self, space: str, user: str) -> None:
        """Raises: StrangerError: not to the organisation that owns the space, or nobody can tell."""
        known = self._internal.get((space, user))
        if known is not None and self.clock() - known < FRESH_SECONDS:
            return
        try:
            async with asyncio.timeout(self.patience):
                member = await self.member(space, user)
        except TimeoutError:
            raise StrangerError("Google Chat did not say in time who you are. Nothing was done; try again.") from None
        except FAULTS as error:
            log.warning("google_chat_person_unknown", user=user, space=space, why=str(error))
            raise StrangerError("Google Chat could not say who you are. Nothing was done; try again.") from error
        check_member(member)
        self._internal[(space, user)] = self.clock()


def address_of(person: Person) -> str:
    """Read somebody's address from the event.

    Raises:
        StrangerError: a bot, somebody hidden or deleted, or without an address.
    """
    if not person.human:
        raise StrangerError("Only people may use this: no bots, and nobody whose account is hidden or deleted.")
    if person.email is None or "@" not in person.email:
        raise StrangerError("Google Chat does not show your e-mail address to this app, so it cannot tell who you are.")
    return person.email.strip().lower()


def check_member(member: Mapping[str, Any]) -> None:
    """Look whether a membership is that of one of the organisation's people.

    Raises:
        StrangerError: it is not.
    """
    if member.get("affiliation") != "INTERNAL":
        raise StrangerError(ANOTHER)
    if member.get("state", "JOINED") != "JOINED":
        raise StrangerError("You are no member of this space.")
