"""RFC 7396, and Kubernetes' strategic form of it, which knows lists of named parts."""

import copy
from typing import Any

# By which field the parts of a list are told apart.  Source: k8s.io/api core/v1 types.go, patchMergeKey.
MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "conditions": "type",
    "ownerReferences": "uid",
    "topologySpreadConstraints": "topologyKey",
}
SETS = {"finalizers"}
PORT_KEYS = ("containerPort", "port")
DIRECTIVES = ("$setElementOrder/", "$retainKeys", "$deleteFromPrimitiveList/")


def merge(thing: Any, patch: Any) -> Any:
    """Return a changed copy: null takes away, lists are replaced."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = dict(thing) if isinstance(thing, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def merge_strategically(thing: Any, patch: Any, name: str = "") -> Any:
    """Return a changed copy: lists of named parts are merged part by part."""
    if isinstance(patch, list):
        return _merge_list(thing if isinstance(thing, list) else [], patch, name)
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if patch.get("$patch") == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    merged = dict(thing) if isinstance(thing, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif not key.startswith(DIRECTIVES):
            merged[key] = merge_strategically(merged.get(key), value, key)
    if "$retainKeys" in patch:
        merged = {key: value for key, value in merged.items() if key in patch["$retainKeys"]}
    return merged


def _merge_list(parts: list[Any], patch: list[Any], name: str) -> list[Any]:
    if name in SETS:
        return [*parts, *(part for part in patch if part not in parts)]
    key = _key(name, patch)
    if key is None:
        return copy.deepcopy(patch)
    merged = list(parts)
    for part in patch:
        at = next((i for i, old in enumerate(merged) if old.get(key) == part.get(key)), None)
        if part.get("$patch") == "delete":
            merged = [old for old in merged if old.get(key) != part.get(key)]
        elif at is None:
            merged.append(copy.deepcopy(part))
        else:
            merged[at] = merge_strategically(merged[at], part)
    return merged


def _key(name: str, patch: list[Any]) -> str | None:
    if not all(isinstance(part, dict) for part in patch):
        return None
    if name == "ports":
        return next((key for key in PORT_KEYS if patch and key in patch[0]), None)
    return MERGE_KEYS.get(name)
