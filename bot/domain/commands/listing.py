"""Answers that go on: lists, time lines and the record, a page at a time.  The last line says what to type for more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.commands.chronicle import Told
from bot.domain.commands.command import Command
from bot.domain.commands.grammar import Form
from bot.domain.commands.meaning import offer
from bot.domain.commands.plain import one_line, plain, written
from bot.domain.commands.reply import Reply, item_of
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.release import Release

LINES = 30
"""Releases of one answer."""

STORY_LINES = 40
"""Lines of a time line, or of the record, in one answer."""


def listed(form: Form, seen: Sequence[Seen], *, empty: str, more: bool) -> Reply:
    """A line for each release."""
    items = tuple(item_of(one) for one in seen)
    lines = [item.line for item in items]
    if more:
        lines.append(f"… more: {form.verb} --{form.pages} {_whole_name(seen[-1].release)}")
    return Reply(text="\n".join(lines) if lines else empty, items=items)


def candidates(command: Command, seen: Sequence[Seen], *, by: Principal) -> Reply:
    """Several may be meant: each with the line that would have named it, and the button that does what was asked."""
    named = tuple(zip(_told_apart(seen), seen, strict=True))[:LINES]
    lines = [f"{command.form.verb} {name} · {draw(one).title}" for name, one in named]
    more = ["… and more: name its namespace, cluster or number"] if len(seen) > LINES else []
    does = command.form.does
    offered = [(name, offer(one, does, by)) for name, one in named] if isinstance(does, Verdict | Verb) else []
    return Reply(
        text="\n".join((f"“{command.target}” may mean several. Which one?", *lines, *more)),
        items=tuple(item_of(one) for _, one in named),
        buttons=tuple(replace(button, text=f"{button.text} · {name}") for name, button in offered if button),
    )


def past(form: Form, seen: Seen, story: Sequence[Told], *, more: bool) -> Reply:
    """The time line, the newest last; of a long one its newest part.

    Args:
        more: the record has earlier lines than these.
    """
    shown = story[-STORY_LINES:]
    oldest = next((told.seq for told in shown if told.seq is not None), None)
    goes_on = [_earlier(form, seen, oldest)] if (more or len(story) > len(shown)) and oldest is not None else []
    return _of_one(seen, [*goes_on, *(plain(told.line) for told in shown)])


def records(form: Form, seen: Seen, found: Sequence[Mapping[str, Any]], *, more: bool) -> Reply:
    """Lines of the record about a release, newest first."""
    goes_on = [_earlier(form, seen, found[-1]["seq"])] if more else []
    return _of_one(seen, [*map(_record, found), *goes_on])


def _record(record: Mapping[str, Any]) -> str:
    """`1042 · 24 Nov 02:00:51 UTC · decision.taken approve at promotion by ann@example.com (slack): looks good`."""
    what = " ".join(filter(None, (record["action"], record["decision"])))
    at = f" at {record['stage']}" if record["stage"] else ""
    reason = f": {record['reason']}" if record["reason"] else ""
    when = written(datetime.fromisoformat(record["at"]))
    return one_line(f"{record['seq']} · {when} · {what}{at} by {record['actor']} ({record['surface']}){reason}")


def _of_one(seen: Seen, lines: Sequence[str]) -> Reply:
    return Reply(text="\n".join((f"{seen.label} · {draw(seen).title}", *lines)), items=(item_of(seen),))


def _earlier(form: Form, seen: Seen, before: int) -> str:
    return f"… earlier: {form.verb} {_whole_name(seen.release)} --{form.pages} {before}"


def _told_apart(seen: Sequence[Seen]) -> list[str]:
    """Labels; the whole name where two are the same."""
    labels = [one.label for one in seen]
    return [one.label if labels.count(one.label) == 1 else _whole_name(one.release) for one in seen]


def _whole_name(release: Release) -> str:
    """What names this release and no other."""
    return f"{release.workload.kind.lower()}:{release.workload.path}#{release.number}"
