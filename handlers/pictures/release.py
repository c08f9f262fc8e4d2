"""The time line of a release: who had the new version when, where it waited for people, and what happened."""

from datetime import timedelta

from bot.domain.figures.course import Course
from handlers.pictures.canvas import Box, Canvas
from handlers.pictures.events import draw_events, draw_rail, sign_of
from handlers.pictures.layout import EDGE, HEAD, TEXT, TITLE, WIDTH
from handlers.pictures.scale import time_ticks
from handlers.pictures.span import Span
from handlers.pictures.theme import Theme
from handlers.pictures.words import clock, duration, told_in_short

TALLEST = 1500
PLOT = 300
STRIP = 52
"""Pixels above the plot, where the waits have their names."""

LINE = 6
MARGIN = 124
"""Pixels for what stands before the plot's lines."""


def draw_release(title: str, course: Course, theme: Theme) -> bytes:
    """Draw it as a PNG."""
    canvas = Canvas(WIDTH, TALLEST, theme)
    canvas.text(EDGE, EDGE + 44, title, TITLE, bold=True, width=WIDTH - 2 * EDGE)
    _draw_verdict(canvas, course, EDGE + 112)
    canvas.text(EDGE, EDGE + 184, course.measure, TEXT, fill=theme.soft)
    span = Span(EDGE + MARGIN, WIDTH - EDGE, course.since, course.until)
    bottom = _draw_plot(canvas, course, span, EDGE + 200)
    bottom = draw_rail(canvas, course.events, span, bottom)
    return canvas.png(draw_events(canvas, course.events, bottom, dated=span.dated) + EDGE)


def _draw_verdict(canvas: Canvas, course: Course, base: int) -> None:
    shape, colour = sign_of(course.verdict.kind, canvas.theme)
    canvas.mark(shape, EDGE + 17, base - 13, 34, colour)
    canvas.text(EDGE + 50, base, told_in_short(course), HEAD, width=WIDTH - 2 * EDGE - 50)


def _draw_plot(canvas: Canvas, course: Course, span: Span, top: int) -> int:
    """Draw who had the new version when, over the times in which people were waited for; return where it ends."""
    theme, high, bottom = canvas.theme, top + STRIP, top + STRIP + PLOT
    for wait in course.waits:
        left, right = round(span.x(wait.since)), round(span.x(wait.until))
        canvas.box(Box(left, top, max(right, left + LINE), bottom), theme.wash)
    for percent in (0, 50, 100):
        y = bottom - PLOT * percent / 100
        canvas.level(span.left, span.right, y)
        canvas.text(span.left - 16, y + 11, f"{percent} %", TEXT, fill=theme.soft, anchor="rs")
    _draw_levels(canvas, course, span, high, bottom)
    _name_waits(canvas, course, span, top + 38)
    return _draw_times(canvas, span, bottom)


def _draw_levels(canvas: Canvas, course: Course, span: Span, high: int, bottom: int) -> None:
    ends = [*(level.at for level in course.levels[1:]), course.until]
    before = float(bottom)
    for level, until in zip(course.levels, ends, strict=True):
        left, right, y = span.x(level.at), span.x(until), bottom - (bottom - high) * level.part
        if level.part:
            canvas.box(Box(round(left), round(y), round(right), bottom), canvas.theme.fill)
        low, up = max(before, y) + LINE / 2, min(before, y) - LINE / 2
        canvas.upright(left, up, low, fill=canvas.theme.blue, thick=LINE)
        canvas.level(left - LINE / 2, right + LINE / 2, y, fill=canvas.theme.blue, thick=LINE)
        before = y


def _name_waits(canvas: Canvas, course: Course, span: Span, base: int) -> None:
    """Say what each wait was for and how long it took, where there is room for it."""
    free = 0.0
    for wait in course.waits:
        name = f"{wait.name}: {duration(wait.length)}"
        width = canvas.measure(name, TEXT)
        x = min(span.x(wait.since) + 10, span.right - width)
        if wait.length >= timedelta(seconds=1) and x >= free:
            canvas.text(x, base, name, TEXT)
            free = x + width + 24


def _draw_times(canvas: Canvas, span: Span, bottom: int) -> int:
    canvas.level(span.left, span.right, bottom, fill=canvas.theme.soft)
    canvas.text(EDGE, bottom + 48, "UTC", TEXT, fill=canvas.theme.soft)
    for tick in time_ticks(span.since, span.until):
        name = clock(tick, dated=span.dated)
        half = canvas.measure(name, TEXT) / 2
        canvas.upright(span.x(tick), bottom, bottom + 12, fill=canvas.theme.soft)
        x = min(max(span.x(tick), span.left - 30 + half), span.right + EDGE - 8 - half)
        canvas.text(x, bottom + 48, name, TEXT, fill=canvas.theme.soft, anchor="ms")
    return bottom + 64
