"""Where a release waits for people, and when their answers are enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from bot.domain.decision import Mark, Principal
from bot.domain.policy import Circle, OnExpiry, Policy, ReasonRule, Rule, Stage, UnknownAuthor

GateId = NewType("GateId", str)

MANIFEST = "manifest"
"""The step of a gate that the Canary's manifest decides (`/gate/approve`), apart from the one people decide."""


class GateState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a gate keeps from when it was reached."""

    policy: str | None
    quorum: int
    reason: ReasonRule = ReasonRule.ON_REJECT
    expires_at: datetime | None = None
    on_expiry: OnExpiry = OnExpiry.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One question to people.

    Args:
        step: the engine's own word for where it stands; empty when unknown.
        occurrence: 1 for the first time this stage and step of the release ask.
        approvals: standing ones, one for each person.
        told_at: when the engine was first told yes.
        spent: that yes is used up; the next question reaches a new gate.
        asked_under: the checksum it was asked under.
        settled: who refused, expired or withdrew it.
        halted: the manifest keeps it shut, whatever people decide.
        evidence: what tells this wait from any other; opaque to all but the engine's handler.
    """

    id: GateId
    stage: Stage
    step: str = ""
    occurrence: int = 1
    terms: Terms
    reached_at: datetime
    state: GateState = GateState.CLOSED
    approvals: tuple[Mark, ...] = ()
    told_at: datetime | None = None
    spent: bool = False
    overdue: bool = False
    reminded: bool = False
    asked_under: str | None = None
    settled: Mark | None = None
    reopened: Mark | None = None
    halted: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def undecided(self) -> bool:
        """People can still change what comes of it."""
        return self.state is GateState.CLOSED or (self.state is GateState.OPEN and self.told_at is None)

    @property
    def answered_at(self) -> datetime | None:
        """When people had answered: its last approval, or the no.  None: nobody has, or it stands no longer."""
        if self.state is GateState.OPEN:
            return max((mark.at for mark in self.approvals), default=None)
        return self.settled.at if self.state is GateState.REFUSED and self.settled else None

    def approval_of(self, principal: Principal) -> Mark | None:
        return next((mark for mark in self.approvals if mark.by == principal), None)

    def without(self, principal: Principal) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.approvals if mark.by != principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """So many approvals of these are missing."""

    missing: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How far a gate is from open.

    Args:
        unsure: groups nobody could ask, whose members might have made it enough.
        unknown_author: it cannot open, as authors may not approve and none is known.
    """

    have: int
    quorum: int
    short: tuple[Shortfall, ...] = ()
    unsure: tuple[str, ...] = ()
    unknown_author: bool = False

    @property
    def met(self) -> bool:
        return not self.short and not self.unknown_author


def terms_of(policy: Policy | None, now: datetime) -> Terms:
    """The terms of a gate that is reached now.  No policy: nobody may approve it."""
    if policy is None:
        return Terms(policy=None, quorum=1)
    return Terms(
        policy=policy.name,
        quorum=policy.quorum,
        reason=policy.reason,
        expires_at=None if policy.expires_after is None else now + policy.expires_after,
        on_expiry=policy.on_expiry,
    )


def count(gate: Gate, rule: Rule | None, authors: frozenset[Principal]) -> Count:
    """Count the approvals of those who may approve now; a person counts in every need they belong to."""
    if rule is None:
        return Count(have=0, quorum=gate.terms.quorum, short=(Shortfall(missing=gate.terms.quorum, of=()),))

    own = frozenset() if rule.policy.self_approval else authors
    approved = frozenset(mark.by for mark in gate.approvals) - own
    circles = rule.circles if rule.policy.whole else _joined(rule, gate.terms.quorum)
    short = tuple(
        Shortfall(missing=missing, of=circle.need.of)
        for circle in circles
        if (missing := circle.need.quorum - len(approved & circle.members)) > 0
    )
    return Count(
        have=len(approved & rule.approvers),
        quorum=rule.policy.quorum if rule.policy.whole else gate.terms.quorum,
        short=short,
        unsure=tuple(dict.fromkeys(name for circle in circles for name in circle.unknown)) if short else (),
        unknown_author=_needs_an_author(rule.policy) and not authors,
    )


def _needs_an_author(policy: Policy) -> bool:
    return not policy.self_approval and policy.unknown_author is UnknownAuthor.REFUSE


def _joined(rule: Rule, quorum: int) -> tuple[Circle, ...]:
    """One need, with the quorum the gate was reached with and the people of now."""
    return tuple(replace(circle, need=replace(circle.need, quorum=quorum)) for circle in rule.circles)
