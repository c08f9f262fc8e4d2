"""One reconciliation of one Rollout: what it sees, what it has decided so far, and how it writes.

Source: argoproj/argo-rollouts rollout/context.go, rollout/sync.go
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.cluster.resources import DEPLOYMENTS, REPLICA_SETS
from handlers.sandbox.argo.objects import (
    ANALYSIS_RUNS,
    DESIRED,
    HASH,
    MANAGER,
    REVISION,
    ROLLOUTS,
    SCALE_DOWN_AT,
    WORKLOAD_GENERATION,
    difference,
    merged,
    pruned,
)
from handlers.sandbox.argo.pausing import INCONCLUSIVE, Pausing
from handlers.sandbox.argo.phase import phase_of
from handlers.sandbox.objects import Objects, Thing

DEADLINE = timedelta(seconds=600)


@dataclass(slots=True, kw_only=True)
class Turn:
    """The object as it was read stays as it is, though the first writes of a turn change it in the store.

    So the last write puts back conditions that an earlier one changed, as the real controller's does.

    Args:
        links: of the analyses of this turn, by the field of the status that names them.
        answer: the object after the last write; None: nothing was written.
    """

    objects: Objects
    rollout: Thing
    now: datetime
    template: Thing
    sets: list[Thing]
    new: Thing | None
    pausing: Pausing
    links: Thing = field(default_factory=lambda: {"canary": {}, "blueGreen": {}})
    answer: Thing | None = None

    @property
    def spec(self) -> Thing:
        spec: Thing = self.rollout["spec"]
        return spec

    @property
    def status(self) -> Thing:
        status: Thing = self.rollout.get("status", {})
        return status

    @property
    def name(self) -> str:
        return str(self.rollout["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.rollout["metadata"]["namespace"])

    @property
    def canary(self) -> Thing | None:
        found: Thing | None = self.spec["strategy"].get("canary")
        return found

    @property
    def blue_green(self) -> Thing | None:
        found: Thing | None = self.spec["strategy"].get("blueGreen")
        return found

    @property
    def replicas(self) -> int:
        return int(self.spec.get("replicas", 1))

    @property
    def deadline(self) -> timedelta:
        seconds = self.spec.get("progressDeadlineSeconds")
        return DEADLINE if seconds is None else timedelta(seconds=seconds)

    @property
    def revision(self) -> str:
        return str(self.rollout["metadata"].get("annotations", {}).get(REVISION, ""))

    @property
    def stable(self) -> Thing | None:
        wanted = self.status.get("stableRS")
        return next((found for found in self.sets if wanted and hash_label(found) == wanted), None)

    @property
    def others(self) -> list[Thing]:
        apart = {name_of(found) for found in (self.new, self.stable) if found is not None}
        return [found for found in self.sets if name_of(found) not in apart]

    @property
    def steps(self) -> list[Thing]:
        return list((self.canary or {}).get("steps", []))

    @property
    def step_index(self) -> int | None:
        return int(self.status.get("currentStepIndex", 0)) if self.steps else None

    @property
    def step(self) -> Thing | None:
        index = self.step_index
        return self.steps[index] if index is not None and index < len(self.steps) else None

    @property
    def template_changed(self) -> bool:
        current = self.status.get("currentPodHash", "")
        return bool(current) and self.new is not None and hash_label(self.new) != current

    @property
    def halted(self) -> bool:
        return bool(self.spec.get("paused")) or self.pausing.condition(INCONCLUSIVE) is not None

    @property
    def promoted(self) -> bool:
        return bool(self.status.get("stableRS")) and self.status["stableRS"] == self.status.get("currentPodHash")

    @property
    def within_window(self) -> bool:
        """Back to a revision so near to the stable one that no step is needed."""
        revisions = self.spec.get("rollbackWindow", {}).get("revisions", 0)
        if self.new is None or self.stable is None or not revisions:
            return False
        mine, theirs = created(self.new), created(self.stable)
        between = [found for found in self.sets if mine < created(found) < theirs]
        return mine < theirs and len(between) < revisions

    def run(self, name: str) -> Thing | None:
        return self.objects.get(ANALYSIS_RUNS, self.namespace, name)

    def write_status(self, new: Thing) -> None:
        """Write what differs from the status as it was read."""
        patch = difference(pruned(self.status), pruned(new))
        stored = self.objects.get(ROLLOUTS, self.namespace, self.name)
        if patch and stored is not None:
            changed = {**stored, "status": merged(stored.get("status", {}), patch)}
            self.answer = self.objects.put(changed, manager=MANAGER)

    def finish(self, new: Thing) -> None:
        """Write the status that this turn ends with."""
        self.pausing.write(new, self.now)
        self.observe(new)
        self.write_status(new)

    def observe(self, new: Thing) -> None:
        metadata = self.rollout["metadata"]
        new["observedGeneration"] = str(metadata["generation"])
        if "workloadRef" in self.spec:
            new["workloadObservedGeneration"] = metadata.get("annotations", {}).get(WORKLOAD_GENERATION, "")
        new["phase"], new["message"] = phase_of(self.spec, new)

    def write_set(self, found: Thing) -> Thing:
        """Write a ReplicaSet; the turn goes on with it as it is then."""
        written = self.objects.put(found, manager=MANAGER)
        self.sets = [written if name_of(old) == name_of(written) else old for old in self.sets]
        if self.new is not None and name_of(self.new) == name_of(written):
            self.new = written
        return written

    def scale(self, found: Thing, to: int) -> bool:
        """Scale a ReplicaSet; tell whether its size changed."""
        annotations = found["metadata"].setdefault("annotations", {})
        same = found["spec"]["replicas"] == to
        if same and annotations.get(DESIRED) == str(self.replicas):
            return False
        annotations[DESIRED] = str(self.replicas)
        if not to:
            annotations.pop(SCALE_DOWN_AT, None)
        self.write_set({**found, "spec": {**found["spec"], "replicas": to}})
        return not same


def owned_sets(objects: Objects, rollout: Thing) -> list[Thing]:
    uid = rollout["metadata"]["uid"]
    return [
        found
        for found in objects.all(REPLICA_SETS, rollout["metadata"]["namespace"])
        if any(owner["uid"] == uid for owner in found["metadata"].get("ownerReferences", []))
    ]


def template_of(objects: Objects, rollout: Thing) -> Thing | None:
    """The pod template, wherever it is written."""
    ref = rollout["spec"].get("workloadRef")
    holder = objects.get(DEPLOYMENTS, rollout["metadata"]["namespace"], ref["name"]) if ref else rollout
    template: Thing | None = holder["spec"].get("template") if holder else None
    return template


def name_of(found: Thing) -> str:
    return str(found["metadata"]["name"])


def hash_label(found: Thing) -> str:
    return str(found["metadata"]["labels"].get(HASH, ""))


def created(found: Thing) -> str:
    return str(found["metadata"]["creationTimestamp"])


def wanted(found: Thing | None) -> int:
    return int(found["spec"]["replicas"]) if found else 0


def available(found: Thing | None) -> int:
    return int(found.get("status", {}).get("availableReplicas", 0)) if found else 0


def have(found: Thing | None) -> int:
    return int(found.get("status", {}).get("replicas", 0)) if found else 0
