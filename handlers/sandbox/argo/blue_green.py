"""A blue-green turn: preview, pause, switch.

Source: argoproj/argo-rollouts rollout/bluegreen.go, rollout/service.go
"""

from datetime import timedelta

from handlers.cluster.resources import SERVICES
from handlers.sandbox.argo import analyses, progress, revisions
from handlers.sandbox.argo.objects import HASH, MANAGER, SCALE_DOWN_AT
from handlers.sandbox.argo.pausing import SWITCH
from handlers.sandbox.argo.turn import Turn, available, hash_label, wanted
from handlers.sandbox.objects import Thing, read, written

DELAY_SECONDS = 30


def reconcile(turn: Turn) -> None:
    settings = turn.blue_green or {}
    revisions.number(turn)
    if not turn.halted and turn.new is not None:
        _point(turn, settings.get("previewService"), hash_label(turn.new))
    if not turn.template_changed:
        _resize(turn)
        _pause(turn)
        _switch(turn)
        analyses.reconcile(turn)
    _end(turn)


def _end(turn: Turn) -> None:
    settings = turn.blue_green or {}
    status = progress.base_status(turn)
    if turn.template_changed:
        progress.reset(turn, status)
    if turn.status.get("promoteFull") or turn.within_window:
        turn.pausing.forget_all()
    active = _selector(turn, settings["activeService"])
    status["blueGreen"] |= {
        "activeSelector": active,
        "previewSelector": _selector(turn, settings.get("previewService")),
    }
    if _is_through(turn, active, status):
        progress.promote(turn, status)
    serving = next((found for found in turn.sets if active and hash_label(found) == active), None)
    if serving is not None:
        counted = available(serving)
        status |= {"availableReplicas": counted, "readyReplicas": counted}
        status["HPAReplicas"] = int(serving.get("status", {}).get("replicas", 0))
    progress.finish(turn, status)


def _is_through(turn: Turn, active: str, status: Thing) -> bool:
    if turn.stable is None or not active:
        return True
    if active != status["currentPodHash"]:
        return False
    if turn.status.get("promoteFull") or turn.within_window:
        return True
    if turn.pausing.aborted:
        return False
    if "postPromotionAnalysis" in (turn.blue_green or {}) and not _is_due_to_go(turn.new):
        return analyses.phase_of(analyses.current(turn, "blueGreen", analyses.POST_LINK)) == "Successful"
    return True


def _is_due_to_go(found: Thing | None) -> bool:
    return found is not None and SCALE_DOWN_AT in found["metadata"]["annotations"]


def _is_ready(turn: Turn) -> bool:
    return turn.new is not None and wanted(turn.new) == available(turn.new) == turn.replicas


def _fast(turn: Turn) -> bool:
    """No pause: the pods are those of a moment ago, or users have it already, or nobody serves at all."""
    active = _selector(turn, (turn.blue_green or {})["activeService"])
    mine = hash_label(turn.new) if turn.new else ""
    return _is_due_to_go(turn.new) or bool(turn.status.get("promoteFull")) or active in {"", mine}


def _pause(turn: Turn) -> None:
    if turn.status.get("abort") or not _is_ready(turn) or turn.halted:
        return
    settings = turn.blue_green or {}
    seconds = settings.get("autoPromotionSeconds", 0)
    waits = settings.get("autoPromotionEnabled") is False or seconds > 0
    if _fast(turn) or not waits:
        turn.pausing.removed.add(SWITCH)
        return
    if not _analysed(turn):
        return
    condition = turn.pausing.condition(SWITCH)
    if condition is None:
        if not turn.status.get("controllerPause"):
            turn.pausing.added.append(SWITCH)
    elif _pause_is_over(turn):
        turn.pausing.removed.add(SWITCH)


def _analysed(turn: Turn) -> bool:
    if "prePromotionAnalysis" not in (turn.blue_green or {}):
        return True
    return analyses.phase_of(analyses.current(turn, "blueGreen", analyses.PRE_LINK)) == "Successful"


def _pause_is_over(turn: Turn) -> bool:
    settings = turn.blue_green or {}
    condition = turn.pausing.condition(SWITCH)
    if turn.pausing.added:
        return False
    if settings.get("autoPromotionEnabled") is False:
        return bool(turn.status.get("controllerPause")) and condition is None
    seconds = settings.get("autoPromotionSeconds", 0)
    if not seconds:
        return True
    return condition is not None and turn.now > read(condition["startTime"]) + timedelta(seconds=seconds)


def _switch(turn: Turn) -> None:
    if turn.halted or not _is_ready(turn) or turn.new is None:
        return
    service = (turn.blue_green or {})["activeService"]
    goal = _selector(turn, service)
    if _fast(turn) or (_pause_is_over(turn) and _analysed(turn)):
        goal = hash_label(turn.new)
    if turn.status.get("abort"):
        goal = turn.status.get("stableRS", "")
    _point(turn, service, goal)


def _resize(turn: Turn) -> None:
    for found in (turn.new, turn.stable):
        if found is not None and SCALE_DOWN_AT in found["metadata"]["annotations"] and not turn.pausing.aborted:
            annotations = {k: v for k, v in found["metadata"]["annotations"].items() if k != SCALE_DOWN_AT}
            turn.write_set({**found, "metadata": {**found["metadata"], "annotations": annotations}})
    if turn.stable is not None:
        turn.scale(turn.stable, turn.replicas)
    if turn.new is not None:
        _resize_new(turn, turn.new)
    for found in turn.others:
        if wanted(found) and not _is_referenced(turn, found):
            _let_go(turn, found, _delay(turn, "scaleDownDelaySeconds"))


def _resize_new(turn: Turn, new: Thing) -> None:
    """Of an aborted release the preview stays for a while."""
    delay = _delay(turn, "abortScaleDownDelaySeconds")
    if not turn.pausing.aborted or turn.stable is None or not delay:
        turn.scale(new, turn.replicas)
    elif _is_due_to_go(new) or available(turn.stable) == turn.replicas:
        _let_go(turn, new, delay)


def _let_go(turn: Turn, found: Thing, delay: timedelta) -> None:
    """Give a ReplicaSet a time to end, or end it when that has come."""
    annotations = found["metadata"]["annotations"]
    if SCALE_DOWN_AT not in annotations and delay:
        metadata = {**found["metadata"], "annotations": {**annotations, SCALE_DOWN_AT: written(turn.now + delay)}}
        turn.write_set({**found, "metadata": metadata})
    elif not delay or read(annotations[SCALE_DOWN_AT]) <= turn.now:
        turn.scale(found, 0)


def _delay(turn: Turn, name: str) -> timedelta:
    return timedelta(seconds=(turn.blue_green or {}).get(name, DELAY_SECONDS))


def _is_referenced(turn: Turn, found: Thing) -> bool:
    services = turn.status.get("blueGreen", {})
    return hash_label(found) in {services.get("activeSelector"), services.get("previewSelector")}


def _service(turn: Turn, name: str | None) -> Thing | None:
    return turn.objects.get(SERVICES, turn.namespace, name) if name else None


def _selector(turn: Turn, name: str | None) -> str:
    service = _service(turn, name)
    return str(service["spec"].get("selector", {}).get(HASH, "")) if service else ""


def _point(turn: Turn, name: str | None, to: str) -> None:
    service = _service(turn, name)
    if service is not None and _selector(turn, name) != to:
        selector = {**service["spec"].get("selector", {}), HASH: to}
        turn.objects.put({**service, "spec": {**service["spec"], "selector": selector}}, manager=MANAGER)
