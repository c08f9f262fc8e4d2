"""Whether the controller has done what was asked of it.

Argo Rollouts 1.9 loses what is written in the moments after its own writes: the API shows the request, and nothing
happens until something else wakes it.  So every decision is followed by looks, and by nudges while it is awaited.
"""

from bot.domain.operation import Notice, Operation
from handlers.argo_rollouts.patches import MARK
from handlers.argo_rollouts.rollouts import Rollout, Strategy
from handlers.argo_rollouts.waiting import Evidence


def look(operation: Operation, asked: Evidence, now: Rollout, *, goal: str = "") -> Notice:
    """Compare a Rollout, read now, with what it was when it was asked for something.

    Args:
        goal: of `PUT_BACK`: the hash of the template that was put back.
    """
    if now.uid != asked.uid or now.deleted:
        return Notice.MOOT
    match operation:
        case Operation.PAUSE | Operation.RESUME:
            return _by_generation(now, written=now.paused is (operation is Operation.PAUSE))
        case Operation.PUT_BACK if now.pod_hash == goal:
            return Notice.DONE
        case Operation.PUT_BACK if now.pod_hash == asked.pod_hash:
            return Notice.AWAITED  # A template once written stays written.
        case _ if now.pod_hash != asked.pod_hash or operation is Operation.PUT_BACK:
            return Notice.MOOT
        case Operation.ABORT:
            return _aborted(now)
        case Operation.RETRY:
            begun = not now.abort and not now.aborted_at
            return Notice.DONE if begun else _by_mark(now, written=not now.abort)
        case Operation.PROMOTE | Operation.SKIP | Operation.PROMOTE_FULL | Operation.ANALYSE_AGAIN:
            return _went_on(operation, asked, now)


def _by_generation(now: Rollout, *, written: bool) -> Notice:
    """Of a change to the spec: the controller names the generation that it has acted on."""
    if not written:
        return Notice.UNASKED
    return Notice.DONE if now.observed else Notice.AWAITED


def _by_mark(now: Rollout, *, written: bool) -> Notice:
    if not written:
        return Notice.UNASKED
    return Notice.AWAITED if now.message.startswith(MARK) else Notice.NOTICED


def _aborted(now: Rollout) -> Notice:
    if now.promoted:
        return Notice.MOOT  # It came too late: the controller drops it.
    return Notice.DONE if now.aborted_at and now.abort else _by_mark(now, written=now.abort)


def _went_on(operation: Operation, asked: Evidence, now: Rollout) -> Notice:
    if now.promoted:
        return Notice.DONE
    if now.abort:
        return Notice.MOOT  # Stopping went before.
    if operation is Operation.PROMOTE_FULL:
        return _by_mark(now, written=now.promote_full)
    as_asked = tuple((pause.reason, pause.started) for pause in now.pauses)
    if now.step == asked.step and as_asked == asked.pauses and not now.promote_full:
        return Notice.UNASKED
    notice = _by_mark(now, written=True)
    return Notice.DONE if notice is Notice.NOTICED and _has_effect(operation, asked, now) else notice


def _has_effect(operation: Operation, asked: Evidence, now: Rollout) -> bool:
    """Beyond having noticed: the next step, the switch, or the wait that was ended."""
    if now.strategy is Strategy.BLUE_GREEN and now.blue_green is not None and operation is Operation.PROMOTE:
        return now.blue_green.active == now.pod_hash
    return now.step != asked.step or bool(now.pauses) or not now.controller_pause
