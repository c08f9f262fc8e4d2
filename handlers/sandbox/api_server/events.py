"""What is peculiar to Events: they are selected by more than names, and lie beside the object that they are about.

Source: kubernetes pkg/registry/core/event/strategy.go, pkg/apis/core/validation/events.go legacyValidateEvent
"""

from collections.abc import Mapping
from typing import Any

_ABOUT = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")

FIELDS: Mapping[str, tuple[str, ...]] = {
    **{f"involvedObject.{name}": ("involvedObject", name) for name in _ABOUT},
    "reason": ("reason",),
    "reportingComponent": ("reportingComponent",),
    "source": ("source", "component"),
    "type": ("type",),
}
"""What a field selector may name beside name and namespace, and where it stands."""


def is_elsewhere(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """Field and fault of one that does not lie in the namespace of what it is about."""
    about = (event.get("involvedObject") or {}).get("namespace") or ""
    if about == event["metadata"]["namespace"] or (not about and event["metadata"]["namespace"] == "default"):
        return None
    return "involvedObject.namespace", f'Invalid value: "{about}": does not match event.namespace'
