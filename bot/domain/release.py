"""One run of one revision of a workload towards its users, with its gates and what was heard of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec

from bot.domain.audit import Action, Entry
from bot.domain.decision import Mark, Principal, Surface
from bot.domain.effects import Effect, Moment, ReleaseId, ShowCard, Tell, Urgency
from bot.domain.engines import Engine, engine_of, principal_of
from bot.domain.errors import Refusal
from bot.domain.gate import MANIFEST, Gate, GateId, GateState
from bot.domain.policy import Stage
from bot.domain.run import Run
from bot.domain.tightening import NOTHING, Tightening
from bot.domain.workload import Workload

P = ParamSpec("P")


class ReleaseState(StrEnum):
    WAITING = "waiting"
    REFUSED = "refused"
    PROGRESSING = "progressing"
    PROMOTING = "promoting"
    ROLLING_BACK = "rolling_back"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    ENDED = "ended"


OPEN_STATES = frozenset(
    {
        ReleaseState.WAITING,
        ReleaseState.REFUSED,
        ReleaseState.PROGRESSING,
        ReleaseState.PROMOTING,
        ReleaseState.ROLLING_BACK,
    },
)


class Cause(StrEnum):
    """Who brought the old version back."""

    PERSON = "person"
    CHECKS = "checks"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBack:
    """That the old version shall come back.

    Args:
        told_at: when the engine was first told.
    """

    mark: Mark
    cause: Cause
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The whole of one release: what is loaded, decided on and saved together.

    Args:
        before, after: images by container, old and new, where they are known.
        authors: whose change it is; empty when unknown.
        changed_at: when the change was made, by its author's clock; None: not known.
    """

    id: ReleaseId
    workload: Workload
    number: int
    engine: str
    state: ReleaseState
    started_at: datetime
    strategy: str | None = None
    cause: Cause | None = None
    revision: str | None = None
    ended_at: datetime | None = None
    paused: Mark | None = None
    roll_back: RollBack | None = None
    gates: tuple[Gate, ...] = ()
    run: Run = field(default_factory=Run)
    authors: frozenset[Principal] = frozenset()
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    changed_at: datetime | None = None

    @property
    def engine_kind(self) -> Engine:
        """How its engine is spoken of, and what that one can."""
        return engine_of(self.engine)

    @property
    def engine_principal(self) -> Principal:
        return principal_of(self.engine)

    @property
    def label(self) -> str:
        return f"{self.workload}#{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def gate(self, gate: GateId) -> Gate:
        return next(found for found in self.gates if found.id == gate)

    def newest(self, stage: Stage) -> Gate | None:
        """The gate that this stage reached last, of those that people decide."""
        return next((g for g in reversed(self.gates) if g.stage is stage and g.step != MANIFEST), None)

    def by_manifest(self, stage: Stage) -> Gate | None:
        """The gate of this stage that the manifest itself opened last."""
        return next((g for g in reversed(self.gates) if g.stage is stage and g.step == MANIFEST), None)

    def with_gate(self, gate: Gate) -> "Release":
        """With this gate in the place of the one it was, or as the last one."""
        if any(old.id == gate.id for old in self.gates):
            return replace(self, gates=tuple(gate if old.id == gate.id else old for old in self.gates))
        return replace(self, gates=(*self.gates, gate))

    @property
    def tightening(self) -> Tightening:
        """What its annotations ask for beside the policy."""
        return self.run.sight.tightening if self.run.sight else NOTHING

    @property
    def next_behind(self) -> int:
        """How many releases the next one is behind what users have, itself counted."""
        return 1 if self.state is ReleaseState.PROMOTED else self.run.behind + 1

    @property
    def waiting_gate(self) -> Gate | None:
        """The gate that people are asked about now."""
        return next((g for g in reversed(self.gates) if g.state is GateState.CLOSED), None)

    def is_telling(self, gate: Gate) -> bool:
        """Its yes is on its way to the engine, which may have taken it already."""
        return self.run.sending is not None and self.run.sending.gate == gate.id

    def yes_holds(self, gate: Gate) -> bool:
        """Its yes was told, and no silence of the engine has made it void since."""
        voided_at = self.run.voided_at
        return gate.told_at is not None and (voided_at is None or gate.told_at >= voided_at)

    @property
    def inconclusive_gate(self) -> Gate | None:
        """The gate at which an analysis that was inconclusive can be run again."""
        sight = self.run.sight
        return self.waiting_gate if self.is_open and sight is not None and sight.inconclusive else None

    @property
    def start_was_refused(self) -> bool:
        """Nobody said yes to its start, and it was not asked again."""
        start = self.newest(Stage.START)
        return start is not None and start.state in {GateState.REFUSED, GateState.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that one event changes: saved together or not at all.

    Args:
        releases: as they are now, each once, the newest last.
        refusal: told to the person after what stands beside it was saved.
    """

    releases: tuple[Release, ...] = ()
    audit: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None

    @property
    def release(self) -> Release:
        return self.releases[-1]

    def then(
        self, follow: "Callable[Concatenate[Release, P], Outcome]", *args: P.args, **kwargs: P.kwargs
    ) -> "Outcome":
        """Go on with the newest release as it is now, and with what else `follow` takes."""
        return self.joined(follow(self.release, *args, **kwargs))

    def joined(self, later: "Outcome") -> "Outcome":
        others = tuple(old for old in self.releases if all(old.id != new.id for new in later.releases))
        return Outcome(
            releases=(*others, *later.releases),
            audit=(*self.audit, *later.audit),
            effects=(*self.effects, *later.effects),
            refusal=later.refusal or self.refusal,
        )


def unchanged(release: Release) -> Outcome:
    return Outcome(releases=(release,))


def kept(release: Release, *audit: Entry) -> Outcome:
    """A release that is saved and not drawn anew: no card shows what differs, or what follows draws it."""
    return Outcome(releases=(release,), audit=audit)


def changed(release: Release, *audit: Entry, effects: tuple[Effect, ...] = ()) -> Outcome:
    """A release that differs; its card is drawn anew."""
    if not release.is_open:
        urgency = Urgency.ENDED
    else:
        urgency = Urgency.ASKS if audit else Urgency.PROGRESS
    return Outcome(releases=(release,), audit=audit, effects=(ShowCard(release=release.id, urgency=urgency), *effects))


def entry(
    release: Release,
    action: Action,
    *,
    actor: str,
    surface: Surface,
    gate: Gate | None = None,
    decision: str | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> Entry:
    """A line of the record about this release."""
    return Entry(
        actor=Principal(actor),
        action=action,
        surface=surface,
        cluster=release.workload.cluster,
        kind=release.workload.kind,
        namespace=release.workload.namespace,
        name=release.workload.name,
        release=release.id,
        gate=gate.id if gate else None,
        stage=gate.stage if gate else None,
        revision=release.revision,
        decision=decision,
        reason=reason or None,
        details=details or {},
    )


def tell(
    release: Release,
    *line: str | Moment,
    at: datetime,
    notifies: bool = False,
    mentions: tuple[str, ...] = (),
    card_says_it: bool = False,
) -> Tell:
    """A line below the card of this release."""
    return Tell(release=release.id, line=line, at=at, notifies=notifies, mentions=mentions, card_says_it=card_says_it)


def withdraw(release: Release, *, why: str, actor: str, surface: Surface, at: datetime) -> Outcome:
    """Withdraw every gate whose yes was not told."""
    outcome = unchanged(release)
    for gate in release.gates:
        if gate.undecided:
            outcome = outcome.joined(
                withdraw_gate(outcome.release, gate, why=why, actor=actor, surface=surface, at=at),
            )
    return outcome


def withdraw_gate(release: Release, gate: Gate, *, why: str, actor: str, surface: Surface, at: datetime) -> Outcome:
    settled = replace(gate, state=GateState.WITHDRAWN, settled=Mark(Principal(actor), at, why, surface))
    line = entry(release, Action.GATE_WITHDRAWN, actor=actor, surface=surface, gate=settled, reason=why)
    return kept(release.with_gate(settled), line)
