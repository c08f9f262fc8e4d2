"""Lists, whole or in pages of one moment."""

import base64
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from handlers.sandbox.api_server import faults
from handlers.sandbox.api_server.kinds import Kind
from handlers.sandbox.api_server.selecting import Selects
from handlers.sandbox.api_server.store import Store, Thing

LISTS_AT_ONCE = 100
"""Lists whose rest is kept; of an older one the next page is refused."""


@dataclass(slots=True)
class Lists:
    """Remembers what each list under way has still to give."""

    store: Store
    _rest: OrderedDict[str, tuple[int, list[Thing]]] = field(default_factory=OrderedDict)
    _number: int = 0

    def first(self, kind: Kind, namespace: str | None, selects: Selects, limit: int) -> dict[str, Any]:
        things = [thing for thing in self.store.all(kind.resource, namespace) if selects(thing)]
        return self._page(kind, things, limit, self.store.version)

    def following(self, kind: Kind, token: str, limit: int) -> dict[str, Any]:
        """Give the next page.

        Raises:
            ApiFault: 400, there was no such list; 410, what it was then is forgotten.
        """
        if not _is_token(token):
            raise faults.bad_request("invalid continue token: continue key is not valid")
        version, things = self._rest.pop(token, (0, []))
        if not version or not self.store.remembers(kind.resource, version):
            raise faults.list_expired()
        return self._page(kind, things, limit, version)

    def _page(self, kind: Kind, things: list[Thing], limit: int, version: int) -> dict[str, Any]:
        metadata: dict[str, Any] = {"resourceVersion": str(version)}
        page, rest = (things[:limit], things[limit:]) if limit else (things, [])
        if rest:
            metadata |= {"continue": self._token(version, rest), "remainingItemCount": len(rest)}
        return {
            "kind": f"{kind.resource.kind}List",
            "apiVersion": kind.resource.api_version,
            "metadata": metadata,
            "items": [self._item(kind, thing) for thing in page],
        }

    def _token(self, version: int, rest: list[Thing]) -> str:
        self._number += 1
        written = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": self._number})
        token = base64.urlsafe_b64encode(written.encode()).decode()
        self._rest[token] = (version, rest)
        if len(self._rest) > LISTS_AT_ONCE:
            self._rest.popitem(last=False)
        return token

    def _item(self, kind: Kind, thing: Thing) -> Thing:
        """Kubernetes' own kinds do not repeat in a list what they are."""
        if kind.custom:
            return thing
        return {name: value for name, value in thing.items() if name not in {"kind", "apiVersion"}}


def _is_token(text: str) -> bool:
    try:
        return isinstance(json.loads(base64.urlsafe_b64decode(text)), dict)
    except ValueError:
        return False
