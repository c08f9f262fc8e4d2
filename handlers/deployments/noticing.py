"""Whether the Deployment controller has done what was asked of it."""

from bot.domain.operation import Awaited, Notice, Operation
from handlers.deployments.standings import View


def look(awaited: Awaited, now: View) -> Notice:
    """Compare a Deployment, read now, with what it was when it was asked for something."""
    deployment, asked = now.deployment, awaited.evidence
    if deployment.deleted or ("uid" in asked and deployment.uid != asked["uid"]):
        return Notice.MOOT
    match awaited.operation:
        case Operation.PAUSE:
            return _observed(now, written=deployment.paused)
        case Operation.RESUME:
            return _observed(now, written=not deployment.paused or now.waits)
        case Operation.PROMOTE:
            if deployment.template != asked.get("template", deployment.template):
                return Notice.MOOT
            if deployment.paused and awaited.sent_at is not None:
                return Notice.MOOT  # Somebody stopped it once more: our yes is used up.
            return _observed(now, written=not deployment.paused)
        case Operation.ABORT | Operation.PUT_BACK:
            return _returned(now, asked.get("goal"))
        case Operation.SKIP | Operation.PROMOTE_FULL | Operation.ANALYSE_AGAIN | Operation.RETRY:
            return Notice.UNASKED


def _observed(now: View, *, written: bool) -> Notice:
    if not written:
        return Notice.UNASKED
    return Notice.DONE if now.deployment.observed else Notice.AWAITED


def _returned(now: View, goal: str | None) -> Notice:
    """Of a template that was written: another one there since then was written by somebody else."""
    deployment = now.deployment
    if goal is None:
        return Notice.UNASKED
    if deployment.template != goal:
        return Notice.MOOT
    if now.done:
        return Notice.DONE
    return Notice.NOTICED if deployment.observed else Notice.AWAITED
