"""One look into a cluster: what it shows of a workload now.  A watch wakes; such a look, taken freshly, decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.domain.decision import Principal
from bot.domain.operation import Notice
from bot.domain.outside import Hand
from bot.domain.policy import Stage
from bot.domain.run import Facts
from bot.domain.sight import Change, Sight, Standing
from bot.domain.workload import Workload


class Sightless(StrEnum):
    """Why there is no look."""

    BLIND = "blind"  # Nobody looks into this cluster: hooks are all there is.
    AWAY = "away"  # It should be looked into, and cannot be now.


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A gate at which a watched engine waits for people.

    Args:
        step: the engine's own word for where it stands.
        evidence: what tells this wait from any other; opaque to all but the engine's handler.
    """

    stage: Stage
    step: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One workload as its cluster shows it now.

    Args:
        before, after: images by container: what users have, and what is under way.
        authors: whose change it is; empty: unknown.
        asks: where it waits for people, for an engine that does not ask by itself; None: it asks, by hooks.
        waited: where it waited when its engine acted last, which has not seen the newest change: it may still.
        stopping: the old version comes back, whoever wanted it.
        at_top: the traffic is at its highest weight, so that no further step follows.
        notice: what became of what is awaited; None: nothing is, or it cannot be told.
        hand: which other tool wrote to it last; None: none that can be told.
        objects: what was read, as the engine's handler keeps it: what is decided is done to these, or not at all.
    """

    workload: Workload
    engine: str
    sight: Sight
    strategy: str | None = None
    facts: Facts = field(default_factory=Facts)
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    authors: frozenset[Principal] = frozenset()
    change: Change = field(default_factory=Change)
    asks: tuple[Ask, ...] | None = None
    waited: tuple[Ask, ...] = ()
    stopping: bool = False
    at_top: bool = False
    notice: Notice | None = None
    hand: Hand | None = None
    objects: object = field(default=None, compare=False, repr=False)

    @property
    def standing(self) -> Standing:
        return self.sight.standing


def by_main_address(seen: Sighting, main: Mapping[str, Principal]) -> Sighting:
    """With one address for each person, the one that approves: a further one in an annotation is nobody else.

    Args:
        main: the address that counts, for each further one.
    """
    tightening = seen.sight.tightening
    approvers = tightening.approvers
    if approvers is not None:
        tightening = replace(tightening, approvers=tuple(sorted({main.get(name, name) for name in approvers})))
    authors = frozenset(main.get(author, author) for author in seen.authors)
    return replace(seen, authors=authors, sight=replace(seen.sight, tightening=tightening))


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a watch tells of a workload: enough to know whether it is worth a look."""

    uid: str
    standing: Standing
    applied: str


Look = Sighting | Sightless
