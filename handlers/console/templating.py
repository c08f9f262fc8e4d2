"""Templates: whatever stands in them is text on one line, escaped."""

from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.domain.audit import stamp
from bot.domain.commands.plain import one_line
from bot.domain.decision import short
from handlers.console import words
from handlers.console.assets import Assets


class Templates:
    """The pages and their parts, compiled once."""

    def __init__(self, assets: Assets) -> None:
        self._templates = Environment(
            loader=PackageLoader("handlers.console"),
            autoescape=True,
            finalize=_finalize,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"stamp": stamp, "in_utc": in_utc, "short": short}
        self._templates.globals |= {"asset": assets.url, "signs": words}

    def page(self, name: str, **shown: Any) -> str:
        return self._templates.get_template(name).render(**shown)

    def part(self, name: str, **shown: Any) -> Markup:
        """A part of a page; what stands in it is escaped already."""
        return Markup(self.page(name, **shown))  # noqa: S704 -- it comes out of the same escaping


def in_utc(at: datetime, seconds: bool) -> str:  # noqa: FBT001 -- a filter's arguments have no names
    """Write a time for a reader without script: `24 Nov 02:00 UTC`."""
    at = at.astimezone(UTC)
    clock = f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"
    return f"{at.day} {at:%b} {clock} UTC"


def _finalize(value: Any) -> Any:
    """Clean every text that is put into a template, before it is escaped."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
