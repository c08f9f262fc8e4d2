"""A release as people look at it: with who may decide now, and what is known of its engine."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.gate import Count, Gate, GateState, count
from bot.domain.policy import Rights, Stage
from bot.domain.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a card is drawn from.

    Args:
        hooks: the hooks its workload was ever heard to call.
        usual_gap: seconds between the engine's ticks, as a rule; None: not known.
        several_clusters: names carry their cluster.
        in_sight: its cluster is looked into.
        unseen_since: since when that cluster shows nothing; None: it shows what is.
        unseen_why: why.
    """

    release: Release
    rights: Rights
    now: datetime
    hooks: frozenset[str] = frozenset()
    usual_gap: int | None = None
    several_clusters: bool = False
    in_sight: bool = False
    unseen_since: datetime | None = None
    unseen_why: str = ""

    @property
    def label(self) -> str:
        release = self.release
        return f"{release.workload.cluster}/{release.label}" if self.several_clusters else release.label

    @property
    def gate(self) -> Gate | None:
        """The gate the card is about: the one people can still decide on, else the one last told and not used up."""
        undecided = next((g for g in reversed(self.release.gates) if g.undecided), None)
        if undecided is not None:
            return undecided
        told = (g for g in reversed(self.release.gates) if g.told_at is not None and not g.spent)
        return next(told, None)

    @property
    def asks(self) -> Gate | None:
        """The gate that waits for people."""
        gate = self.gate
        return gate if gate is not None and gate.state is GateState.CLOSED else None

    @property
    def stale(self) -> bool:
        """Its engine has not acted on what was changed last: a yes would wait until it has."""
        sight = self.release.run.sight
        return sight is not None and sight.stale

    def count(self, gate: Gate) -> Count:
        return count(gate, self.rights.of(gate.stage), self.release.authors)

    @property
    def last_question(self) -> bool:
        """No other gate is known to ask after the one that the card is about."""
        gate = self.gate
        if gate is None or gate.stage is Stage.PROMOTION:
            return True
        if self.release.engine_kind.asks:
            return not self.hooks & {"confirm-promotion", "gate/check"}
        sight = self.release.run.sight
        return sight is not None and not sight.asks_later

    @property
    def can_roll_back(self) -> bool:
        """Its engine was heard to ask whether it shall roll back; before a start it could not yet."""
        if not self.release.engine_kind.asks:
            return True
        return "rollback" in self.hooks or not self.release.run.started
