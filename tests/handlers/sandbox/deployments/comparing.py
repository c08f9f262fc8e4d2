"""What a controller of Deployments writes, the practice one's and the recorded ones, made comparable."""

import re
from dataclasses import dataclass, field
from typing import Any

from handlers.sandbox.deployments.turn import REVISION
from handlers.sandbox.objects import Thing

COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas")


@dataclass(slots=True)
class Telling:
    """Writes so far.

    Counts of pods on the way differ from run to run, as pods serve one by one; what is settled between two deeds does
    not.  Hashes become the image of their template.

    Args:
        progress: what the condition Progressing says, and of which ReplicaSet, one after another.
        failing: why pods cannot be made.
        followed: generation, the one that the controller has seen, revision, and whether it is paused.
        settled: before each deed, and at the end, how everything stands.
    """

    progress: list[Any] = field(default_factory=list)
    failing: list[Any] = field(default_factory=list)
    followed: list[Any] = field(default_factory=list)
    settled: list[Any] = field(default_factory=list)
    _deployment: Thing | None = None
    _sets: dict[str, Thing] = field(default_factory=dict)
    _images: dict[str, str] = field(default_factory=dict)

    def add(self, thing: Thing, *, gone: bool = False) -> None:
        name = thing["metadata"]["name"]
        if thing["kind"] == "Deployment":
            self._deployment = None if gone else thing
            conditions = {c["type"]: c for c in thing.get("status", {}).get("conditions", [])}
            _append(self.progress, self._said(conditions.get("Progressing")))
            _append(self.failing, conditions.get("ReplicaFailure", {}).get("reason"))
            _append(self.followed, _followed(thing))
        elif gone:
            self._sets.pop(name, None)
        else:
            self._sets[name] = thing
            self._images[name] = _image(thing)

    def settle(self) -> None:
        status = self._deployment.get("status", {}) if self._deployment else {}
        self.settled.append(
            {
                "counts": [status.get(name, 0) for name in COUNTS],
                "available": [c["status"] for c in status.get("conditions", []) if c["type"] == "Available"],
                "sets": sorted(map(_set, self._sets.values())) if self._deployment else [],
            }
        )

    def _said(self, condition: Thing | None) -> Any:
        if condition is None:
            return None
        named = re.search(r'eplica ?[Ss]et "(.*)"', condition["message"])
        return condition["status"], condition["reason"], self._images[named[1]] if named else ""


def _append(told: list[Any], what: Any) -> None:
    if not told or told[-1] != what:
        told.append(what)


def _followed(deployment: Thing) -> Any:
    metadata, status = deployment["metadata"], deployment.get("status", {})
    revision = metadata.get("annotations", {}).get(REVISION)
    return metadata["generation"], status.get("observedGeneration"), revision, bool(deployment["spec"].get("paused"))


def _set(found: Thing) -> Any:
    annotations = {
        name.rpartition("/")[2]: value for name, value in sorted(found["metadata"].get("annotations", {}).items())
    }
    status = found.get("status", {})
    sizes = found["spec"]["replicas"], status.get("replicas", 0), status.get("availableReplicas", 0)
    return _image(found), sizes, str(annotations)


def _image(found: Thing) -> str:
    template = found["spec"]["template"]
    restarted = " restarted" if template["metadata"].get("annotations") else ""
    return str(template["spec"]["containers"][0]["image"]).rpartition(":")[2] + restarted
