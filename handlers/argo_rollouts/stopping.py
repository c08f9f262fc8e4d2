"""What an abort will do here, and who else decides what the Rollout asks for: said before anybody aborts.

Source: argoproj/argo-rollouts rollout/{canary,bluegreen,service}.go, docs/FAQ.md
"""

from collections.abc import Iterator

from handlers.argo_rollouts.rollouts import Rollout


def outlook(rollout: Rollout, git: str) -> Iterator[str]:
    """Lines of caution about a roll back, while one is possible.

    Args:
        git: who writes the object from Git; empty: nobody that can be told.
    """
    if rollout.first or rollout.promoted:
        return
    asks = f"{git} still has this version in Git" if git else "the Rollout still asks for this version"
    yield f"After a roll back it is Degraded until that changes: {asks}."
    if rollout.paused:
        yield "Paused by hand: a roll back aborts first, then resumes it."
    switched = rollout.blue_green is not None and rollout.blue_green.active == rollout.pod_hash
    if switched and rollout.replicas.available < rollout.replicas.wanted:
        yield "Users have it, and not all its pods are available: an abort may not switch back before they are."


def is_back(rollout: Rollout) -> bool:
    """It was aborted, and users have the stable version again."""
    if not rollout.abort or not rollout.aborted_at:
        return False
    if rollout.blue_green is not None:
        return rollout.blue_green.active == rollout.stable_hash
    return rollout.weight == 0 if rollout.weight is not None else rollout.emptied
