"""What a Rollout and the objects around it show of its run.  Pure: objects in, a sighting out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.engines import ARGO_ROLLOUTS
from bot.domain.looks.sighting import Ask, Sighting
from bot.domain.operation import Awaited, Notice
from bot.domain.outside import Hand
from bot.domain.run import Facts
from bot.domain.sight import Sight, Standing
from bot.domain.workload import Workload
from handlers.argo_rollouts import analyses, showing
from handlers.argo_rollouts.noticing import look
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.replicasets import ReplicaSet, agrees, of_hash, owned
from handlers.argo_rollouts.rollouts import Rollout
from handlers.argo_rollouts.stopping import is_back, outlook
from handlers.argo_rollouts.waiting import Evidence, asks_later, can_be_analysed_again, evidence, read_time, waited
from handlers.cluster.annotations import authors_of, change_of, channel_of, tightening_of
from handlers.cluster.fields import inner, items, text
from handlers.cluster.gitops import written_by
from handlers.cluster.managers import OURS, people_of, tool_of
from handlers.cluster.templates import template_of

CONTROLLERS = frozenset({"rollouts-controller", "rollouts", "argo-rollouts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The objects of one look.  None: it is not there.

    Args:
        workload: what the Rollout refers to for its pods, if it does.
        sharing: other Rollouts that refer to the same.
    """

    rollout: Mapping[str, Any] | None
    replica_sets: tuple[Mapping[str, Any], ...] = ()
    runs: tuple[Mapping[str, Any], ...] = ()
    workload: Mapping[str, Any] | None = None
    sharing: tuple[str, ...] = ()


def sighting_of(workload: Workload, seen: Seen, awaited: Awaited | None = None) -> Sighting:
    """Understand one look at a workload.

    Args:
        awaited: what was asked of the controller, to tell what became of it.
    """
    rollout = read_rollout(seen.rollout) if seen.rollout is not None else None
    if seen.rollout is None or rollout is None or rollout.deleted:
        gone = Sight(uid="", standing=Standing.GONE)
        return Sighting(workload=workload, engine=ARGO_ROLLOUTS, sight=gone, asks=(), objects=seen)
    sets = owned(rollout, seen.replica_sets)
    stable, current = of_hash(sets, rollout.stable_hash), of_hash(sets, rollout.pod_hash)
    template = _template(seen, current)
    holder = seen.workload or seen.rollout
    wait, sure = _waited(rollout), rollout.fresh and agrees(rollout, sets)
    before = {"metadata": stable.metadata} if stable else {}
    return Sighting(
        workload=workload,
        engine=ARGO_ROLLOUTS,
        sight=_sight(seen, rollout, template, attempt=attempt_of(rollout, current), stale=bool(wait) and not sure),
        strategy=rollout.strategy,
        facts=replace(_facts(rollout), channel=channel_of(seen.rollout, template)),
        before=dict(stable.images) if stable else {},
        after=dict(current.images) if current else dict(rollout.images),
        authors=authors_of(template, seen.rollout, before) | people_of(holder, seen.rollout),
        change=replace(change_of(template, seen.rollout, before), tool=tool_of(holder, but=CONTROLLERS)),
        asks=wait if sure else (),
        waited=() if sure else wait,
        stopping=rollout.abort,
        notice=notice_of(rollout, awaited),
        hand=hand_of(seen.rollout),
        objects=seen,
    )


def standing_of(rollout: Rollout) -> Standing:
    """The first deployment is no release: there is nothing it takes the place of, and nobody is asked.

    Until everybody has it an abort brings the old version back, so that no moment is past all stopping.
    """
    if rollout.deleted:
        return Standing.GONE
    if rollout.first or not rollout.pod_hash:
        return Standing.IDLE
    if rollout.promoted:
        return Standing.PROMOTED
    return Standing.ROLLED_BACK if is_back(rollout) else Standing.PROGRESSING


