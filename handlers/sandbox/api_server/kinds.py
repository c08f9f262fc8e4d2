"""What the practice cluster knows: Kubernetes' own kinds, and those of Flagger and Argo Rollouts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.cluster.resources import (
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    NAMESPACES,
    REPLICA_SETS,
    SECRETS,
    SERVICES,
    Resource,
)
from handlers.sandbox.api_server import events


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind behaves.

    Args:
        custom: defined by a CustomResourceDefinition.
        status: `/status` is written apart from the rest.
        generation: counts changes of what is wanted.
        fields: what a field selector may name beside name and namespace, and where it stands.
        fault: field and fault of an object that is refused; None: it is taken.
    """

    resource: Resource
    custom: bool = False
    status: bool = True
    generation: bool = True
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fault: Callable[[dict[str, Any]], tuple[str, str] | None] = lambda _thing: None

    def wanted(self, thing: dict[str, Any]) -> dict[str, Any]:
        """Return what a change of counts as a new generation: the spec, or of a custom kind all but its status."""
        if not self.custom:
            return {"spec": thing.get("spec")}
        apart = {"metadata", "status"} if self.status else {"metadata"}
        return {name: value for name, value in thing.items() if name not in apart}


def custom(group: str, version: str, plural: str, kind: str, *, status: bool = True) -> Kind:
    return Kind(Resource(group, version, plural, kind), custom=True, status=status)


ALL: tuple[Kind, ...] = (
    Kind(DEPLOYMENTS),
    Kind(DAEMON_SETS),
    Kind(REPLICA_SETS),
    Kind(SERVICES, generation=False),
    Kind(CONFIG_MAPS, status=False, generation=False),
    Kind(SECRETS, status=False, generation=False),
    Kind(NAMESPACES, generation=False),
    Kind(EVENTS, status=False, generation=False, fields=events.FIELDS, fault=events.is_elsewhere),
    custom("flagger.app", "v1beta1", "canaries", "Canary"),
    custom("argoproj.io", "v1alpha1", "rollouts", "Rollout"),
    # Source: argoproj/argo-rollouts manifests/crds: these two keep their status with the rest.
    custom("argoproj.io", "v1alpha1", "analysisruns", "AnalysisRun", status=False),
    custom("argoproj.io", "v1alpha1", "experiments", "Experiment", status=False),
)
