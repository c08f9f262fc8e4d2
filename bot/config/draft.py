"""Settings with mistakes in them: what is sound is still checked, so that all mistakes are told at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.config.explain import errors_of, place_of
from bot.config.mistakes import Place
from bot.config.models import Settings, numbered
from bot.config.words import Surroundings


@dataclass(frozen=True, slots=True)
class Draft:
    """Settings as far as they are sound.

    Attributes:
        written: The values as they stand in the file, wrong ones too; only the names of policies are added.
        kept: For each list, where in the file its items stand.
        gone: What had to be left out.
    """

    settings: Settings
    written: Mapping[str, Any]
    kept: Mapping[Place, tuple[int, ...]]
    gone: Collection[Place]

    def names(self, *place: str) -> set[str]:
        """Collect the names of what is defined at a place; what is wrong otherwise has its name all the same."""
        found: Any = self.written
        for step in place:
            found = found.get(step) if isinstance(found, dict) else None
        match found:
            case dict():
                return set(found)
            case tuple():
                return {str(item.get("name")) for item in found if isinstance(item, dict)}
            case _:
                return set()

    def lacks(self, *beginning: str | int) -> bool:
        """Tell whether something at that place had to be left out, so that a default stands in for it."""
        return any(place[: len(beginning)] == beginning for place in self.gone)


def drafted(written: Mapping[str, Any], around: Surroundings) -> tuple[Draft, ValidationError | None]:
    """Check each value by itself; leave out what is wrong, and what cannot be without it."""
    values = dict(written) | ({"policies": numbered(written["policies"])} if "policies" in written else {})
    gone: set[Place] = set()
    first: ValidationError | None = None
    while True:
        kept: dict[Place, tuple[int, ...]] = {}
        try:
            settings = Settings.model_validate(_without(values, gone, kept), context=around)
        except ValidationError as error:
            first = first or error
            more = {original(_unusable(detail["type"], place_of(detail)), kept) for detail in errors_of(error)}
            if more <= gone:
                return Draft(Settings(), values, {}, gone), first
            gone |= more
        else:
            return Draft(settings, values, kept, gone), first


def original(place: Place, kept: Mapping[Place, tuple[int, ...]]) -> Place:
    """Tell where in the file something stands, when its list lost items."""
    here: Place = ()
    for step in place:
        here = (*here, kept[here][step] if isinstance(step, int) and here in kept else step)
    return here


def _unusable(kind: str, place: Place) -> Place:
    return place[:-1] if kind == "missing" else place


def _without(value: Any, gone: set[Place], kept: dict[Place, tuple[int, ...]], place: Place = ()) -> Any:
    match value:
        case dict():
            named = {key: (*place, key) for key in value if (*place, key) not in gone}
            return {key: _without(value[key], gone, kept, inner) for key, inner in named.items()}
        case tuple():
            kept[place] = tuple(index for index in range(len(value)) if (*place, index) not in gone)
            return tuple(_without(value[index], gone, kept, (*place, index)) for index in kept[place])
        case _:
            return value
