"""A summary as data: what is told regularly, or when somebody asks; the same on every surface."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Head
from bot.domain.effects import Line
from bot.domain.figures.insights import Insights, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSummary:
    """A summary that is owed to a channel.  What it says is read from the record when it is sent.

    Args:
        name: what the settings call it.
        at: when it was due.
    """

    name: str
    at: datetime
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """From the top to the bottom of what is shown.

    Args:
        push: at most `bot.domain.card.PUSH_LENGTH` characters, for a phone.
        title: plain text, its times written in the zone of the period.
        lead: the one or two lines that matter most; a short summary has nothing else.
        head: the newest place of the record.
        footer: the head once more, for whoever wants to verify it later.
        figures: of its period.
        chart: what the picture is drawn from: the same, or more days where a few would show nothing.
        before: the figures of the period before, as long.
    """

    push: str
    title: str
    lead: tuple[Line, ...]
    sections: tuple[Section, ...]
    head: Head
    footer: Line
    figures: Insights
    chart: Insights
    before: Insights
