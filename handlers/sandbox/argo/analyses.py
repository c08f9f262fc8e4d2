"""Analyses: when one is begun, and what follows from how it ends.

Source: argoproj/argo-rollouts rollout/analysis.go
"""

from collections.abc import Mapping

from handlers.sandbox.argo.objects import ANALYSIS_RUNS, HASH, MANAGER, REVISION, ROLLOUTS, SCALE_DOWN_AT
from handlers.sandbox.argo.pausing import INCONCLUSIVE, STEP, SWITCH
from handlers.sandbox.argo.turn import Turn, available, hash_label, wanted
from handlers.sandbox.objects import Thing

OVER = frozenset({"Successful", "Failed", "Error", "Inconclusive"})
STEP_LINK, BACKGROUND_LINK = "currentStepAnalysisRunStatus", "currentBackgroundAnalysisRunStatus"
PRE_LINK, POST_LINK = "prePromotionAnalysisRunStatus", "postPromotionAnalysisRunStatus"
FAILED = {
    STEP_LINK: "Step-based analysis phase error/failed",
    BACKGROUND_LINK: "Background analysis phase error/failed",
    PRE_LINK: "Blue/green pre-promotion analysis phase error/failed",
    POST_LINK: "Blue/green post-promotion analysis phase error/failed",
}


def reconcile(turn: Turn) -> None:
    """Begin, go on with or end the analyses of this turn; an end that is no success pauses or aborts."""
    if _skipped(turn):
        for part, name in _fields(turn):
            if (run := current(turn, part, name)) is not None:
                _link(turn, part, name, run)
                _end(turn, run)
        return
    if turn.canary is not None:
        _keep(turn, "canary", STEP_LINK, _step(turn))
        _keep(turn, "canary", BACKGROUND_LINK, _background(turn))
    else:
        _keep(turn, "blueGreen", PRE_LINK, _around_switch(turn, PRE_LINK))
        _keep(turn, "blueGreen", POST_LINK, _around_switch(turn, POST_LINK))


def current(turn: Turn, part: str, name: str) -> Thing | None:
    link = turn.status.get(part, {}).get(name)
    return turn.run(link["name"]) if link else None


def phase_of(run: Thing | None) -> str:
    return str(run.get("status", {}).get("phase", "")) if run else ""


def _fields(turn: Turn) -> tuple[tuple[str, str], ...]:
    if turn.canary is not None:
        return ("canary", STEP_LINK), ("canary", BACKGROUND_LINK)
    return ("blueGreen", PRE_LINK), ("blueGreen", POST_LINK)


def _skipped(turn: Turn) -> bool:
    due = turn.new is not None and SCALE_DOWN_AT in turn.new["metadata"]["annotations"]
    first = not turn.status.get("stableRS")
    return turn.pausing.aborted or bool(turn.status.get("promoteFull")) or due or first or turn.within_window


def _keep(turn: Turn, part: str, name: str, run: Thing | None) -> None:
    if run is None:
        if (old := current(turn, part, name)) is not None:
            _end(turn, old)
        return
    _link(turn, part, name, run)
    if turn.pausing.condition(INCONCLUSIVE) is not None or (name == STEP_LINK and _is_paused(turn)):
        return
    match phase_of(run):
        case "Inconclusive":
            turn.pausing.added.append(INCONCLUSIVE)
        case "Failed" | "Error":
            message = run["status"].get("message", "")
            turn.pausing.abort_message = f"{FAILED[name]}: {message}" if message else FAILED[name]
        case _:
            pass  # It goes on, or has succeeded.


def _link(turn: Turn, part: str, name: str, run: Thing) -> None:
    status = run.get("status", {})
    link = {"name": run["metadata"]["name"], "status": status.get("phase", "")}
    turn.links[part][name] = link | ({"message": status["message"]} if status.get("message") else {})


def _end(turn: Turn, run: Thing) -> None:
    if phase_of(run) not in OVER and not run["spec"].get("terminate"):
        turn.objects.put({**run, "spec": {**run["spec"], "terminate": True}}, manager=MANAGER)


