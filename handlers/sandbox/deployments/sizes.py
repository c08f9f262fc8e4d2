"""How many pods a ReplicaSet may have: surge, availability, and proportions when a Deployment is scaled.

Source: kubernetes/kubernetes pkg/controller/deployment/sync.go scale, util/deployment_util.go
"""

import copy
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from handlers.sandbox.deployments.turn import DESIRED, MOST, Turn, count, name_of, wanted
from handlers.sandbox.objects import Thing

QUARTER = "25%"


def surge(turn: Turn) -> int:
    """So many pods there may be beyond what is wanted."""
    return _fenceposts(turn)[0]


def missing(turn: Turn) -> int:
    """So many pods may not serve."""
    return min(_fenceposts(turn)[1], turn.replicas)


def _fenceposts(turn: Turn) -> tuple[int, int]:
    if turn.recreates:
        return 0, 0
    rolling = turn.spec.get("strategy", {}).get("rollingUpdate", {})
    more = _share(rolling.get("maxSurge", QUARTER), turn.replicas, up=True)
    fewer = _share(rolling.get("maxUnavailable", QUARTER), turn.replicas, up=False)
    return more, fewer if more or fewer else 1


def _share(value: Any, whole: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    exact = int(value.removesuffix("%")) * whole / 100
    return math.ceil(exact) if up else math.floor(exact)


def grown(turn: Turn, new: Thing | None) -> int:
    """The size that the new ReplicaSet may have now."""
    if turn.recreates:
        return turn.replicas
    free = turn.replicas + surge(turn) - sum(map(wanted, turn.sets))
    return wanted(new) + max(0, min(free, turn.replicas - wanted(new)))


def resize(turn: Turn, found: Thing, size: int, *, note: bool = False) -> bool:
    """Scale a ReplicaSet; tell whether its size changed.

    Args:
        note: write down what the Deployment wants even if the size stays.
    """
    annotations = found["metadata"].get("annotations", {})
    said = said_sizes(turn)
    same = wanted(found) == size
    if same and (not note or said.items() <= annotations.items()):
        return False
    sized = copy.deepcopy(found)
    sized["metadata"]["annotations"] = annotations | said
    sized["spec"]["replicas"] = size
    turn.write_set(sized)
    return not same


def said_sizes(turn: Turn) -> dict[str, str]:
    return {DESIRED: str(turn.replicas), MOST: str(turn.replicas + surge(turn))}


def is_scaled(turn: Turn) -> bool:
    """Another number of pods is wanted than when its ReplicaSets were sized."""
    said = (found["metadata"].get("annotations", {}).get(DESIRED) for found in turn.sets if wanted(found))
    return any(number is not None and int(number) != turn.replicas for number in said)


def scale(turn: Turn) -> None:
    """Follow a new number of pods without going on with the release: all grow or shrink in proportion."""
    active = [found for found in turn.sets if wanted(found)]
    if len(active) <= 1:
        one = active[0] if active else turn.new or next(reversed(turn.old), None)
        if one is not None:
            resize(turn, one, turn.replicas)
    elif _is_saturated(turn):
        for found in [found for found in turn.old if wanted(found)]:
            resize(turn, found, 0)
    elif not turn.recreates:
        _scale_in_proportion(turn, active)


def _is_saturated(turn: Turn) -> bool:
    new = turn.new
    said = new["metadata"].get("annotations", {}).get(DESIRED) if new else None
    return new is not None and wanted(new) == turn.replicas == count([new], "availableReplicas") == int(said or -1)


def _scale_in_proportion(turn: Turn, active: list[Thing]) -> None:
    allowed = turn.replicas + surge(turn) if turn.replicas else 0
    to_add = allowed - sum(map(wanted, active))
    newer = {name_of(found): index for index, found in enumerate(active)}
    way = -1 if to_add > 0 else 1
    active = sorted(active, key=lambda found: (-wanted(found), way * newer[name_of(found)]))
    sizes, added = {}, 0
    for found in active:
        share = _proportion(turn, found, to_add, added)
        sizes[name_of(found)] = wanted(found) + share
        added += share
    sizes[name_of(active[0])] = max(0, sizes[name_of(active[0])] + to_add - added)
    for found in active:
        resize(turn, found, sizes[name_of(found)], note=True)


def _proportion(turn: Turn, found: Thing, to_add: int, added: int) -> int:
    if to_add == added:
        return 0
    if not turn.replicas:
        fraction = -wanted(found)
    else:
        before = int(found["metadata"].get("annotations", {}).get(MOST, "0")) or count(turn.sets)
        exact = Decimal(wanted(found) * (turn.replicas + surge(turn))) / Decimal(before or 1)
        fraction = int(exact.quantize(Decimal(1), ROUND_HALF_UP)) - wanted(found)
    return min(fraction, to_add - added) if to_add > 0 else max(fraction, to_add - added)
