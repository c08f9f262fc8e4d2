"""A picture with the words that go beside it, drawn beside the event loop."""

import asyncio
from dataclasses import dataclass

from bot.domain.figures.course import Course
from bot.domain.figures.insights import Insights
from handlers.pictures.release import draw_release
from handlers.pictures.summary import draw_summary
from handlers.pictures.theme import THEMES, Scheme
from handlers.pictures.words import days_of, in_words, told_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG.

    Args:
        alt: what it shows, in words.
    """

    png: bytes
    title: str
    alt: str


async def picture_of(insights: Insights, scheme: Scheme = Scheme.LIGHT) -> Picture:
    """Draw the chart of a summary."""
    png = await asyncio.to_thread(draw_summary, insights, THEMES[scheme])
    return Picture(png=png, title=f"Releases, {days_of(insights)}", alt=in_words(insights))


async def timeline_of(title: str, course: Course, scheme: Scheme = Scheme.LIGHT) -> Picture:
    """Draw the time line of a release."""
    png = await asyncio.to_thread(draw_release, title, course, THEMES[scheme])
    return Picture(png=png, title=title, alt=told_in_words(title, course))
