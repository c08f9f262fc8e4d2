"""What Google Chat refuses, judged by the official client's types and by the limits that these do not know."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from google.apps.card_v1 import Card
from google.apps.chat_v1 import Message

# Source: google/chat/v1/message.proto and google/apps/card/v1/card.proto.
MESSAGE_BYTES = 32_000
CARD_WIDGETS = 100
TAGS = {"b", "i", "u", "s", "strike", "font", "a", "br"}


def check_message(message: dict[str, Any]) -> None:
    Message.from_json(json.dumps(message))
    size = len(json.dumps(message, ensure_ascii=False).encode())
    assert size <= MESSAGE_BYTES, f"{size} bytes"
    assert (message.get("text") or message.get("fallbackText", "")).strip(), "no words for phones and screen readers"
    for held in message.get("cardsV2", ()):
        check_card(held["card"], dialog=False)


def check_card(card: dict[str, Any], *, dialog: bool = True) -> None:
    Card.from_json(json.dumps(card))
    assert len(json.dumps(card, ensure_ascii=False).encode()) <= MESSAGE_BYTES
    assert card["sections"], "a card without sections"
    assert dialog or "fixedFooter" not in card, "only dialogs have a footer"
    assert len(widgets(card)) <= CARD_WIDGETS
    for section in card["sections"]:
        assert section["widgets"], "a section without widgets"
    for text in texts(card):
        assert text.strip(), "an empty text"
        assert set(tags(text)) <= TAGS, f"{tags(text)} in {text}"
    for button in buttons(card):
        _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    assert button["text"].strip()
    (how,) = button["onClick"].items()
    match how:
        case ("openLink", {"url": str(url)}):
            assert url.startswith("https://")
        case ("action", action):
            assert action["function"]
            assert all(isinstance(one["value"], str) for one in action["parameters"])
        case other:
            raise AssertionError(f"{other} is no click of ours")


def widgets(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [widget for section in card["sections"] for widget in section["widgets"]]


def buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for widget in widgets(card) for button in widget.get("buttonList", {}).get("buttons", ())]


def texts(card: dict[str, Any]) -> list[str]:
    """Every text in which Chat reads HTML."""
    return list(_texts(card))


def _texts(card: dict[str, Any]) -> Iterator[str]:
    for widget in widgets(card):
        if "textParagraph" in widget:
            yield widget["textParagraph"]["text"]
        if "decoratedText" in widget:
            yield widget["decoratedText"]["text"]


def tags(html: str) -> list[str]:
    return [tag for tag, _ in _Tags.of(html).found]


def links(html: str) -> list[str]:
    return [value for _, attributes in _Tags.of(html).found for name, value in attributes if name == "href"]


def words(html: str) -> str:
    """What people read."""
    return "".join(_Tags.of(html).words)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[tuple[str, Any]]]] = []
        self.words: list[str] = []

    @classmethod
    def of(cls, html: str) -> "_Tags":
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        self.found.append((tag, attrs))
        if tag == "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
