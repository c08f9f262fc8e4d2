"""From what happened to the summary that tells it: first what needs somebody, then what was, then the figures."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain.card import PUSH_LENGTH
from bot.domain.cards.seen import Seen
from bot.domain.cards.standing import why
from bot.domain.decision import short
from bot.domain.effects import Line, Moment
from bot.domain.figures.in_words import figure_lines, waiting_lines
from bot.domain.figures.insights import Outcomes, Period
from bot.domain.figures.recap import Noted, Recap
from bot.domain.figures.summary import Section, Summary
from bot.domain.figures.timetable import zone_named
from bot.domain.release import Cause, Release, ReleaseState
from bot.domain.wording import READY, unless_answered, version

NAMED = 10
"""Lines of one section; what more there is, is counted."""


def sum_up(recap: Recap) -> Summary:
    """Draw a summary.  Of an empty period there is one line."""
    return Summary(
        push=_push(recap),
        title=f"{_name(recap)} · {span(recap.figures.period)}",
        lead=tuple(_lead(recap)),
        sections=tuple(_sections(recap)),
        head=recap.head,
        footer=(f"Record {recap.head}",),
        figures=recap.figures,
        chart=recap.chart,
        before=recap.before,
    )


def _name(recap: Recap) -> str:
    return "Summary" if recap.name is None else f"Summary {recap.name}"


def _push(recap: Recap) -> str:
    waiting = f"{len(recap.waiting)} {'waits' if len(recap.waiting) == 1 else 'wait'} for people"
    text = f"{_name(recap)}: {_counted(recap.figures.outcomes) or 'nothing ended'}, {waiting}"
    return text if len(text) <= PUSH_LENGTH else f"{text[: PUSH_LENGTH - 1]}…"


def _lead(recap: Recap) -> Iterator[Line]:
    if recap.is_late and recap.due_at is not None:
        yield ("Late: it was due at ", Moment(recap.due_at), ".")
    counted = _counted(recap.figures.outcomes)
    if counted:
        yield (f"{counted[0].upper()}{counted[1:]}.",)
    else:
        yield ("No release ended." if recap.waiting else "No release ended, and nothing waits for people.",)


def _counted(outcomes: Outcomes) -> str:
    counts = {
        "promoted": outcomes.promoted,
        "rolled back": outcomes.rolled_back,
        "failed": outcomes.failed,
        "superseded": outcomes.superseded,
        "ended unheard": outcomes.ended,
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _sections(recap: Recap) -> Iterator[Section]:
    yield from _section("Needs somebody now", [_needs(seen) for seen in recap.waiting])
    yield from _environments(recap)
    figures = recap.figures
    if figures.outcomes.total or recap.before.outcomes.total:
        yield Section(title="Figures", lines=figure_lines(figures, recap.before))
    if figures.waiting.all.count:
        yield Section(title="Waiting for people", lines=waiting_lines(figures, recap.before))
    unasked = [_unasked(recap, noted) for noted in recap.unasked]
    yield from _section("Went on without a decision", unasked, of=figures.unasked)
    refused = [_refused(recap, noted) for noted in recap.refused]
    yield from _section("Refused attempts", refused, of=figures.refused)


def _section(title: str, lines: list[Line], *, of: int = 0) -> Iterator[Section]:
    """A heading with its first lines; nothing, where there is none.

    Args:
        of: how many there are, where not all were read.
    """
    more = max(of, len(lines)) - NAMED
    if lines:
        yield Section(title=title, lines=(*lines[:NAMED], *(((f"… and {more} more",),) if more > 0 else ())))


def _needs(seen: Seen) -> Line:
    gate = seen.asks
    assert gate is not None
    until = unless_answered(gate, seen.release)
    what = f"{seen.label} · {version(seen.release)} · {READY[gate.stage]} since "
    reasons = why(seen.release, gate, seen.rights)
    return (what, Moment(gate.reached_at), ": ", *reasons, *((". ", *until) if until else (".",)))


def _environments(recap: Recap) -> Iterator[Section]:
    """What ended in each cluster, the newest first; with the no's that ended nothing."""
    told = {release.id for release in recap.ended}
    stopped = [noted for noted in recap.stopped if noted.release not in told]
    lines = [
        (release.ended_at or recap.now, release.workload.cluster, _ended(recap, release)) for release in recap.ended
    ]
    lines += [(noted.at, noted.workload.cluster, _stopped(recap, noted)) for noted in stopped]
    newest_first = sorted(lines, key=lambda line: line[0], reverse=True)
    for cluster in sorted({cluster for _, cluster, _ in lines}):
        yield from _section(cluster, [line for _, where, line in newest_first if where == cluster])


def _ended(recap: Recap, release: Release) -> Line:
    assert release.ended_at is not None
    mark, what = _HOW[release.state]
    return (f"{mark} {recap.label(release)} · {_change(release)} · {what} ", Moment(release.ended_at), *_by(release))


_HOW = {
    ReleaseState.PROMOTED: ("✓", "promoted"),
    ReleaseState.ROLLED_BACK: ("✗", "rolled back"),
    ReleaseState.FAILED: ("✗", "failed"),
    ReleaseState.SUPERSEDED: ("·", "superseded"),
    ReleaseState.ENDED: ("·", "ended, how is not known,"),
}


def _change(release: Release) -> str:
    """What changed, as short as it can be said."""
    new = version(release)
    old = {release.before[name].rpartition(":")[2] for name in release.after if name in release.before}
    return f"{old.pop()} → {new}" if len(old) == 1 else new


def _by(release: Release) -> Line:
    """Who let it go on, or why it came back."""
    if release.state is ReleaseState.PROMOTED:
        names = dict.fromkeys(short(mark.by) for gate in release.gates if gate.told_at for mark in gate.approvals)
        return (f", approved by {_and(names)}" if names else ", without an approval",)
    match release.cause:
        case Cause.PERSON if release.roll_back is not None:
            mark = release.roll_back.mark
            return (f" by {short(mark.by)}", f": {mark.reason}" if mark.reason else "")
        case Cause.DEADLINE:
            return (": nobody answered in time",)
        case Cause.CHECKS:
            return (" by the engine's own checks",)
        case _:
            return ()


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _stopped(recap: Recap, noted: Noted) -> Line:
    what = f"✗ {recap.label(noted)} · {noted.stage or 'gate'} "
    if noted.by.startswith("policy:"):
        return (f"{what}expired ", Moment(noted.at))
    return (f"{what}refused by {short(noted.by)} ", Moment(noted.at), f": {noted.why}" if noted.why else "")


def _unasked(recap: Recap, noted: Noted) -> Line:
    return (f"{recap.label(noted)} · ", Moment(noted.at), f": {noted.why}")


def _refused(recap: Recap, noted: Noted) -> Line:
    tried = (noted.decision or "decide").replace("_", " ")
    return (f"{short(noted.by)}, {tried} {recap.label(noted)} · ", Moment(noted.at), f": {noted.why}")


def span(period: Period) -> str:
    """`Mon 23 Nov 09:00 to Tue 24 Nov 09:00 CET`."""
    zone = zone_named(period.zone)
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    return f"{_time(start)} to {_time(end)} {end:%Z}"


def _time(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %H:%M}"
