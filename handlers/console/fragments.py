"""Parts of a page that change by themselves: each has an id, and a digest that tells whether it is the same still."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.domain.commands.chronicle import chronicle
from handlers.console.board import RECORDS_SHOWN, Shown
from handlers.console.controls import Control, Viewer, controls_of
from handlers.console.records import line_of
from handlers.console.templating import Templates
from handlers.console.timelines import address_of, in_short

_FRAME = Markup('<div class="item" id="{}" data-digest="{}">{}</div>')


@dataclass(frozen=True, slots=True)
class Fragment:
    id: str
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a form was answered when nothing was done.

    Args:
        control: the form's id; empty: none on the card.
        said: the reason that was typed.
    """

    text: Markup | str
    control: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A card with what one person can press."""

    card: Any
    controls: tuple[Control, ...]
    notice: Notice | None = None


class Fragments:
    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def on_list(self, shown: Shown, viewer: Viewer, notice: Notice | None = None) -> Fragment:
        """One card among others."""
        return self._card("list_card.html", f"release-{shown.release.id}", shown, viewer, notice, back="/")

    def of_one(
        self, shown: Shown, records: Iterable[Mapping[str, Any]], viewer: Viewer, notice: Notice | None = None
    ) -> tuple[Fragment, ...]:
        """Everything on the page of one release.

        Args:
            records: its record, newest first.
        """
        release = shown.release
        records = tuple(records)
        lines = [line_of(record) for record in records]
        more = len(records) == RECORDS_SHOWN
        story = [told.line for told in chronicle(release, records[::-1], from_the_start=not more)]
        return (
            self._card("page_card.html", "card", shown, viewer, notice, back=f"/releases/{release.id}"),
            self._part("gates", "gates.html", release=release),
            self._part(
                "story",
                "story.html",
                story=story,
                drawing=address_of(release),
                alt=in_short(release),
                release=release.id,
                more=more,
            ),
            self._part("record", "own_record.html", records=lines, release=release.id, more=more),
        )

    def _card(
        self, template: str, name: str, shown: Shown, viewer: Viewer, notice: Notice | None, *, back: str
    ) -> Fragment:
        controls = controls_of(shown.card, shown.release, viewer)
        item = Item(card=shown.card, controls=controls, notice=notice)
        short = not shown.release.is_open
        return self._part(name, template, item=item, viewer=viewer, back=back, short=short)

    def _part(self, name: str, template: str, **shown: Any) -> Fragment:
        html = self._templates.part(template, **shown)
        return Fragment(name, _FRAME.format(name, hashlib.sha256(html.encode()).hexdigest()[:16], html))
