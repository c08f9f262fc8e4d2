"""The pieces that Google Chat's cards are made of.  Pure."""

from collections.abc import Iterable
from typing import Any

from bot.domain.card import Button, Style
from bot.domain.decision import Verdict
from handlers.google_chat.text import NOTHING, label

Widget = dict[str, Any]

FUNCTION = "pointsman"
"""What a classic app's buttons call.  An add-on's call the address of our endpoint; only the parameters are read."""

VERB, SUBJECT = "verb", "subject"
DETAILS = "card.details"

BUTTON = 60
"""Characters."""

# Source: material.io, the baseline scheme's `error`; the words on it are drawn in a contrasting colour by Chat.
RED = {"red": 0.70, "green": 0.15, "blue": 0.12}


def paragraph(html: str) -> Widget:
    return {"textParagraph": {"text": html if html.strip() else NOTHING}}


def section(*widgets: Widget, header: str | None = None) -> dict[str, Any]:
    return ({"header": header} if header else {}) | {"widgets": list(widgets)}


def sections(*groups: Iterable[Widget]) -> list[dict[str, Any]]:
    """Leave out what is empty: Chat refuses a section without widgets."""
    return [section(*widgets) for group in groups if (widgets := list(group))]


def buttons(made: Iterable[dict[str, Any]]) -> Widget:
    return {"buttonList": {"buttons": list(made)}}


def opens(text: str, url: str, *, style: str = "OUTLINED") -> dict[str, Any]:
    """Make a button that leads elsewhere; no click of it reaches us."""
    return {"text": label(text, BUTTON), "type": style, "onClick": {"openLink": {"url": url}}}


def calls(text: str, action: dict[str, Any], *, style: Style = Style.PLAIN) -> dict[str, Any]:
    return {"text": label(text, BUTTON), "onClick": {"action": action}} | _look(style)


def action(verb: str, subject: str, *, function: str, dialog: bool = False) -> dict[str, Any]:
    """What comes back with a click: an opaque id and a verb, nothing else.

    Args:
        dialog: the click is answered with a dialog.
    """
    parameters = [{"key": VERB, "value": verb}, {"key": SUBJECT, "value": subject}]
    return {"function": function, "parameters": parameters} | ({"interaction": "OPEN_DIALOG"} if dialog else {})


def word_of(button: Button) -> str:
    """`gate.approve`, `release.roll_back`."""
    return f"{'gate' if isinstance(button.verb, Verdict) else 'release'}.{button.verb}"


def asks_first(button: Button) -> bool:
    """Whether a dialog comes before the decision: Chat knows no confirm, so one stands for it too."""
    return button.confirm is not None or button.needs_reason or button.reason_optional


def deciding(button: Button, *, function: str) -> dict[str, Any]:
    act = action(word_of(button), button.subject, function=function, dialog=asks_first(button))
    return calls(button.text, act, style=button.style)


def _look(style: Style) -> dict[str, Any]:
    match style:
        case Style.PRIMARY:
            return {"type": "FILLED"}
        case Style.DANGER:
            return {"type": "FILLED", "color": RED}
        case Style.PLAIN:
            return {"type": "OUTLINED"}
