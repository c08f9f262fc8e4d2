"""The chart of a summary: releases of each day by how they ended, and how long people were waited for."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.figures.insights import Day, Insights, Outcomes, Spread
from handlers.pictures.canvas import Box, Canvas
from handlers.pictures.layout import EDGE, HEAD, SIGN, TEXT, TITLE, WIDTH, Head, draw_heads
from handlers.pictures.looks import Part, parts_of
from handlers.pictures.scale import count_ticks, duration_ticks
from handlers.pictures.shapes import Shape
from handlers.pictures.theme import Theme
from handlers.pictures.weeks import grouped
from handlers.pictures.words import days_of, duration, number

TALLEST = 1400
BARS, WAITS = 360, 250
"""Pixels of each plot."""

WIDEST_BAR = 120
GAP = 4
"""Pixels between two parts of a bar."""

DOT = 26

WEEKDAYS_UP_TO = 8
"""Days whose names of the week there is room for."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the days stand."""

    left: int
    right: int
    days: tuple[Day, ...]

    @property
    def slot(self) -> float:
        return (self.right - self.left) / len(self.days)

    @property
    def bar(self) -> int:
        return max(3, min(WIDEST_BAR, round(self.slot * 0.72)))

    def middle(self, place: int) -> float:
        return self.left + self.slot * (place + 0.5)


def draw_summary(insights: Insights, theme: Theme) -> bytes:
    """Draw it as a PNG."""
    canvas = Canvas(WIDTH, TALLEST, theme)
    title = f"Releases, {days_of(insights)}"
    canvas.text(EDGE, EDGE + 44, title, TITLE, bold=True, width=WIDTH - 2 * EDGE)
    if not any(day.outcomes.total for day in insights.days):
        canvas.text(EDGE, EDGE + 118, "No release ended in this time.", HEAD, fill=theme.soft)
        return canvas.png(EDGE * 2 + 118)
    days = grouped(insights.days)
    plot = Plot(EDGE + _margin(canvas, days), WIDTH - EDGE, days)
    bottom = _draw_endings(canvas, insights.outcomes, plot, EDGE + 76)
    if insights.waiting.all.median is not None:
        bottom = _draw_waits(canvas, insights.waiting.all, plot, bottom + 36)
    return canvas.png(bottom + EDGE)


def _margin(canvas: Canvas, days: tuple[Day, ...]) -> int:
    """Pixels for what stands before the lines of both plots."""
    words = [number(tick) for tick in _count_ticks(days)]
    words += [duration(tick) for tick in _wait_ticks(days)]
    return round(max(canvas.measure(text, TEXT) for text in words)) + 20


def _count_ticks(days: tuple[Day, ...]) -> tuple[int, ...]:
    return count_ticks(max(day.outcomes.total for day in days))


def _wait_ticks(days: tuple[Day, ...]) -> tuple[timedelta, ...]:
    return duration_ticks(max((day.waiting.p90 for day in days if day.waiting.p90), default=timedelta()), about=3)


def _draw_endings(canvas: Canvas, outcomes: Outcomes, plot: Plot, top: int) -> int:
    """Draw a bar for each day, below the numbers of all days; return where that ends."""
    top = draw_heads(canvas, [_head(canvas, part) for part in parts_of(outcomes, canvas.theme)], top) + 44
    ticks = _count_ticks(plot.days)
    bottom, scale = top + BARS, BARS / ticks[-1]
    for tick in ticks:
        _draw_line(canvas, plot, bottom - tick * scale, number(tick))
    end = _draw_names(canvas, plot, bottom)
    tell = max(canvas.measure(number(day.outcomes.total), TEXT, bold=True) for day in plot.days) < plot.slot - 4
    for place in range(len(plot.days)):
        top = _draw_bar(canvas, plot, place, bottom, scale)
        if tell and (total := plot.days[place].outcomes.total):
            canvas.text(plot.middle(place), top - 6, number(total), TEXT, bold=True, anchor="ms")
    return end


def _head(canvas: Canvas, part: Part) -> Head:
    def sign(left: int, top: int) -> None:
        canvas.box(Box(left, top, left + SIGN, top + SIGN), part.look.colour, pattern=part.look.pattern, radius=6)

    return Head(value=number(part.count), words=part.words, sign=sign)


