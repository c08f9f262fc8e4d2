"""What people decide, who they are, and where they did it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.errors import ReasonTooLongError

Principal = NewType("Principal", str)
"""A person's lower-case e-mail address, `token:NAME`, `engine:NAME`, `policy:NAME` or `unknown:ID`."""


Reason = NewType("Reason", str)
"""Why somebody decides, in their words; empty: they gave none.  `reason_of` makes it, for every surface."""

NO_REASON = Reason("")

REASON_LENGTH = 2000
"""Characters of a reason, on every surface."""


def reason_of(text: str) -> Reason:
    """Take somebody's words as a reason: one line, as cards and the record show it; blanks alone are none.

    Raises:
        ReasonTooLongError: nothing is cut off what somebody wrote.
    """
    if len(text.replace("\r\n", "\n")) > REASON_LENGTH:  # A browser sends two characters for each break that it counts.
        raise ReasonTooLongError(f"A reason has at most {REASON_LENGTH:,} characters.")
    return Reason(" ".join(text.split()))


class Surface(StrEnum):
    SLACK = "slack"
    GOOGLE_CHAT = "google_chat"
    CONSOLE = "console"
    API = "api"
    CLI = "cli"
    HOOK = "hook"
    WATCH = "watch"
    SCHEDULE = "schedule"


class Verdict(StrEnum):
    """What can be decided on a gate."""

    APPROVE = "approve"
    REJECT = "reject"
    TAKE_BACK = "take_back"
    REOPEN = "reopen"


class Verb(StrEnum):
    """What can be decided on a release."""

    ROLL_BACK = "roll_back"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    SKIP = "skip"
    PROMOTE_FULL = "promote_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One person's answer, as it reached us."""

    verb: Verdict | Verb
    by: Principal
    at: datetime
    surface: Surface
    reason: Reason = NO_REASON
    platform_user: str | None = None  # As the chat names the person, e.g. a Slack user id.


@dataclass(frozen=True, slots=True)
class Mark:
    """Who did a thing, when, and in which words."""

    by: Principal
    at: datetime
    reason: str = ""
    surface: Surface = Surface.HOOK


def short(principal: str) -> str:
    """A name for a line on a card: the local part of an address, or the whole of anything else."""
    return principal.partition("@")[0] if "@" in principal else principal
