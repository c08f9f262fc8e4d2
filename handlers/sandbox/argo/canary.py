"""A canary's turn: sizes, steps and pauses.

Source: argoproj/argo-rollouts rollout/canary.go, utils/replicaset/canary.go
"""

import math
from datetime import timedelta

from handlers.sandbox.argo import analyses, progress, revisions
from handlers.sandbox.argo.pausing import STEP
from handlers.sandbox.argo.turn import Turn, available, hash_label, have, wanted
from handlers.sandbox.objects import Thing, hash_of, read

SHARE = 0.25
"""Of the replicas, that may be missing or too many for a while, where the Rollout does not say."""


def reconcile(turn: Turn) -> None:
    if not _changed(turn):
        revisions.number(turn)
        analyses.reconcile(turn)
        if not turn.pausing.added and not _resize(turn):
            _pause(turn)
    else:
        revisions.number(turn)
    _end(turn)


def _changed(turn: Turn) -> bool:
    return turn.template_changed or turn.status.get("currentStepHash") != hash_of(turn.steps)


def _end(turn: Turn) -> None:
    status = progress.base_status(turn)
    status["currentStepHash"] = hash_of(turn.steps)
    if _changed(turn):
        progress.reset(turn, status)
        back = turn.new is not None and turn.status.get("stableRS") == hash_label(turn.new)
        if turn.steps and (back or (turn.within_window and wanted(turn.new) > 0)):
            status["currentStepIndex"] = len(turn.steps)
    else:
        _advance(turn, status)
    progress.finish(turn, status)


def _advance(turn: Turn, status: Thing) -> None:
    index = turn.step_index
    if turn.status.get("promoteFull") or turn.within_window:
        turn.pausing.forget_all()
        index = len(turn.steps) or None
    if _is_through(turn):
        progress.promote(turn, status)
        return
    if turn.pausing.aborted:
        index = 0 if turn.steps else None
    elif index is not None and _step_is_done(turn):
        index += 1
        status["canary"].pop(analyses.STEP_LINK, None)
        turn.pausing.removed.add(STEP)
    status["currentStepIndex"] = index


def _is_through(turn: Turn) -> bool:
    if turn.stable is None:
        return True
    if turn.pausing.aborted or available(turn.new) < turn.replicas:
        return False
    done = not turn.steps or turn.step_index == len(turn.steps)
    return bool(turn.status.get("promoteFull")) or turn.within_window or done


def _step_is_done(turn: Turn) -> bool:
    if turn.spec.get("paused") or turn.step is None:
        return False
    match turn.step:
        case {"pause": pause}:
            return _pause_is_over(turn, pause or {})
        case {"setWeight": _}:
            return _is_sized(turn)
        case {"analysis": _}:
            return analyses.phase_of(analyses.current(turn, "canary", analyses.STEP_LINK)) == "Successful"
        case _:
            return True


def _pause_is_over(turn: Turn, pause: Thing) -> bool:
    """A pause by the controller without its condition is one that somebody ended."""
    condition = turn.pausing.condition(STEP)
    if condition is None:
        return bool(turn.status.get("controllerPause"))
    lasts = _seconds(pause.get("duration"))
    return lasts is not None and turn.now > read(condition["startTime"]) + lasts


def _pause(turn: Turn) -> None:
    """Begin to wait at a pause step."""
    step = turn.step or {}
    if "pause" not in step or turn.spec.get("paused") or turn.status.get("promoteFull"):
        return
    if turn.pausing.condition(STEP) is None and not turn.status.get("controllerPause"):
        turn.pausing.added.append(STEP)


def _seconds(duration: object) -> timedelta | None:
    if duration is None:
        return None
    text = str(duration)
    factor = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 1)
    return timedelta(seconds=int(text.rstrip("smh")) * factor)


def weight(turn: Turn) -> int:
    """In percent, of the traffic that the new revision shall have now."""
    if turn.status.get("abort"):
        return 0
    if turn.step is None or turn.step_index is None:
        return 100
    weights = [step["setWeight"] for step in turn.steps[: turn.step_index + 1] if "setWeight" in step]
    return int(weights[-1]) if weights else 0


def _aims(turn: Turn) -> tuple[int, int]:
    """Replicas of the new and of the stable one in the end: one more in all where that comes nearer to the weight."""
    if turn.stable is None or turn.new is None or hash_label(turn.new) == hash_label(turn.stable):
        return turn.replicas, 0
    share = weight(turn)
    new = math.ceil(turn.replicas * share / 100)
    total = turn.replicas + (1 if share < 100 and new >= turn.replicas else 0)  # noqa: PLR2004
    return new, total - new


def _is_sized(turn: Turn) -> bool:
    new, stable = _aims(turn)
    fits = wanted(turn.new) == available(turn.new) == new
    return fits and wanted(turn.stable) == have(turn.stable) == stable and not any(map(available, turn.others))


def _resize(turn: Turn) -> bool:
    """Scale one ReplicaSet nearer to its aim; tell whether one was."""
    if turn.halted or turn.new is None:
        return False
    new_aim, stable_aim = _aims(turn)
    surge = math.ceil(turn.replicas * SHARE)
    least = turn.replicas - math.floor(turn.replicas * SHARE)
    room = turn.replicas + surge - sum(map(wanted, turn.sets))
    spare = sum(min(available(found), wanted(found)) for found in turn.sets) - least
    stable = turn.stable
    if stable is not None and hash_label(stable) != hash_label(turn.new):
        older = any(map(wanted, turn.others))  # Those go first.
        size = _nearer(stable, stable_aim, room=room, spare=0 if older else spare)
        if turn.scale(stable, size):
            return True
        room -= size - wanted(stable)
    if turn.scale(turn.new, _nearer(turn.new, new_aim, room=room, spare=spare)):
        return True
    return _shrink_older(turn, spare)


def _shrink_older(turn: Turn, spare: int) -> bool:
    """Neither new nor stable: what was pushed in between, and serves no purpose."""
    shrunk = False
    for found in turn.others:
        less = min(wanted(found), max(0, spare))
        if less and turn.scale(found, wanted(found) - less):
            spare -= less
            shrunk = True
    return shrunk


def _nearer(found: Thing, aim: int, *, room: int, spare: int) -> int:
    now = wanted(found)
    if now < aim:
        return min(aim, now + max(0, room))
    return max(aim, now - max(0, spare))
