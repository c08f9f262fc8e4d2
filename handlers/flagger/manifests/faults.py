"""All that is wrong with a Canary, as what `doctor` finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.finding import Finding, Grade
from handlers.flagger.manifests import analysis, conduct, foreign, hooks
from handlers.flagger.manifests.canary import Canary, Hook
from handlers.flagger.manifests.fault import Fault, listed

_JUDGES = (analysis.faults, hooks.missing, hooks.order, conduct.faults)


def faults_of(canary: Canary, tokens: frozenset[str] | None = None) -> tuple[Fault, ...]:
    """Judge one Canary.

    Args:
        tokens: those that the settings know for its cluster; None: not known, so that any may be right.
    """
    found = [fault for judge in _JUDGES for fault in judge(canary)]
    for hook in canary.hooks:
        found += hooks.faults(hook, canary, tokens) if hook.address.ours else foreign.faults(hook)
    return tuple(found)


def findings(area: str, canary: Canary, faults: Iterable[Fault]) -> Iterator[Finding]:
    """Tell faults the way `doctor` does; where none of them breaks anything, what works is told too."""
    broken = False
    for fault in faults:
        broken |= fault.grade is Grade.BROKEN
        yield Finding(area=area, grade=fault.grade, says=fault.says, mend=fault.mend)
    if (asked := _asked(canary.ours)) and not broken:
        yield Finding(area=area, grade=Grade.GOOD, says=f"People are asked at: {listed(asked)}.")


def _asked(ours: Iterable[Hook]) -> list[str]:
    return [hooks.SHORT[hook.type] for hook in ours if hook.type in hooks.SHORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A Canary among others of its cluster, by where it was found."""

    area: str
    canary: Canary


def shared_targets(neighbours: Iterable[Neighbour]) -> Iterator[Finding]:
    """Find Canaries of one cluster that release the same workload."""
    found: dict[tuple[str, tuple[str, str]], list[Neighbour]] = {}
    for one in neighbours:
        if one.canary.target is not None:
            found.setdefault((one.canary.namespace, one.canary.target), []).append(one)
    for (_, (kind, name)), sharing in found.items():
        if len({one.canary.name for one in sharing}) > 1:
            names = listed(sorted({one.canary.name for one in sharing}))
            yield Finding(
                area=sharing[0].area,
                grade=Grade.BROKEN,
                says=f"{names} release the same {kind} {name}: each undoes what the other does to it.",
                mend="Keep one of them. Deleting a Canary takes its primary along, so read docs/flagger.md before.",
            )
