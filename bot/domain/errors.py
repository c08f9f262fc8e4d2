"""Faults, sorted by who acts on them: a `Refusal` goes to the person, an `UnavailableError` is tried again."""

from datetime import datetime
from enum import StrEnum


class RefusalKind(StrEnum):
    """Why a person was refused, in the order in which it is looked at."""

    NOT_ALLOWED = "not_allowed"
    SETTLED = "settled"
    NO_REASON = "no_reason"


class Refusal(Exception):  # noqa: N818  It is an answer, not a fault.
    """You may not do this now.  Its text is for the person.

    Args:
        state, by, at: for `SETTLED`: what the thing is, who made it so and when, where known.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: RefusalKind,
        state: str | None = None,
        by: str | None = None,
        at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.state = state
        self.by = by
        self.at = at


class ReasonTooLongError(Exception):
    """What somebody wrote is too long for a reason; nothing was tried.  Its text is for that person."""


class UnavailableError(Exception):
    """Something outside is away; nothing changed; try again later."""


class RecordsUnavailableError(UnavailableError):
    """The database is away."""


class ChatUnavailableError(UnavailableError):
    """A chat is away or asks to slow down.

    Args:
        retry_after: seconds the chat asked us to wait, where it said so.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChatRefusedError(Exception):
    """A chat will never take this: an archived channel, a missing right.  Trying again does not help."""


class CardGoneError(Exception):
    """The posted card is no longer there."""


class StrangerError(Exception):
    """A chat does not vouch for this person: no full member, or not known in time.  Its text is for that person."""


class ClusterUnavailableError(UnavailableError):
    """An API server is away, slow, or knows us no longer."""


class ClusterRefusedError(Exception):
    """An API server will never do this: a missing right, a kind it has not.  Trying again does not help.

    Args:
        verb, resource: what was asked, in the words of a role: `list`, `canaries.flagger.app`.
        status: of HTTP; 403 is a right that is missing.
    """

    def __init__(self, message: str, *, verb: str, resource: str, status: int) -> None:
        super().__init__(message)
        self.verb = verb
        self.resource = resource
        self.status = status


class ConflictError(Exception):
    """An object is no longer what was expected; nothing changed.  Look again."""


class EngineRefusedError(Exception):
    """An engine will never take this of a release as it is.  Its text is for people."""


class NotFoundError(Exception):
    """There is no such release or gate."""
