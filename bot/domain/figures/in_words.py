"""Figures in words, with how they were before: the same lines in a summary and in an answer."""

from collections.abc import Iterator, Mapping

from bot.domain.effects import Line
from bot.domain.figures.insights import Insights, Share, Spread
from bot.domain.figures.lengths import in_words

TOO_FEW = "too few to say"

SHOWN = 3
"""Teams and hours that are named: those where people waited longest."""


def figure_lines(now: Insights, before: Insights) -> tuple[Line, ...]:
    """The figures of delivery, each with that of the period before; what nothing is known of has no line."""
    lines = [
        f"Promoted: {now.outcomes.promoted} (before {before.outcomes.promoted}){_rate(now)}",
        *_spread("Lead time, from the change to everybody", now.lead_time, before.lead_time),
        *_share("Went wrong", now.failures, before.failures),
        *_spread("Until users had a good version again", now.restore, before.restore),
        *_share("Rework, promoted after one that went wrong", now.rework, before.rework),
    ]
    return tuple((line,) for line in lines)


def waiting_lines(now: Insights, before: Insights) -> tuple[Line, ...]:
    """How long people were waited for, and where."""
    waiting = now.waiting
    lines = [*_spread("Waited for people", waiting.all, before.waiting.all)]
    lines += _by("By stage", {str(stage): spread for stage, spread in waiting.by_stage.items()})
    lines += _by("Longest by team", _longest(waiting.by_team))
    lines += _by("Longest by hour", _longest({f"{hour:02}:00": spread for hour, spread in waiting.by_hour.items()}))
    return tuple((line,) for line in lines)


def deciding_lines(now: Insights) -> tuple[Line, ...]:
    """Where decisions were taken, and what was refused or never asked."""
    taken = ", ".join(f"{surface.replace('_', ' ')} {count}" for surface, count in now.decisions.items())
    lines = [f"Decisions: {sum(now.decisions.values())} ({taken})"] if taken else []
    lines.append(f"Refused attempts: {now.refused}")
    lines.append(f"Went on without a decision: {now.unasked}")
    return tuple((line,) for line in lines)


def _rate(now: Insights) -> str:
    if not now.outcomes.promoted:
        return ""
    return f", {now.per_day:.1f} a day" if now.per_day >= 1 else f", {now.per_day * 7:.1f} a week"


def _share(name: str, now: Share, before: Share) -> Iterator[str]:
    if now.of:
        percent = TOO_FEW if now.percent is None else f"{now.percent} %"
        earlier = None if before.percent is None else f"{before.percent} %"
        yield f"{name}: {now.part} of {now.of}, {percent}{_earlier(earlier)}"


def _spread(name: str, now: Spread, before: Spread) -> Iterator[str]:
    if now.count:
        earlier = None if before.median is None else in_words(before.median)
        yield f"{name}: {_said(now)}{_earlier(earlier)}"


def _said(spread: Spread) -> str:
    if spread.median is None or spread.p90 is None:
        return f"{spread.count} only, {TOO_FEW}"
    return f"half within {in_words(spread.median)}, 90 % within {in_words(spread.p90)}"


def _earlier(text: str | None) -> str:
    return "" if text is None else f" (before {text})"


def _by(name: str, spreads: Mapping[str, Spread]) -> Iterator[str]:
    known = [f"{key} {in_words(spread.median)}" for key, spread in spreads.items() if spread.median is not None]
    if len(known) > 1:  # Of one alone the line above tells all.
        yield f"{name}: {', '.join(known)}"


def _longest(spreads: Mapping[str, Spread]) -> dict[str, Spread]:
    said = {key: spread for key, spread in spreads.items() if spread.median is not None}
    return dict(sorted(said.items(), key=lambda item: (-_seconds(item[1]), item[0]))[:SHOWN])


def _seconds(spread: Spread) -> float:
    return spread.median.total_seconds() if spread.median else 0
