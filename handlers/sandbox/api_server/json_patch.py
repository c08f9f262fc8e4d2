"""RFC 6902, as Kubernetes applies it: a field is replaced whether it is there or not, and what is not there is null."""

import copy
import json
from typing import Any

from handlers.sandbox.api_server.faults import bad_request, cannot_apply


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
            if _written(_find(thing, path, missing=None)) != _written(step.get("value")):
                raise cannot_apply()
        case "add":
            _add(thing, path, copy.deepcopy(step.get("value")))
        case "replace":
            _set(thing, path, copy.deepcopy(step.get("value")))
        case "remove":
            _remove(thing, path)
        case "copy":
            _add(thing, path, copy.deepcopy(_find(thing, _path(step, "from"), missing=None)))
        case "move":
            _add(thing, path, _remove(thing, _path(step, "from")))
        case _:
            raise cannot_apply()
    return thing


def _written(value: Any) -> str:
    """A value as JSON has it: 1 is neither 1.0 nor true."""
    return json.dumps(value, sort_keys=True)


def _path(step: dict[str, Any], name: str) -> list[str]:
    pointer = step.get(name)
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise cannot_apply()
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


_REQUIRED = object()


def _find(thing: Any, path: list[str], *, missing: Any = _REQUIRED) -> Any:
    for part in path:
        try:
            thing = thing[_index(thing, part)] if isinstance(thing, list) else thing[part]
        except (KeyError, IndexError, TypeError) as error:
            if missing is not _REQUIRED:
                return missing
            raise cannot_apply() from error
    return thing


def _set(thing: Any, path: list[str], value: Any) -> None:
    parent = _find(thing, path[:-1])
    match parent:
        case dict():
            parent[path[-1]] = value
        case list():
            _find(parent, path[-1:])
            parent[_index(parent, path[-1])] = value
        case _:
            raise cannot_apply()


def _add(thing: Any, path: list[str], value: Any) -> None:
    parent = _find(thing, path[:-1])
    match parent:
        case dict():
            parent[path[-1]] = value
        case list():
            at = len(parent) if path[-1] == "-" else _index(parent, path[-1])
            if not 0 <= at <= len(parent):
                raise cannot_apply()
            parent.insert(at, value)
        case _:
            raise cannot_apply()


def _remove(thing: Any, path: list[str]) -> Any:
    value = _find(thing, path)
    parent = _find(thing, path[:-1])
    del parent[_index(parent, path[-1]) if isinstance(parent, list) else path[-1]]
    return value


def _index(_list: list[Any], part: str) -> int:
    try:
        return int(part)
    except ValueError as error:
        raise cannot_apply() from error
