"""Pod templates: what makes two of them the same revision."""

import copy
import hashlib
import json
from typing import Any

from handlers.sandbox.argo.objects import Thing

LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def normal(template: Thing) -> Thing:
    """A template as Go writes it back: what is empty left out, the resources of a container always there."""
    normalised = copy.deepcopy(template)
    for container in normalised.get("spec", {}).get("containers", []):
        container.setdefault("resources", {})
        for name in [name for name, value in container.items() if value in ([], None)]:
            del container[name]
    return normalised


def hash_of(value: Any) -> str:
    """A name for a value, of letters that make no words."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:10])
