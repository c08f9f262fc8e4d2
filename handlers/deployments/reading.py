"""A Deployment and its ReplicaSets as slim records: what they say, and what follows from each alone.

Source: kubernetes/kubernetes pkg/controller/deployment/{progress,sync}.go, util/deployment_util.go
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.cluster.fields import digits, inner, items, number, text, texts, truth
from handlers.cluster.templates import digest_of, images_of, template_of

KIND = "Deployment"
REVISION = "deployment.kubernetes.io/revision"
EARLIER_REVISIONS = "deployment.kubernetes.io/revision-history"

NAMED = re.compile(r'^ReplicaSet "([^"]+)"')

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What matters of one Deployment.

    Args:
        generation: grows with each change of what is wanted.
        template: our digest of the pod template that is wanted.
        revision: the number that the controller counts templates with; None before the first.
        observed: the controller has seen this very object.
        owner: kind and name of what controls it; empty: nobody does.
        wanted, pods, updated, available: counts of pods: to be there, all, of the template that is wanted, serving.
        rolled_out: the controller called it complete, which it goes on doing while it scales.
        gave_up: why the controller calls it failed; empty: it does not.
        said_of: the ReplicaSet that it said either of, which need not be the one that is wanted; empty: it named none.
        troubled: why pods cannot be made.
    """

    namespace: str
    name: str
    uid: str
    generation: int
    template: str
    revision: int | None
    observed: bool
    deleted: bool
    paused: bool
    recreates: bool
    owner: str
    wanted: int
    pods: int
    updated: int
    available: int
    rolled_out: bool
    gave_up: str
    said_of: str
    troubled: str

    @property
    def complete(self) -> bool:
        """All pods that are wanted are there and serve, and no others."""
        return self.observed and self.updated == self.pods == self.available == self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet:
    """The pods of one template.

    Args:
        returned: the template was wanted before, and again since.
    """

    name: str
    template: str
    revision: int
    wanted: int
    pods: int
    available: int
    returned: bool
    images: Mapping[str, str]
    fields: Fields = field(repr=False, compare=False)

    @property
    def in_use(self) -> bool:
        return self.wanted > 0 or self.pods > 0


def read_deployment(fields: Fields) -> Deployment | None:
    """None: it has no name, so that nothing can be said of it."""
    metadata, spec, status = inner(fields, "metadata"), inner(fields, "spec"), inner(fields, "status")
    if not text(metadata, "name") or not text(metadata, "uid"):
        return None
    conditions = {text(condition, "type"): condition for condition in items(status, "conditions")}
    progressing = conditions.get("Progressing", {})
    gave_up = text(progressing, "reason") == "ProgressDeadlineExceeded"
    wanted, generation = number(spec, "replicas"), number(metadata, "generation") or 0
    return Deployment(
        namespace=text(metadata, "namespace"),
        name=text(metadata, "name"),
        uid=text(metadata, "uid"),
        generation=generation,
        template=digest_of(template_of(fields)),
        revision=digits(texts(metadata, "annotations").get(REVISION, "")),
        observed=(number(status, "observedGeneration") or 0) >= generation,
        deleted=bool(text(metadata, "deletionTimestamp")),
        paused=truth(spec, "paused"),
        recreates=text(inner(spec, "strategy"), "type") == "Recreate",
        owner=owner_of(fields),
        wanted=1 if wanted is None else wanted,
        pods=number(status, "replicas") or 0,
        updated=number(status, "updatedReplicas") or 0,
        available=number(status, "availableReplicas") or 0,
        rolled_out=text(progressing, "reason") == "NewReplicaSetAvailable",
        gave_up=(text(progressing, "message") or "its deadline for progress has passed") if gave_up else "",
        said_of=named[1] if (named := NAMED.search(text(progressing, "message"))) else "",
        troubled=_troubled(conditions),
    )


def _troubled(conditions: Mapping[str, Fields]) -> str:
    """Pods cannot be made, or not even their ReplicaSet."""
    pods, progressing = conditions.get("ReplicaFailure", {}), conditions.get("Progressing", {})
    if text(pods, "status") == "True":
        return text(pods, "message")
    return text(progressing, "message") if text(progressing, "reason") == "ReplicaSetCreateError" else ""


def read_replica_sets(uid: str, found: Iterable[Fields]) -> tuple[ReplicaSet, ...]:
    """Those that this very Deployment controls, the newest first."""
    own = [_read_replica_set(fields) for fields in found if _controller(fields).get("uid") == uid]
    return tuple(sorted(own, key=lambda replica_set: -replica_set.revision))


def owner_of(fields: Fields) -> str:
    """Kind and name of what controls an object; empty: nobody does."""
    owner = _controller(fields)
    return f"{text(owner, 'kind')} {text(owner, 'name')}" if owner else ""


def _controller(fields: Fields) -> Fields:
    references = items(inner(fields, "metadata"), "ownerReferences")
    return next((reference for reference in references if truth(reference, "controller")), {})


def _read_replica_set(fields: Fields) -> ReplicaSet:
    metadata, template = inner(fields, "metadata"), template_of(fields)
    annotations = texts(metadata, "annotations")
    return ReplicaSet(
        name=text(metadata, "name"),
        template=digest_of(template),
        revision=digits(annotations.get(REVISION, "")) or 0,
        returned=bool(annotations.get(EARLIER_REVISIONS)),
        wanted=number(inner(fields, "spec"), "replicas") or 0,
        pods=number(inner(fields, "status"), "replicas") or 0,
        available=number(inner(fields, "status"), "availableReplicas") or 0,
        images=images_of(template),
        fields=fields,
    )
