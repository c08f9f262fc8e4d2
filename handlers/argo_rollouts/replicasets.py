"""The ReplicaSets of a Rollout: images old and new, and the template to go back to."""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.argo_rollouts.reading import REVISION
from handlers.argo_rollouts.rollouts import Rollout
from handlers.cluster.fields import inner, items, text, texts
from handlers.cluster.templates import images_of, template_of

HASH = "rollouts-pod-template-hash"
EPHEMERAL = "rollout.argoproj.io/ephemeral-metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet:
    """One revision's pods.

    Args:
        metadata, template: as they were read, with what the controller put into them.
    """

    hash: str
    revision: str
    images: Mapping[str, str]
    ephemeral: str = field(default="", repr=False)
    metadata: Mapping[str, Any] = field(compare=False, repr=False)
    template: Mapping[str, Any] = field(compare=False, repr=False)


def owned(rollout: Rollout, replica_sets: Iterable[Mapping[str, Any]]) -> tuple[ReplicaSet, ...]:
    """Those of this very Rollout.  Their names prove nothing: adopted ones have others."""
    return tuple(_read(found) for found in replica_sets if _owner(found) == rollout.uid)


def of_hash(replica_sets: Iterable[ReplicaSet], hash_: str) -> ReplicaSet | None:
    return next((found for found in replica_sets if hash_ and found.hash == hash_), None)


def agrees(rollout: Rollout, replica_sets: Iterable[ReplicaSet]) -> bool:
    """The status speaks of the revision that the object names.

    For some milliseconds after a push the status has the new generation and still the old hash, step and pause: seen
    with 1.9.1.  The revision of the ReplicaSet with that hash gives it away.
    """
    current = of_hash(replica_sets, rollout.pod_hash)
    return current is not None and current.revision == rollout.revision


def as_written(replica_set: ReplicaSet) -> dict[str, Any]:
    """The template as people wrote it: without the hash and without the metadata that canary or stable pods get.

    With them it would equal no ReplicaSet there is, and going back would be a whole release with every step.
    Source: argoproj/argo-rollouts pkg/kubectl-argo-rollouts/cmd/undo/undo.go, utils/replicaset/canary.go
    """
    template = copy.deepcopy(dict(replica_set.template))
    added = _added(replica_set)
    for kind in ("labels", "annotations"):
        metadata = template.get("metadata")
        kept = metadata.get(kind) if isinstance(metadata, dict) else None
        if isinstance(kept, dict):
            for key in {HASH, *inner(added, kind)}:
                kept.pop(key, None)
    _without_anti_affinity(template)
    return template


def _added(replica_set: ReplicaSet) -> Mapping[str, Any]:
    try:
        added = json.loads(replica_set.ephemeral or "{}")
    except ValueError:
        return {}
    return added if isinstance(added, dict) else {}


def _without_anti_affinity(template: dict[str, Any]) -> None:
    """Take out the terms that the controller adds for `blueGreen.antiAffinity`: they alone select by the hash."""
    pod, affinity = inner(template, "spec"), inner(template, "spec", "affinity")
    anti = inner(affinity, "podAntiAffinity")
    for name, path in (
        ("requiredDuringSchedulingIgnoredDuringExecution", ()),
        ("preferredDuringSchedulingIgnoredDuringExecution", ("podAffinityTerm",)),
    ):
        left = [term for term in items(anti, name) if not _selects_by_hash(inner(term, *path))]
        if len(left) < len(items(anti, name)):
            _put(anti, name, left)
            _put(affinity, "podAntiAffinity", anti)
            _put(pod, "affinity", affinity)


def _put(fields: Mapping[str, Any], name: str, value: Any) -> None:
    """Set a field of what is our own copy; what became empty goes, since it was not there before either."""
    assert isinstance(fields, dict)
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def _selects_by_hash(term: Mapping[str, Any]) -> bool:
    return any(text(found, "key") == HASH for found in items(inner(term, "labelSelector"), "matchExpressions"))


def _owner(replica_set: Mapping[str, Any]) -> str:
    references = items(inner(replica_set, "metadata"), "ownerReferences")
    return next((text(reference, "uid") for reference in references if reference.get("controller") is True), "")


def _read(found: Mapping[str, Any]) -> ReplicaSet:
    metadata, template = inner(found, "metadata"), template_of(found)
    annotations = texts(metadata, "annotations")
    return ReplicaSet(
        hash=texts(metadata, "labels").get(HASH, ""),
        revision=annotations.get(REVISION, ""),
        images=images_of(template),
        ephemeral=annotations.get(EPHEMERAL, ""),
        metadata=metadata,
        template=template,
    )
