"""JSON patch as the API server applies it: all of it or nothing, and each subresource keeps its own half."""

import copy
from collections.abc import Mapping
from typing import Any

from handlers.argo_rollouts.patches import Patch, Target


class BouncedError(Exception):
    """A test failed, or a path is not there: 422."""


def patched(found: Mapping[str, Any], patch: Patch) -> dict[str, Any]:
    """The object after a patch.

    Raises:
        BouncedError: nothing changed.
    """
    changed = copy.deepcopy(dict(found))
    for operation in patch.operations:
        apply_operation(changed, operation)
    if patch.target is Target.STATUS:
        return {**copy.deepcopy(dict(found)), "status": changed["status"]}
    if "status" in found:
        changed["status"] = copy.deepcopy(found["status"])
    return changed


def apply_operation(found: dict[str, Any], operation: Mapping[str, Any]) -> None:
    *path, last = (part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:])
    for part in path:
        if not isinstance(found.get(part), dict):
            raise BouncedError(operation)
        found = found[part]
    match operation["op"]:
        case "add":
            found[last] = operation["value"]
        case "test" if last in found and found[last] == operation["value"]:
            pass
        case "replace" if last in found:
            found[last] = operation["value"]
        case "remove" if last in found:
            del found[last]
        case _:
            raise BouncedError(operation)
