"""The two strategies: pods one after another, or all at once after the old ones.

Source: kubernetes/kubernetes pkg/controller/deployment/rolling.go, recreate.go
"""

from collections.abc import Callable

from handlers.sandbox.deployments import progress, revisions, sizes
from handlers.sandbox.deployments.turn import Turn, count, wanted
from handlers.sandbox.objects import Thing


def roll(turn: Turn) -> None:
    revisions.make(turn)
    if _grow(turn) or _shrink(turn):
        progress.tell_progress(turn)
        return
    if progress.is_complete(turn, turn.status):
        revisions.keep_history(turn)
    progress.tell_progress(turn)


def recreate(turn: Turn) -> None:
    old = [found for found in turn.old if wanted(found)]
    for found in old:
        sizes.resize(turn, found, 0)
    if old or count(turn.old):
        progress.tell_progress(turn)
        return
    revisions.make(turn)
    if turn.new is not None:
        sizes.resize(turn, turn.new, turn.replicas)
    if progress.is_complete(turn, turn.status):
        revisions.keep_history(turn)
    progress.tell_progress(turn)


def _grow(turn: Turn) -> bool:
    new = turn.new
    if new is None or wanted(new) == turn.replicas:
        return False
    size = turn.replicas if wanted(new) > turn.replicas else sizes.grown(turn, new)
    return sizes.resize(turn, new, size)


def _shrink(turn: Turn) -> bool:
    """Take old pods away, those first that do not serve, as far as enough go on serving."""
    enough = turn.replicas - sizes.missing(turn)
    starting = wanted(turn.new) - count([turn.new] if turn.new else [], "availableReplicas")
    free = sum(map(wanted, turn.sets)) - enough - starting
    if free <= 0 or not any(map(wanted, turn.old)):
        return False
    idle = _take(turn, free, lambda found: wanted(found) - count([found], "availableReplicas"))
    serving = count(turn.sets, "availableReplicas") - enough
    return bool(idle + _take(turn, serving, wanted))


def _take(turn: Turn, most: int, spare: Callable[[Thing], int]) -> int:
    taken = 0
    for found in turn.old:
        fewer = min(most - taken, wanted(found), spare(found))
        if fewer > 0 and sizes.resize(turn, found, wanted(found) - fewer):
            taken += fewer
    return taken
