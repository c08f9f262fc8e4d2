"""What Google Chat makes of an answer to an event: each dialect's own form, or it shows an error to the person."""

import json
from dataclasses import dataclass
from typing import Any

from google.apps.chat_v1 import Message

from handlers.google_chat import Dialect
from tests.support.google_chat_limits import check_card, check_message

CREATE, UPDATE = "createMessageAction", "updateMessageAction"


@dataclass(frozen=True)
class Answered:
    """What the person sees.

    Attributes:
        message: said where it happened.
        to: who alone sees it.
        redrawn: in the place of the message with the button.
        dialog: a card in a dialog.
        pushed: the dialog is a new one; else it takes the place of the one that was sent off.
        closed: the dialog is gone; this line is shown for a moment.
    """

    message: dict[str, Any] | None = None
    to: str | None = None
    redrawn: bool = False
    dialog: dict[str, Any] | None = None
    pushed: bool = False
    closed: str | None = None

    @property
    def nothing(self) -> bool:
        return self == Answered()

    @property
    def words(self) -> str:
        """Everything that people read of it."""
        return json.dumps([self.message, self.dialog, self.closed], ensure_ascii=False)

    @property
    def buttons(self) -> dict[str, dict[str, str]]:
        """What each button sends, by what stands on it."""
        found: dict[str, dict[str, str]] = {}
        cards = [self.dialog] if self.dialog else [held["card"] for held in (self.message or {}).get("cardsV2", ())]
        for button in (one for card in cards for one in _buttons(card)):
            action = button["onClick"].get("action", {})
            found[button["text"]] = {one["key"]: one["value"] for one in action.get("parameters", ())}
        return found


def _buttons(held: Any) -> list[dict[str, Any]]:
    match held:
        case {"onClick": dict(), "text": str()}:
            return [held]
        case dict():
            return [button for value in held.values() for button in _buttons(value)]
        case list():
            return [button for value in held for button in _buttons(value)]
        case _:
            return []


def understood(dialect: Dialect, body: dict[str, Any]) -> Answered:
    """Raises: AssertionError: Chat would not understand it."""
    if not body:
        return Answered()
    match dialect:
        case Dialect.ADD_ON:
            return _add_on(body)
        case Dialect.CLASSIC:
            return _classic(body)


def _classic(body: dict[str, Any]) -> Answered:
    Message.from_json(json.dumps(body))
    response = body.get("actionResponse", {"type": "NEW_MESSAGE"})
    message = {key: value for key, value in body.items() if key != "actionResponse"}
    match response:
        case {"type": "DIALOG", "dialogAction": {"dialog": {"body": card}}}:
            assert not message
            return _dialog(card, pushed=False)
        case {"type": "DIALOG", "dialogAction": {"actionStatus": {"statusCode": "OK", "userFacingMessage": text}}}:
            assert not message
            return Answered(closed=text)
        case {"type": "UPDATE_MESSAGE" | "NEW_MESSAGE" as kind}:
            return _said(message, redrawn=kind == "UPDATE_MESSAGE")
        case _:
            raise AssertionError(f"{response} is no answer")


def _add_on(body: dict[str, Any]) -> Answered:
    match body:
        case {"hostAppDataAction": {"chatDataAction": {"createMessageAction": {"message": message}}}}:
            return _said(message)
        case {"hostAppDataAction": {"chatDataAction": {"updateMessageAction": {"message": message}}}}:
            return _said(message, redrawn=True)
        case {"action": {"navigations": [{"pushCard": card}]}}:
            return _dialog(card, pushed=True)
        case {"action": {"navigations": [{"updateCard": card}]}}:
            return _dialog(card, pushed=False)
        case {
            "action": {
                "navigations": [{"endNavigation": {"action": "CLOSE_DIALOG"}}],
                "notification": {"text": str() as text},
            }
        }:
            return Answered(closed=text)
        case _:
            raise AssertionError(f"{body} is no answer")


def _said(message: dict[str, Any], *, redrawn: bool = False) -> Answered:
    check_message(message)
    to = message.get("privateMessageViewer", {}).get("name")
    assert not (redrawn and to), "who sees a message is not changed by drawing it anew"
    return Answered(message=message, to=to, redrawn=redrawn)


def _dialog(card: dict[str, Any], *, pushed: bool) -> Answered:
    check_card(card)
    return Answered(dialog=card, pushed=pushed)
