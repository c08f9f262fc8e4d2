"""What callers may do: all, but for what was taken from them."""

from dataclasses import dataclass, field
from typing import Any

from handlers.cluster.resources import Resource
from handlers.sandbox.api_server import faults


@dataclass(slots=True)
class Access:
    """Rights, by verb and the plural of the kind; `deployments/status` is a right of its own."""

    _taken: set[tuple[str, str]] = field(default_factory=set)

    def take(self, verb: str, plural: str) -> None:
        self._taken.add((verb, plural))

    def give_back(self, verb: str, plural: str) -> None:
        self._taken.discard((verb, plural))

    def may(self, verb: str, plural: str, subresource: str = "") -> bool:
        return (verb, f"{plural}/{subresource}" if subresource else plural) not in self._taken

    def require(self, verb: str, resource: Resource, subresource: str, name: str) -> None:
        """Pass.

        Raises:
            ApiFault: 403.
        """
        if not self.may(verb, resource.plural, subresource):
            raise faults.forbidden(resource, name, verb)

    def review(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer a SelfSubjectAccessReview."""
        what = (asked.get("spec") or {}).get("resourceAttributes") or {}
        allowed = self.may(what.get("verb", ""), what.get("resource", ""), what.get("subresource", ""))
        return {
            "kind": "SelfSubjectAccessReview",
            "apiVersion": "authorization.k8s.io/v1",
            "metadata": {},
            "spec": asked.get("spec"),
            "status": {"allowed": allowed},
        }
