"""What a Deployment and the objects around it show of its run.  Pure: objects in, a sighting out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.card import Evidence, Mark
from bot.domain.engines import DEPLOYMENTS
from bot.domain.looks.sighting import Ask, Sighting
from bot.domain.operation import Awaited
from bot.domain.policy import Stage
from bot.domain.run import Facts
from bot.domain.sight import Sight, Standing
from bot.domain.workload import Workload
from handlers.cluster.annotations import authors_of, change_of, channel_of, tightening_of
from handlers.cluster.gitops import written_by
from handlers.cluster.managers import people_of, tool_of
from handlers.cluster.templates import images_of, template_of
from handlers.deployments.noticing import look
from handlers.deployments.reading import Fields, read_deployment, read_replica_sets
from handlers.deployments.standings import View


class Strategy(StrEnum):
    ROLLING_UPDATE = "rolling-update"
    RECREATE = "recreate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The objects of one look.  None: it is not there.

    Args:
        managed_by: what else works on the Deployment; empty: nothing that is known.
        complete: our digest of the template that was last seen complete; empty: not known.
        gates: the settings let people decide whether it begins.
    """

    deployment: Fields | None
    replica_sets: tuple[Fields, ...] = ()
    managed_by: str = ""
    complete: str = ""
    gates: bool = False


def view_of(seen: Seen) -> View | None:
    deployment = read_deployment(seen.deployment) if seen.deployment is not None else None
    if deployment is None:
        return None
    sets = read_replica_sets(deployment.uid, seen.replica_sets)
    return View(deployment=deployment, sets=sets, complete=seen.complete, gates=seen.gates)


def sighting_of(workload: Workload, seen: Seen, awaited: Awaited | None = None) -> Sighting:
    """Understand one look at a workload.

    Args:
        awaited: what was asked of the controller, to tell what became of it.
    """
    view = view_of(seen)
    if seen.deployment is None or view is None or view.deployment.deleted:
        gone = Sight(uid="", standing=Standing.GONE)
        return Sighting(workload=workload, engine=DEPLOYMENTS, sight=gone, asks=(), objects=seen)
    template, before = template_of(seen.deployment), view.before
    old = {"metadata": before.fields.get("metadata", {})} if before else {}
    return Sighting(
        workload=workload,
        engine=DEPLOYMENTS,
        sight=_sight(seen, view),
        strategy=Strategy.RECREATE if view.deployment.recreates else Strategy.ROLLING_UPDATE,
        facts=Facts(weight=_share(view), failing=_gave_up(view), channel=channel_of(seen.deployment, template)),
        before=_before(view),
        after=_after(view, template),
        authors=authors_of(template, seen.deployment, old) | people_of(seen.deployment),
        change=replace(change_of(template, seen.deployment, old), tool=tool_of(seen.deployment)),
        asks=tuple(_asks(seen, view)),
        notice=look(awaited, view) if awaited is not None else None,
        objects=seen,
    )


def evidence(view: View) -> dict[str, str]:
    """What a gate is bound to: this object, and this template in it."""
    return {"uid": view.deployment.uid, "template": view.deployment.template}


def _standing(seen: Seen, view: View) -> Standing:
    """What something else works on begins no release here; one that was open ends as it ends."""
    standing = view.standing
    begins = standing.under_way or standing is Standing.WAITING
    return Standing.IDLE if seen.managed_by and begins else standing


def _sight(seen: Seen, view: View) -> Sight:
    assert seen.deployment is not None
    deployment, standing = view.deployment, _standing(seen, view)
    tightening, wrong = tightening_of(seen.deployment, template_of(seen.deployment))
    return Sight(
        uid=deployment.uid,
        standing=standing,
        revision=deployment.template,
        applied="" if view.waits and standing is Standing.IDLE else deployment.template,
        tightening=tightening,
        held=deployment.paused and not view.waits,
        asks_later=False,
        details=tuple(_details(view)),
        cautions=(*_cautions(seen, view), *wrong),
    )


def _asks(seen: Seen, view: View) -> Iterator[Ask]:
    if _standing(seen, view) is Standing.WAITING:
        yield Ask(stage=Stage.START, evidence=evidence(view))


def _before(view: View) -> dict[str, str]:
    """While the template of before comes back, that is what users had, and what they return to."""
    found = view.current if view.returns and not view.done else view.before
    return dict(found.images) if found else {}


def _after(view: View, template: Fields) -> dict[str, str]:
    """What is under way: of a template that nobody works on yet, the one that the controller works on."""
    elsewhere = view.returns or (view.waits and not view.gates)
    others = [found for found in view.sets if found.template != view.deployment.template]
    if elsewhere and not view.done and others:
        return dict(others[0].images)
    return images_of(template)


def _share(view: View) -> int | None:
    """In percent of the pods that serve, of the template that is under way."""
    serving = sum(found.available for found in view.sets)
    if not serving or view.current is None or view.returns:
        return None
    return 100 * view.current.available // serving


def _gave_up(view: View) -> str | None:
    return view.gave_up if view.standing is Standing.FAILED else None


def _details(view: View) -> Iterator[Evidence]:
    deployment, current = view.deployment, view.current
    if view.done:
        return
    made, ready = (current.pods, current.available) if current else (0, 0)
    old = sum(found.pods for found in view.sets if found is not current)
    pods = f"{made} of {deployment.wanted} new pods made, {ready} ready; {old} old"
    yield Evidence(mark=Mark.PLAIN, line=(pods,))


def _cautions(seen: Seen, view: View) -> Iterator[str]:
    assert seen.deployment is not None
    deployment, standing = view.deployment, view.standing
    if seen.managed_by:
        yield f"{seen.managed_by} works on this Deployment: nobody is asked here, and nothing is changed."
    if not deployment.observed:
        yield "The Deployment controller has not acted on the newest change yet."
    if deployment.troubled:
        yield f"Pods cannot be made: {deployment.troubled}"
    if view.unwatched and standing is Standing.PROGRESSING:
        yield "Kubernetes had a ReplicaSet of this template already, and will not say if its deadline passes."
    if deployment.recreates and standing in {Standing.WAITING, Standing.PROGRESSING}:
        yield "Strategy Recreate: nobody is served between the old pods and the new ones."
    if standing in {Standing.WAITING, Standing.PROGRESSING, Standing.FAILED}:
        if view.before is None:
            yield "Which version users had cannot be told: it cannot be rolled back from here."
        elif git := written_by(seen.deployment):
            yield f"{git} still has this version in Git, and may write it again after a roll back."