def _draw_bar(canvas: Canvas, plot: Plot, place: int, bottom: int, scale: float) -> int:
    """Draw one day's bar; return where it ends above."""
    day, left = plot.days[place], round(plot.middle(place) - plot.bar / 2)
    foot, before = bottom, 0
    for part in parts_of(day.outcomes, canvas.theme):
        before += part.count
        top = min(round(bottom - before * scale), foot - 3)  # What is there is seen.
        canvas.box(Box(left, top, left + plot.bar, foot), part.look.colour, pattern=part.look.pattern)
        foot = top - GAP
    return foot


def _draw_waits(canvas: Canvas, waits: Spread, plot: Plot, top: int) -> int:
    """Draw for each day from the median to what nine of ten stay below; return where that ends."""
    canvas.text(EDGE, top + 40, "Waiting for people", HEAD, bold=True)
    top = draw_heads(canvas, _wait_heads(canvas, waits), top + 54)
    if not any(day.waiting.median for day in plot.days):
        return top
    top += 30
    ticks = _wait_ticks(plot.days)
    bottom, scale = top + WAITS, WAITS / ticks[-1].total_seconds()
    for tick in ticks:
        _draw_line(canvas, plot, bottom - tick.total_seconds() * scale, duration(tick) if tick else "0")
    end = _draw_names(canvas, plot, bottom)
    size = max(8, min(DOT, plot.bar))
    for place, day in enumerate(plot.days):
        if day.waiting.median is not None and day.waiting.p90 is not None:
            median, high = (bottom - round(w.total_seconds() * scale) for w in (day.waiting.median, day.waiting.p90))
            _draw_wait(canvas, plot.middle(place), median, high, size)
    return end


def _wait_heads(canvas: Canvas, waits: Spread) -> list[Head]:
    colour = canvas.theme.blue
    half = SIGN // 2

    def dot(left: int, top: int) -> None:
        canvas.mark(Shape.CIRCLE, left + half, top + half, DOT, colour)

    def bar(left: int, top: int) -> None:
        canvas.level(left, left + SIGN, top + half, fill=colour, thick=8)

    heads = ((waits.median, "median", dot), (waits.p90, "nine of ten are faster", bar))
    return [Head(value=duration(wait), words=words, sign=sign) for wait, words, sign in heads if wait is not None]


def _draw_wait(canvas: Canvas, x: float, median: int, high: int, size: int) -> None:
    colour = canvas.theme.blue
    if median - high < size:  # The dot says both.
        canvas.mark(Shape.CIRCLE, x, median, size, colour)
        return
    canvas.upright(x, high, median, fill=colour, thick=max(3, size // 5))
    canvas.level(x - size / 2, x + size / 2, high, fill=colour, thick=max(4, size // 3))
    canvas.mark(Shape.CIRCLE, x, median, size, colour)


def _draw_line(canvas: Canvas, plot: Plot, y: float, name: str) -> None:
    canvas.level(plot.left, plot.right, y)
    canvas.text(plot.left - 16, y + 11, name, TEXT, fill=canvas.theme.soft, anchor="rs")


def _draw_names(canvas: Canvas, plot: Plot, bottom: int) -> int:
    """Write the days below a plot, as many as there is room for; return where they end."""
    canvas.level(plot.left, plot.right, bottom, fill=canvas.theme.soft)
    widest = max(canvas.measure(_name(day.day, len(plot.days)), TEXT) for day in plot.days)
    every = -(-(widest + 14) // plot.slot)
    for place, day in enumerate(plot.days):
        if (len(plot.days) - 1 - place) % every == 0:  # The last day always has its name.
            name = _name(day.day, len(plot.days))
            half = canvas.measure(name, TEXT) / 2
            x = min(plot.middle(place), plot.right + EDGE - 8 - half)
            canvas.text(x, bottom + 46, name, TEXT, fill=canvas.theme.soft, anchor="ms")
    return bottom + 60


def _name(day: date, of: int) -> str:
    return f"{day:%a} {day.day}" if of <= WEEKDAYS_UP_TO else f"{day.day} {day:%b}"
