"""What every practice controller works on: objects as Kubernetes writes them, and the store that holds them."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from handlers.cluster.resources import Resource

Thing: TypeAlias = dict[str, Any]

LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class Objects(Protocol):
    """What an API server keeps; what is read is a copy."""

    def get(self, resource: Resource, namespace: str, name: str) -> Thing | None: ...

    def all(self, resource: Resource, namespace: str | None = None) -> list[Thing]: ...

    def put(self, thing: Thing, *, manager: str) -> Thing:
        """Write an object as a whole, its status too, whether or not it is there; return how it is then."""

    def delete(self, resource: Resource, namespace: str, name: str, *, manager: str) -> None: ...


def written(moment: datetime) -> str:
    """A time as Kubernetes writes it: to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def hash_of(value: Any) -> str:
    """A name for a value, of letters that make no words."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:10])
