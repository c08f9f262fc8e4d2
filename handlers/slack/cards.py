"""Cards as Slack's blocks.  Pure: what stands on a card was decided elsewhere."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.domain.card import PUSH_LENGTH, SYMBOLS, Button, Card, Confirm, Progress, Style
from bot.domain.decision import Verdict
from bot.domain.effects import Line, Tell
from bot.domain.wording import who
from handlers.slack.text import (
    in_markup,
    in_words,
    literal,
    markup,
    plain,
    stacked,
    text_of,
)

Block = dict[str, Any]

Mention = Callable[[str], str | None]
"""How Slack calls a person or a group of a policy (`<@U…>`, `<!subteam^S…>`); None: only their name is known."""

DETAILS = "card.details"

# Source: docs.slack.dev, reference/block-kit.  Characters and counts; more makes Slack refuse the whole card.
HEADER = 150
SECTION = 3000
CONTEXT = 2000
BUTTON = 75
BUTTONS = 25
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30

CALLED = 30
"""People and groups that one message calls at most."""


def nobody(_name: str) -> str | None:
    """Call nobody: where a card is only drawn anew, people are named and not called."""
    return None


def to_blocks(card: Card, *, mention: Mention = nobody, link: str | None = None) -> tuple[str, list[Block]]:
    """Draw a card.

    Args:
        mention: how people are called; only the posting of a card calls.
        link: where the console shows the release.

    Returns:
        What a phone shows before the card is opened, and the blocks.
    """
    return plain(card.push, PUSH_LENGTH)["text"], [
        *_head(card),
        *_body(card, mention),
        *_actions(card),
        *_foot(card, link),
    ]


def to_note(tell: Tell, *, mention: Mention = nobody, card: str | None = None) -> tuple[str, list[Block]]:
    """Write a line below a card.

    Args:
        card: where the card is; only what notifies leads there.
    """
    parts = [*_called(tell.mentions, mention), in_markup(tell.line)]
    if card is not None:
        parts.append(f"<{card}|Open the card>")
    return in_words(tell.line), [section(markup(" ".join(parts)))]


def _head(card: Card) -> Iterator[Block]:
    yield {"type": "header", "text": plain(f"{SYMBOLS[card.tone]} {card.title}", HEADER)}
    if card.effect:
        yield section(text_of(card.effect, SECTION))


def _body(card: Card, mention: Mention) -> Iterator[Block]:
    if card.progress is not None:
        yield section(plain(bar(card.progress), SECTION))
    if card.evidence:
        yield section(text_of([evidence.judged for evidence in card.evidence], SECTION))
    if card.warnings:
        yield section(text_of([("⚠ ", *warning) for warning in card.warnings], SECTION))
    called = tuple(_called(card.mentions, mention))
    if called:
        asked = f"Asked: {' '.join(called)}"
        yield section(markup(stacked([*(in_markup(line) for line in card.who), asked], SECTION)))
    elif card.who:
        yield section(text_of(card.who, SECTION))


def _called(names: Iterable[str], mention: Mention) -> Iterator[str]:
    """Everybody by name, if anybody at all can be called: who is not known here is still meant."""
    names = tuple(names)[:CALLED]
    if any(mention(name) for name in names):
        yield from (mention(name) or literal(who(name)) for name in names)


def _actions(card: Card) -> Iterator[Block]:
    details = {"type": "button", "action_id": DETAILS, "value": card.release, "text": plain("Details", BUTTON)}
    yield from rows([*map(button_of, card.buttons), details])


def rows(buttons: list[Block]) -> Iterator[Block]:
    """Lay buttons out.  An `action_id` stands once in its block: one that comes again gets its place added."""
    for first in range(0, len(buttons), BUTTONS):
        row: list[Block] = []
        for place, button in enumerate(buttons[first : first + BUTTONS]):
            again = any(button["action_id"] == other["action_id"] for other in row)
            row.append(button | {"action_id": f"{button['action_id']}.{place}"} if again else button)
        yield {"type": "actions", "elements": row}


def button_of(button: Button) -> Block:
    kind = "gate" if isinstance(button.verb, Verdict) else "release"
    element: Block = {
        "type": "button",
        "action_id": f"{kind}.{button.verb}",
        "value": button.subject,
        "text": plain(button.text, BUTTON),
    }
    if button.style is not Style.PLAIN:
        element["style"] = str(button.style)
    if button.confirm is not None and not button.needs_reason:  # Who gives a reason has a dialog to think in.
        element["confirm"] = _confirm(button.confirm, button.style)
    return element


def _confirm(confirm: Confirm, style: Style) -> Block:
    return {
        "title": plain(confirm.title, CONFIRM_TITLE),
        "text": plain(confirm.text, CONFIRM_TEXT),
        "confirm": plain(confirm.yes, CONFIRM_BUTTON),
        "deny": plain("Not now", CONFIRM_BUTTON),
        **({} if style is Style.PLAIN else {"style": str(style)}),
    }


def _foot(card: Card, link: str | None) -> Iterator[Block]:
    if card.changes:
        yield context(text_of(card.changes, CONTEXT))
    footer: Line = card.footer or (card.label,)
    if link is None:
        yield context(text_of([footer], CONTEXT))
    else:
        yield context(markup(f"{in_markup(footer)} · <{link}|Console>"))


def bar(progress: Progress) -> str:
    return f"{progress.bar}  {progress.words}"


def section(text: Block) -> Block:
    return {"type": "section", "text": text}


def context(text: Block) -> Block:
    return {"type": "context", "elements": [text]}
