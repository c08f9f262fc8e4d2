"""Answers to what people type, as plain lines: the same words on every surface."""

from dataclasses import dataclass, replace

from bot.domain.card import Button, Card
from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.cards.standing import who, why
from bot.domain.cards.telling import effect_lines
from bot.domain.commands.command import Command, Mistake, Target
from bot.domain.commands.grammar import explained, taught
from bot.domain.commands.meaning import offer
from bot.domain.commands.plain import joined, plain
from bot.domain.commands.receipts import receipt_of
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.effects import ReleaseId
from bot.domain.gate import Gate
from bot.domain.wording import READY, needs, unless_answered


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyItem:
    """One release of an answer; `line` says how it stands."""

    release: ReleaseId
    label: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer.

    Args:
        text: plain text, to be escaped by whoever shows it.
        buttons: what would do what was asked; never where the answer is shared.
        shared: it is meant for everybody who reads there.
        understood: False: the text tells what would have been right.
        found: False: there is no such release.
    """

    text: str
    items: tuple[ReplyItem, ...] = ()
    buttons: tuple[Button, ...] = ()
    shared: bool = False
    understood: bool = True
    found: bool = True


def as_shared(reply: Reply, *, shared: bool) -> Reply:
    """What everybody reads carries no deciding buttons."""
    return replace(reply, shared=True, buttons=()) if shared else reply


def misunderstood(mistake: Mistake) -> Reply:
    return Reply(text=str(mistake), understood=False)


def not_found(target: Target) -> Reply:
    return Reply(text=f"No release of “{target}” is known here.", found=False)


def helped(command: Command) -> Reply:
    return Reply(text="\n".join(explained(command.topic) if command.topic else taught()))


def status(seen: Seen) -> Reply:
    card = draw(seen)
    lines = [f"{card.label} · {card.title}", *map(plain, card.effect)]
    lines += [card.progress.words] if card.progress else []
    lines += [f"{evidence.mark} {plain(evidence.line)}" for evidence in card.evidence]
    lines += [f"⚠ {plain(line)}" for line in card.warnings]
    lines += map(plain, card.who)
    return Reply(text="\n".join(lines), items=(item_of(seen),), buttons=card.buttons)


def reasons(seen: Seen) -> Reply:
    """Why it waits, in one line."""
    release, asks = seen.release, seen.asks
    if asks is None:
        return Reply(text=f"{seen.label}: {joined(effect_lines(seen))}", items=(item_of(seen),))
    waits = plain(why(release, asks, seen.rights))
    until = plain(unless_answered(asks, release))
    text = f"{seen.label} is {READY[asks.stage]}: {waits}. {needs(seen.count(asks))} {until}".strip()
    return Reply(text=text, items=(item_of(seen),))


def deciders(seen: Seen) -> Reply:
    lines = [f"{seen.label} · {draw(seen).title}", *map(plain, who(seen))]
    return Reply(text="\n".join(lines), items=(item_of(seen),))


def receipt(seen: Seen, gate: Gate | None, verb: Verdict | Verb, *, by: Principal) -> Reply:
    """A receipt in words, see `receipt_of`."""
    told = receipt_of(seen, gate, verb, by=by)
    return Reply(
        text=f"{plain(told.decided)}\n{joined(told.follows)}",
        items=(item_of(seen),),
        buttons=(told.undo,) if told.undo else (),
    )


def pause_step(seen: Seen, *, by: Principal) -> Reply:
    """An engine's `resume` at a pause step is our approve; lest it was not meant, it is asked."""
    button = offer(seen, Verdict.APPROVE, by)
    text = f"{seen.label} is not paused; it waits at a step. Is this meant?\n    approve {seen.label}"
    return Reply(text=text, items=(item_of(seen),), buttons=(button,) if button else ())


def item_of(seen: Seen) -> ReplyItem:
    return ReplyItem(release=seen.release.id, label=seen.label, line=_line(seen, draw(seen)))


def _line(seen: Seen, card: Card) -> str:
    line = f"{card.label} · {card.title}"
    if seen.asks is None:
        return line
    until = plain(unless_answered(seen.asks, seen.release))
    return f"{line}: {plain(why(seen.release, seen.asks, seen.rights))}. {until}".strip()
