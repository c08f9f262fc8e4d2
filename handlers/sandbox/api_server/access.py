"""What callers may do: all, but for what was taken from them."""

from dataclasses import dataclass, field
from typing import Any

from handlers.cluster.resources import Resource
from handlers.sandbox.api_server import faults


@dataclass(slots=True)
class Access:
    """Rights, by verb and the plural of the kind; `deployments/status` is a right of its own."""

    _taken: set[tuple[str, str]] = field(default_factory=set)
    _within: frozenset[str] | None = None

    def take(self, verb: str, plural: str) -> None:
        self._taken.add((verb, plural))

    def give_back(self, verb: str, plural: str) -> None:
        self._taken.discard((verb, plural))

    def confine(self, *namespaces: str) -> None:
        """Leave what Roles in these namespaces give, and nothing that takes a ClusterRole."""
        self._within = frozenset(namespaces)

    def may(self, verb: str, plural: str, subresource: str = "", *, namespace: str = "") -> bool:
        """Tell whether a right is there; without a namespace, in all of them."""
        reaches = self._within is None or namespace in self._within
        return reaches and (verb, f"{plural}/{subresource}" if subresource else plural) not in self._taken

    def require(self, verb: str, resource: Resource, subresource: str, name: str, *, namespace: str) -> None:
        """Pass.

        Raises:
            ApiFault: 403.
        """
        if not self.may(verb, resource.plural, subresource, namespace=namespace):
            raise faults.forbidden(resource, name, verb)

    def review(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer a SelfSubjectAccessReview."""
        what = (asked.get("spec") or {}).get("resourceAttributes") or {}
        allowed = self.may(
            what.get("verb", ""),
            what.get("resource", ""),
            what.get("subresource", ""),
            namespace=what.get("namespace", ""),
        )
        return {
            "kind": "SelfSubjectAccessReview",
            "apiVersion": "authorization.k8s.io/v1",
            "metadata": {},
            "spec": asked.get("spec"),
            "status": {"allowed": allowed},
        }