def applied(rollout: Rollout) -> str:
    """A word for this run: the same revision aborted and begun again is another one."""
    if standing_of(rollout) is Standing.ROLLED_BACK:
        return f"{rollout.pod_hash}@{rollout.aborted_at}"
    return rollout.pod_hash


def attempt_of(rollout: Rollout, current: ReplicaSet | None) -> str:
    """The number of the revision moves when it comes back after another one, the hash when its steps are edited.

    The number is that of its ReplicaSet: for a moment after a push the Rollout's own is that of the next revision.
    """
    # Source: argoproj/argo-rollouts utils/replicaset/replicaset.go PodTemplateOrStepsChanged
    return f"{current.revision}:{rollout.step_hash}" if current is not None else ""


def notice_of(rollout: Rollout, awaited: Awaited | None) -> Notice | None:
    if awaited is None:
        return None
    asked = Evidence.from_json(awaited.evidence) if "uid" in awaited.evidence else evidence(rollout)
    return look(awaited.operation, asked, rollout, goal=str(awaited.evidence.get("goal", "")))


def hand_of(rollout: Mapping[str, Any]) -> Hand | None:
    """Which tool wrote the status last, beside the controller and us.

    One that only takes a field away, as a promotion does, is not named there; then it is not known.
    """
    hands = [
        Hand(text(entry, "manager"), at)
        for entry in items(inner(rollout, "metadata"), "managedFields")
        if text(entry, "subresource") == "status" and text(entry, "manager") not in CONTROLLERS | {OURS}
        if (at := read_time(text(entry, "time"))) is not None
    ]
    return max(hands, key=lambda hand: hand.at, default=None)


def _sight(seen: Seen, rollout: Rollout, template: Mapping[str, Any], *, attempt: str, stale: bool) -> Sight:
    assert seen.rollout is not None
    tightening, wrong = tightening_of(seen.rollout, template)
    return Sight(
        uid=rollout.uid,
        standing=standing_of(rollout),
        revision=rollout.pod_hash,
        applied=applied(rollout),
        place="" if rollout.step is None else str(rollout.step),
        attempt=attempt,
        tightening=tightening,
        held=rollout.paused,
        stale=stale,
        inconclusive=can_be_analysed_again(rollout),
        asks_later=asks_later(rollout),
        details=(*showing.details(rollout), *analyses.lines(analyses.of_revision(rollout, seen.runs))),
        cautions=(*_cautions(seen, rollout), *wrong),
    )


def _cautions(seen: Seen, rollout: Rollout) -> Iterator[str]:
    assert seen.rollout is not None
    yield from showing.cautions(rollout)
    yield from outlook(rollout, written_by(seen.rollout))
    if seen.sharing:
        yield f"{', '.join(seen.sharing)} refers to the same pods: two Rollouts work against each other."


def _facts(rollout: Rollout) -> Facts:
    weight = rollout.weight if rollout.weight is not None else rollout.planned_weight
    switched = rollout.blue_green is not None and rollout.blue_green.active == rollout.pod_hash
    if rollout.blue_green is not None:
        weight = 100 if switched else 0
    return Facts(weight=weight, failing=_own_reason(rollout))


def _own_reason(rollout: Rollout) -> str | None:
    """Why the controller aborted by itself; of an abort that somebody asked for it gives no reason."""
    # Source: argoproj/argo-rollouts rollout/sync.go calculateRolloutConditions, since v1.9.0
    match = re.match(r"RolloutAborted: Rollout aborted update to revision \d+: (.+)", rollout.message)
    return match[1] if match is not None and rollout.abort else None


def _waited(rollout: Rollout) -> tuple[Ask, ...]:
    wait = waited(rollout)
    return (Ask(stage=wait.stage, step=wait.step, evidence=wait.evidence.as_json()),) if wait is not None else ()


def _template(seen: Seen, current: ReplicaSet | None) -> Mapping[str, Any]:
    """The pod template that is wanted, wherever it is written."""
    for holder in (seen.workload, seen.rollout):
        if holder is not None and (found := template_of(holder)):
            return found
    return current.template if current else {}
