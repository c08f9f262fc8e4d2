"""From a file to settings, or to everything that is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.config.checks import found_in
from bot.config.draft import Draft, drafted
from bot.config.explain import explained
from bot.config.mistakes import Mistake, Place, SettingsError, dotted, line_of
from bot.config.models import Settings
from bot.config.reading import LARGEST_TEXT, Document, read
from bot.config.words import Surroundings


def load(path: Path, *, environ: Mapping[str, str]) -> Settings:
    """Read and check a settings file; secrets in files are looked for from its folder on.

    Raises:
        SettingsError: It cannot be read, or something in it is wrong.
    """
    name = str(path)
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise SettingsError(name, [Mistake("", 0, f"cannot be read: {error.strerror}")]) from error
    if len(content) > LARGEST_TEXT:
        raise SettingsError(name, [Mistake("", 0, f"is larger than {LARGEST_TEXT // 1024} KiB")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(name, [Mistake("", line, "is not text in UTF-8")]) from error
    return parse(text, name=name, environ=environ, base=path.parent)


def parse(text: str, *, name: str, environ: Mapping[str, str], base: Path) -> Settings:
    """Check settings, and fetch their secrets: `{file: PATH}` is looked for from the folder `base` on.

    Raises:
        SettingsError: Something is wrong; it names everything that is.
    """
    document = read(text, name=name)
    around = Surroundings(environ=environ, base=base, main_addresses=_main_addresses(document.values))
    draft, error = drafted(document.values, around)
    wrong = explained(error, document.lines) if error else []
    mistakes = [*document.mistakes, *(mistake for place, mistake in wrong if place not in document.spoiled)]
    mistakes += _not_together(draft, document, told=[*document.spoiled, *(place for place, _ in wrong)])
    if mistakes:
        raise SettingsError(name, mistakes)
    draft.settings._lines = document.lines  # noqa: SLF001 - for warnings alone, which say where
    return draft.settings


def _not_together(draft: Draft, document: Document, *, told: Iterable[Place]) -> Iterator[Mistake]:
    """Check what goes together, but for places whose own mistake is told already."""
    known = {place[:length] for place in told for length in range(1, len(place) + 1)}
    for place, message in found_in(draft):
        if place not in known:
            yield Mistake(dotted(place), line_of(place, document.lines), message)


def _main_addresses(values: Mapping[str, Any]) -> dict[str, str]:
    """Map further addresses to main ones, before anything is known to be well-formed."""
    people = values.get("people")
    return {
        also.lower(): person["email"].lower()
        for person in (people if isinstance(people, tuple) else ())
        if isinstance(person, dict) and isinstance(person.get("email"), str)
        for also in (person["also"] if isinstance(person.get("also"), tuple) else ())
        if isinstance(also, str)
    }


def digest(settings: Settings) -> str:
    """Fingerprint the settings in lower-case hex SHA-256; a secret counts by where it is, not by what it is."""
    canonical = json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
