"""What is answered to an event at once, and its form in each dialect.  Pure."""

from dataclasses import dataclass
from typing import Any

from handlers.google_chat.dialogs import notice
from handlers.google_chat.events import Dialect

Body = dict[str, Any]
"""A message, a card or a whole answer, as JSON."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Taken; there is nothing to say, or it is said later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A new message where it happened.

    Args:
        to: who alone reads it, `users/…`; None: everybody there.
    """

    message: Body
    to: str | None


@dataclass(frozen=True, slots=True)
class Redraw:
    """The message with the button that was pressed, anew."""

    message: Body


@dataclass(frozen=True, slots=True)
class OpenDialog:
    card: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Words in a dialog.

    Args:
        opened: in the dialog that was sent off; else in the one that was asked for.
    """

    text: str
    opened: bool


@dataclass(frozen=True, slots=True)
class CloseDialog:
    """The dialog goes; a line is shown for a moment."""

    text: str


Answer = Nothing | Say | Redraw | OpenDialog | Notice | CloseDialog


def encoded(answer: Answer, dialect: Dialect) -> Body:
    """Write an answer as the dialect has it."""
    match dialect:
        case Dialect.CLASSIC:
            return _classic(answer)
        case Dialect.ADD_ON:
            return _add_on(answer)


# Source: developers.google.com/workspace/chat/receive-respond-interactions.
def _classic(answer: Answer) -> Body:
    match answer:
        case Nothing():
            return {}
        case Say(message=message, to=to):
            return private(message, to)
        case Redraw(message=message):
            return {"actionResponse": {"type": "UPDATE_MESSAGE"}, **message}
        case OpenDialog(card=card):
            return _classic_dialog({"dialog": {"body": card}})
        case Notice(text=text):
            return _classic_dialog({"dialog": {"body": notice(text)}})
        case CloseDialog(text=text):
            return _classic_dialog({"actionStatus": {"statusCode": "OK", "userFacingMessage": text}})


def _classic_dialog(action: Body) -> Body:
    return {"actionResponse": {"type": "DIALOG", "dialogAction": action}}


# Source: developers.google.com/workspace/add-ons/chat, and its JSON schema of answers.
def _add_on(answer: Answer) -> Body:
    match answer:
        case Nothing():
            return {}
        case Say(message=message, to=to):
            return _chat_action({"createMessageAction": {"message": private(message, to)}})
        case Redraw(message=message):
            return _chat_action({"updateMessageAction": {"message": message}})
        case OpenDialog(card=card):
            return {"action": {"navigations": [{"pushCard": card}]}}
        case Notice(text=text, opened=opened):
            return {"action": {"navigations": [{"updateCard" if opened else "pushCard": notice(text)}]}}
        case CloseDialog(text=text):
            closing = [{"endNavigation": {"action": "CLOSE_DIALOG"}}]
            return {"action": {"navigations": closing, "notification": {"text": text}}}


def _chat_action(action: Body) -> Body:
    return {"hostAppDataAction": {"chatDataAction": action}}


def private(message: Body, to: str | None) -> Body:
    """Address a message to one person, who alone sees it."""
    return message if to is None else {**message, "privateMessageViewer": {"name": to}}
