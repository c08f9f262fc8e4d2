"""Who wrote an object, by what they call themselves there: an address is a person, anything else a tool."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.decision import Principal
from handlers.cluster.fields import inner, items, text

OURS = "pointsman"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def people_of(*objects: Mapping[str, Any]) -> frozenset[Principal]:
    """All who wrote what is wanted, and whose tool gives their address for its own name."""
    names = [text(entry, "manager") for fields in objects for entry in _of_what_is_wanted(fields)]
    return frozenset(Principal(name.lower()) for name in names if _ADDRESS.fullmatch(name))


def tool_of(fields: Mapping[str, Any], *, but: frozenset[str] = frozenset()) -> str:
    """What wrote the pod template last, beside those; it is nobody.  Empty: a person, or it is not told."""
    written = [entry for entry in _of_what_is_wanted(fields) if text(entry, "manager") not in {OURS, *but}]
    newest = max(filter(_has_template, written), key=lambda entry: text(entry, "time"), default={})
    name = text(newest, "manager")
    return "" if _ADDRESS.fullmatch(name) else name


def _of_what_is_wanted(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    entries = items(inner(fields, "metadata"), "managedFields")
    return (entry for entry in entries if not text(entry, "subresource"))


def _has_template(entry: Mapping[str, Any]) -> bool:
    """One that does not tell its fields may have written any."""
    owned = inner(entry, "fieldsV1")
    return not owned or bool(inner(owned, "f:spec", "f:template"))
