"""Figures made ready to be shown: each with how it was before and with what it means.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.decision import Surface
from bot.domain.figures.in_words import TOO_FEW
from bot.domain.figures.insights import Insights, Share, Spread
from bot.domain.figures.lengths import in_words
from handlers.console.words import STAGES, SURFACES

UNKNOWN = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number.

    Args:
        more: what it is made of.
        before: the same of the period before; empty: not known.
        meaning: its definition, in a sentence.
    """

    name: str
    value: str
    meaning: str
    more: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    count: int
    median: str
    p90: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    rows: tuple[Row, ...]


def delivery(now: Insights, before: Insights) -> tuple[Figure, ...]:
    """How often it is released, how fast, and how well that goes."""
    return (
        Figure(
            name="Promoted",
            value=f"{now.outcomes.promoted:,}",
            more=_rate(now.per_day),
            before=f"{before.outcomes.promoted:,}",
            meaning="Releases that became what everybody has.",
        ),
        _share(
            "Went wrong",
            now.failures,
            before.failures,
            "Of the releases that reached users, those that were rolled back or failed.",
        ),
        _spread(
            "Good again after",
            now.restore,
            before.restore,
            "From the beginning of a release that went wrong until users had a good version again.",
        ),
        _share(
            "Rework", now.rework, before.rework, "Of those promoted, the ones whose workload went wrong the last time."
        ),
        _spread(
            "Lead time",
            now.lead_time,
            before.lead_time,
            "From the change, by its author's clock, to everybody. Only where that time is known.",
        ),
    )


def waiting(now: Insights, before: Insights) -> Figure:
    return _spread(
        "Waited for people",
        now.waiting.all,
        before.waiting.all,
        "From the moment a gate asked until people had answered it.",
    )


def deciding(now: Insights, before: Insights) -> tuple[Figure, ...]:
    """What was decided, what was refused, and what nobody was asked about."""
    taken, earlier = sum(now.decisions.values()), sum(before.decisions.values())
    where = ", ".join(f"{SURFACES[surface]} {count:,}" for surface, count in _largest(now.decisions))
    return (
        Figure(name="Decisions", value=f"{taken:,}", more=where, before=f"{earlier:,}", meaning="Taken by people."),
        Figure(
            name="Refused attempts",
            value=f"{now.refused:,}",
            before=f"{before.refused:,}",
            meaning="Somebody tried to decide who may not, or too late. Each is on record.",
        ),
        Figure(
            name="Nobody was asked",
            value=f"{now.unasked:,}",
            before=f"{before.unasked:,}",
            meaning="Releases that went on without a decision, around the gate or by other tools.",
        ),
    )


def tables(now: Insights) -> tuple[Table, ...]:
    """Who was waited for longest, by what is known of it; a table of one line says nothing more."""
    by_hour = {f"{hour:02}:00": spread for hour, spread in now.waiting.by_hour.items()}
    found = (
        Table(name="By gate", rows=_rows({STAGES[stage]: spread for stage, spread in now.waiting.by_stage.items()})),
        Table(name="By namespace", rows=_rows(now.waiting.by_team)),
        Table(name="By hour of the day", rows=_rows(by_hour)),
    )
    return tuple(table for table in found if len(table.rows) > 1)


def _rows(spreads: Mapping[str, Spread]) -> tuple[Row, ...]:
    return tuple(
        Row(
            name=name,
            count=spread.count,
            median=UNKNOWN if spread.median is None else in_words(spread.median),
            p90=UNKNOWN if spread.p90 is None else in_words(spread.p90),
        )
        for name, spread in spreads.items()
        if spread.count
    )


def _share(name: str, now: Share, before: Share, meaning: str) -> Figure:
    return Figure(
        name=name,
        value=UNKNOWN if now.percent is None else f"{now.percent} %",
        more=f"{now.part} of {now.of}" if now.percent is not None else TOO_FEW,
        before="" if before.percent is None else f"{before.percent} %",
        meaning=meaning,
    )


def _spread(name: str, now: Spread, before: Spread, meaning: str) -> Figure:
    known = now.median is not None and now.p90 is not None
    return Figure(
        name=name,
        value=in_words(now.median) if now.median is not None else UNKNOWN,
        more=f"90 % within {in_words(now.p90)}, {now.count:,} in all" if known and now.p90 is not None else TOO_FEW,
        before="" if before.median is None else in_words(before.median),
        meaning=f"{meaning} The median.",
    )


def _rate(per_day: float) -> str:
    return f"{per_day:.1f} a day" if per_day >= 1 else f"{per_day * 7:.1f} a week"


def _largest(counts: Mapping[Surface, int]) -> list[tuple[Surface, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
