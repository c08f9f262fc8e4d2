"""What people decide, who they are, and where they did it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

Principal = NewType("Principal", str)
"""A person's lower-case e-mail address, `token:NAME`, `engine:NAME`, `policy:NAME` or `unknown:ID`."""


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
    reason: str = ""
    platform_user: str | None = None  # As the chat names the person, e.g. a Slack user id.

    @property
    def said(self) -> str:
        """The reason on one line, as cards and record show it; blanks are none."""
        return " ".join(self.reason.split())


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
