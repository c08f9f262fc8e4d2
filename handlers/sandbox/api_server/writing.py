"""What becomes of an object that somebody writes: versions, generations, who wrote, what is kept as it was."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.sandbox.api_server import faults
from handlers.sandbox.api_server.kinds import Kind
from handlers.sandbox.api_server.store import Store, Thing

KEPT = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")
"""What nobody changes by writing."""

ALWAYS_ONE = "Invalid value: 0: must be specified for an update"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and how.

    Args:
        manager: stands in `managedFields`.
        subresource: `status`, or empty.
        dry_run: only tells what would be.
    """

    manager: str
    subresource: str = ""
    dry_run: bool = False


def create(store: Store, kind: Kind, thing: Thing, writer: Writer) -> Thing:
    """Make an object; its status is dropped where it is written apart.

    Raises:
        ApiFault: 409, it is there.
    """
    metadata = thing["metadata"]
    namespace, name = metadata.get("namespace") or "", metadata["name"]
    if store.get(kind.resource, namespace, name) is not None:
        raise faults.already_exists(kind.resource, name)
    new = copy.deepcopy(thing)
    if kind.status:
        new.pop("status", None)
    new["metadata"] = {name: value for name, value in new["metadata"].items() if name not in {*KEPT, "resourceVersion"}}
    new["metadata"] |= {"uid": store.new_id(), "creationTimestamp": written(store.now())}
    new["metadata"] |= {"generation": 1} if kind.generation else {}
    return _keep(store, kind, new, writer)


def update(store: Store, kind: Kind, old: Thing, new: Thing, writer: Writer) -> Thing:
    """Put `new` in the place of `old`; what is not written this way stays as it was.

    Raises:
        ApiFault: 409, somebody was faster.
    """
    name = old["metadata"]["name"]
    version = new["metadata"].get("resourceVersion")
    if version is not None and version != old["metadata"]["resourceVersion"]:
        raise faults.conflict(kind.resource, name)
    new = _written(kind, old, new, writer)
    if _same(old, new):
        return old
    if kind.generation and kind.wanted(old) != kind.wanted(new):
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
    if old["metadata"].get("deletionTimestamp") and not new["metadata"].get("finalizers"):
        return _remove(store, kind, old, writer)
    return _keep(store, kind, new, writer)


def delete(store: Store, kind: Kind, old: Thing, writer: Writer, preconditions: Mapping[str, Any]) -> Thing | None:
    """Take an object away, or mark it while finalizers hold it; None: it is gone.

    Raises:
        ApiFault: 409, it is another one than was meant.
    """
    metadata = old["metadata"]
    for what, wanted in preconditions.items():
        if wanted is not None and wanted != metadata.get(what):
            why = f"{what} in precondition: {wanted}, {what} in object meta: {metadata.get(what)}"
            raise faults.other_precondition(kind.resource, metadata["name"], why)
    if not metadata.get("finalizers"):
        _remove(store, kind, old, writer)
        return None
    if metadata.get("deletionTimestamp"):
        return old
    marked = {**old, "metadata": {**metadata, "deletionTimestamp": written(store.now())}}
    marked["metadata"]["deletionGracePeriodSeconds"] = 0
    if kind.generation:
        marked["metadata"]["generation"] = metadata.get("generation", 0) + 1
    return marked if writer.dry_run else store.keep(kind.resource, marked)


def written(moment: datetime) -> str:
    """Kubernetes' form of a time: to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(kind: Kind, old: Thing, new: Thing, writer: Writer) -> Thing:
    """Return what is written and what stays."""
    if writer.subresource == "status":
        result = {**old, "metadata": dict(old["metadata"])}
        result.pop("status", None)
        if not kind.custom and "annotations" in new["metadata"]:
            # Source: kubernetes/kubernetes pkg/registry/apps/deployment/strategy.go deploymentStatusStrategy
            result["metadata"]["annotations"] = copy.deepcopy(new["metadata"]["annotations"])
        return result | ({"status": copy.deepcopy(new["status"])} if "status" in new else {})
    result = copy.deepcopy(new)
    for name in (*KEPT, "namespace", "name", "managedFields"):
        result["metadata"].pop(name, None)
        if name in old["metadata"]:
            result["metadata"][name] = old["metadata"][name]
    if kind.status:
        result.pop("status", None)
        result |= {"status": old["status"]} if "status" in old else {}
    return result


def _same(old: Thing, new: Thing) -> bool:
    versions = {"metadata": {**new["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}}
    return old == {**new, **versions}


def _keep(store: Store, kind: Kind, thing: Thing, writer: Writer) -> Thing:
    thing["metadata"]["managedFields"] = _managed(thing, writer, written(store.now()))
    return thing if writer.dry_run else store.keep(kind.resource, thing)


def _remove(store: Store, kind: Kind, old: Thing, writer: Writer) -> Thing:
    if writer.dry_run:
        return old
    metadata = old["metadata"]
    return store.remove(kind.resource, metadata.get("namespace") or "", metadata["name"]) or old


def _managed(thing: Thing, writer: Writer, at: str) -> list[dict[str, Any]]:
    """One entry for each who wrote, and how; which fields is not told."""
    entry = {
        "manager": writer.manager,
        "operation": "Update",
        "apiVersion": thing["apiVersion"],
        "time": at,
        "fieldsType": "FieldsV1",
        "fieldsV1": {},
    }
    entry |= {"subresource": writer.subresource} if writer.subresource else {}
    others = thing["metadata"].get("managedFields") or []
    return [*(other for other in others if _who(other) != _who(entry)), entry]


def _who(entry: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return entry.get("manager"), entry.get("operation"), entry.get("subresource")
