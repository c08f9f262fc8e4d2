"""RFC 6902, as Kubernetes applies it."""

import copy
from typing import Any

from handlers.sandbox.api_server.faults import ApiFault, bad_request, cannot_apply


def apply(thing: Any, patch: Any) -> Any:
    """Return a changed copy.

    Raises:
        ApiFault: 400, it is no patch; 422, it does not fit the object.
    """
    if not isinstance(patch, list) or not all(isinstance(step, dict) for step in patch):
        raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    changed = copy.deepcopy(thing)
    for step in patch:
        changed = _step(changed, step)
    return changed


def _step(thing: Any, step: dict[str, Any]) -> Any:
    path = _path(step, "path")
    match step.get("op"):
        case "test":
            if _find(thing, path, missing=None) != step.get("value"):
                raise cannot_apply(f"testing value {step['path']} failed")
        case "add":
            _add(thing, path, copy.deepcopy(step.get("value")))
        case "replace":
            _find(thing, path)
            _set(thing, path, copy.deepcopy(step.get("value")))
        case "remove":
            _remove(thing, path)
        case "copy":
            _add(thing, path, copy.deepcopy(_find(thing, _path(step, "from"))))
        case "move":
            _add(thing, path, _remove(thing, _path(step, "from")))
        case other:
            raise bad_request(f"Unexpected kind: {other}")
    return thing


def _path(step: dict[str, Any], name: str) -> list[str]:
    pointer = step.get(name)
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise bad_request(f"the patch's {name} is no pointer to a value")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


_REQUIRED = object()


def _find(thing: Any, path: list[str], *, missing: Any = _REQUIRED) -> Any:
    for part in path:
        try:
            thing = thing[_index(thing, part)] if isinstance(thing, list) else thing[part]
        except (KeyError, IndexError, TypeError) as error:
            if missing is not _REQUIRED:
                return missing
            raise _nowhere(path) from error
    return thing


def _set(thing: Any, path: list[str], value: Any) -> None:
    parent = _find(thing, path[:-1])
    if isinstance(parent, list):
        parent[_index(parent, path[-1])] = value
    else:
        parent[path[-1]] = value


def _add(thing: Any, path: list[str], value: Any) -> None:
    parent = _find(thing, path[:-1])
    match parent:
        case dict():
            parent[path[-1]] = value
        case list():
            at = len(parent) if path[-1] == "-" else _index(parent, path[-1])
            if not 0 <= at <= len(parent):
                raise _nowhere(path)
            parent.insert(at, value)
        case _:
            raise _nowhere(path)


def _remove(thing: Any, path: list[str]) -> Any:
    value = _find(thing, path)
    parent = _find(thing, path[:-1])
    del parent[_index(parent, path[-1]) if isinstance(parent, list) else path[-1]]
    return value


def _index(_list: list[Any], part: str) -> int:
    try:
        return int(part)
    except ValueError as error:
        raise cannot_apply(f"{part} is no place in a list") from error


def _nowhere(path: list[str]) -> ApiFault:
    return cannot_apply(f"doc is missing path: /{'/'.join(path)}")
