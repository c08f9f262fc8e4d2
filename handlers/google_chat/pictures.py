"""The picture of a summary, for Google's servers to fetch: an address, and the words that stand for it."""

from dataclasses import dataclass

from bot.domain.figures.summary import Summary
from handlers.google_chat.summaries import Picture
from handlers.pictures import PictureLinks, in_words


@dataclass(frozen=True, slots=True)
class Illustrate:
    """Raises: RecordsUnavailableError."""

    links: PictureLinks

    async def __call__(self, summary: Summary) -> Picture | None:
        """None: nothing ended, or Google could not reach us."""
        figures = summary.chart
        if not figures.outcomes.total or not self.links.public_url.startswith("https://"):
            return None
        return Picture(url=await self.links.link(figures.period), alt=in_words(figures))