def _is_paused(turn: Turn) -> bool:
    return bool(turn.status.get("pauseConditions"))


def _needs_new(turn: Turn, run: Thing | None) -> bool:
    """A pause for an inconclusive analysis that people cleared runs it again."""
    if run is None:
        return True
    other = any(turn.pausing.condition(reason) for reason in (STEP, SWITCH))
    if turn.status.get("controllerPause") and not other:
        return phase_of(run) == "Inconclusive"
    return bool(turn.status.get("abortedAt"))


def _step(turn: Turn) -> Thing | None:
    run = current(turn, "canary", STEP_LINK)
    if _is_paused(turn) or turn.status.get("abort"):
        return run
    analysis = (turn.step or {}).get("analysis")
    other_step = run is not None and run["metadata"]["labels"].get("step-index") != str(turn.step_index)
    if not analysis or other_step:
        return None
    if _needs_new(turn, run):
        labels = {"rollout-type": "Step", "step-index": str(turn.step_index)}
        return _begin(turn, analysis, labels, infix=str(turn.step_index))
    return run


def _background(turn: Turn) -> Thing | None:
    analysis = (turn.canary or {}).get("analysis")
    index = turn.step_index
    early = index is not None and index < (analysis or {}).get("startingStep", 0)
    if not analysis or turn.promoted or not turn.status.get("currentPodHash") or early:
        return None
    run = current(turn, "canary", BACKGROUND_LINK)
    if turn.pausing.condition(INCONCLUSIVE) is None and _needs_new(turn, run):
        return _begin(turn, analysis, {"rollout-type": "Background"}, infix="")
    return run


def _around_switch(turn: Turn, name: str) -> Thing | None:
    before = name == PRE_LINK
    analysis = (turn.blue_green or {}).get("prePromotionAnalysis" if before else "postPromotionAnalysis")
    if not analysis:
        return None
    run = current(turn, "blueGreen", name)
    if not _is_due(turn, run, before=before):
        return run
    if turn.pausing.condition(INCONCLUSIVE) is None and _needs_new(turn, run):
        kind, infix = ("PrePromotion", "pre") if before else ("PostPromotion", "post")
        return _begin(turn, analysis, {"rollout-type": kind}, infix=infix)
    return run


def _is_due(turn: Turn, run: Thing | None, *, before: bool) -> bool:
    active = turn.status.get("blueGreen", {}).get("activeSelector", "")
    switched = turn.new is not None and active == hash_label(turn.new)
    if turn.promoted or not active or switched is before:
        return False
    return run is not None or available(turn.new) == wanted(turn.new) == turn.replicas


def _begin(turn: Turn, analysis: Mapping[str, object], labels: Mapping[str, str], *, infix: str) -> Thing:
    label = hash_label(turn.new) if turn.new else ""
    name = "-".join(filter(None, (turn.name, label, turn.revision, infix)))
    owner = {"apiVersion": ROLLOUTS.api_version, "kind": ROLLOUTS.kind, "controller": True}
    owner |= {"name": turn.name, "uid": turn.rollout["metadata"]["uid"]}
    run = {
        "apiVersion": ANALYSIS_RUNS.api_version,
        "kind": ANALYSIS_RUNS.kind,
        "metadata": {
            "namespace": turn.namespace,
            "name": _free(turn, name),
            "labels": {HASH: label, **labels},
            "annotations": {REVISION: turn.revision},
            "ownerReferences": [owner],
        },
        "spec": {"metrics": [{"name": template["templateName"]} for template in _templates(analysis)]},
    }
    return turn.objects.put(run, manager=MANAGER)


def _templates(analysis: Mapping[str, object]) -> list[Thing]:
    templates = analysis.get("templates")
    return templates if isinstance(templates, list) else []


def _free(turn: Turn, name: str) -> str:
    """The name, or with the lowest number behind it that is not taken."""
    tries = (name, *(f"{name}.{number}" for number in range(1, 1000)))
    return next(found for found in tries if turn.run(found) is None)
