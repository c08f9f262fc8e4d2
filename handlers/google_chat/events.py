"""What happened in Google Chat, the same whichever dialect told it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Dialect(StrEnum):
    """How the app is registered; each has its own form of events and of answers."""

    ADD_ON = "add-on"
    CLASSIC = "classic"


class Kind(StrEnum):
    CLICK = auto()
    COMMAND = auto()  # Slash and quick commands.
    MESSAGE = auto()  # To the bot alone, or with its name in it.
    ADDED = auto()
    REMOVED = auto()
    OTHER = auto()


class Dialog(StrEnum):
    """What a click has to do with a dialog."""

    REQUESTED = "REQUEST_DIALOG"
    SUBMITTED = "SUBMIT_DIALOG"
    CANCELLED = "CANCEL_DIALOG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who did it, as Google says.

    Args:
        id: `users/…`, which never changes.
        domain: the customer's `domainId`.
        human: neither a bot, nor hidden or deleted.
    """

    id: str
    email: str | None
    domain: str | None
    human: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is to be answered.

    Args:
        space: `spaces/…`.
        direct: the person and the bot are alone there.
        thread: `spaces/…/threads/…`.
    """

    user: str
    space: str | None
    direct: bool = False
    thread: str | None = None

    @property
    def viewer(self) -> str | None:
        """Who alone is to read a private answer; None where nobody else reads."""
        return None if self.direct else self.user


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in Chat.

    Args:
        of_another_space: the message it is about stands elsewhere than it claims to have happened.
        message: the name of the message with the button.
        on_answer: that message was a private one of ours, not a card.
        command: its number in the app's configuration.
        text: what was typed, without the bot's name and the command's.
        time: when it happened, as Google wrote it; the same when it is sent again.
    """

    kind: Kind
    name: str
    person: Person
    place: Place
    of_another_space: bool = False
    message: str | None = None
    on_answer: bool = False
    command: int | None = None
    text: str = ""
    verb: str = ""
    subject: str = ""
    dialog: Dialog | None = None
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    time: str = ""

    @property
    def key(self) -> str:
        """The same for the same event, however often it is sent."""
        dialog = self.dialog or ""
        what = (self.kind, self.name, self.time, self.person.id, self.place.space or "", self.message or "")
        asked = (str(self.command or ""), self.text, self.verb, self.subject, dialog, repr(sorted(self.form.items())))
        return "\n".join((*what, *asked))
