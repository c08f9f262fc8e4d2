"""A decision with what it is judged by, and how it comes on record, taken or refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.audit import Action, Entry
from bot.domain.decision import Decision, Mark, Principal, Verdict, short
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.gate import Gate, GateState
from bot.domain.policy import Rights
from bot.domain.release import Outcome, Release, entry, kept
from bot.domain.tightening import tightened
from bot.domain.wording import any_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A decision together with what it is judged by.

    Args:
        newest: no later release of the workload is known.
    """

    decision: Decision
    rights: Rights
    new_id: Callable[[], str]
    newest: bool = True

    @property
    def mark(self) -> Mark:
        decision = self.decision
        return Mark(decision.by, decision.at, decision.reason, decision.surface)

    def about(self, release: Release) -> "Taking":
        """The same decision, judged by what the annotations of this release ask for too."""
        return replace(self, rights=tightened(self.rights, release.tightening))

    def may_stop(self, release: Release) -> bool:
        """One approver of any stage stops a release, or its author."""
        return self.decision.by in self.rights.approvers_of_any_stage | release.authors


def taken(release: Release, gate: Gate | None, taking: Taking, more: dict[str, Any] | None = None) -> Entry:
    """The line of the record that tells a decision, with the rule by which it was taken."""
    return entry(
        release,
        Action.DECISION_TAKEN,
        actor=taking.decision.by,
        surface=taking.decision.surface,
        gate=gate,
        decision=taking.decision.verb,
        reason=taking.decision.reason,
        details=_in_force(gate, taking) | (more or {}),
    )


def _in_force(gate: Gate | None, taking: Taking) -> dict[str, Any]:
    """The rule by which it was judged, and who else could have decided."""
    stopping = taking.decision.verb not in {Verdict.APPROVE, Verdict.TAKE_BACK, Verdict.REOPEN}
    rule = taking.rights.of(gate.stage) if gate else None
    able = taking.rights.approvers_of_any_stage if stopping else (rule.approvers if rule else frozenset[Principal]())
    return {
        "policy": rule.policy.name if rule else None,
        "settings": taking.rights.settings,
        "others": sorted(able - {taking.decision.by}),
        "platform_user": taking.decision.platform_user,
    }


def refused(release: Release, gate: Gate | None, taking: Taking, refusal: Refusal) -> Outcome:
    """Nothing changes but the record."""
    audit = entry(
        release,
        Action.DECISION_REFUSED,
        actor=taking.decision.by,
        surface=taking.decision.surface,
        gate=gate,
        decision=taking.decision.verb,
        reason=str(refusal),
        details=_in_force(gate, taking) | {"refused_as": refusal.kind, "said": taking.decision.reason},
    )
    return replace(kept(release, audit), refusal=refusal)


def settled(release: Release, gate: Gate) -> Refusal:
    """The gate as it is now, for the person who came too late."""
    if release.is_telling(gate):
        return settled_as(gate, "The engine is being told yes at this moment; roll back is what is left.")
    if gate.state is GateState.OPEN and gate.told_at is not None:
        return Refusal(
            f"The engine was already told yes at {gate.told_at:%H:%M:%S} UTC.",
            kind=RefusalKind.SETTLED,
            state=gate.state,
            by=gate.approvals[-1].by if gate.approvals else None,
            at=gate.told_at,
        )
    if gate.state is GateState.OPEN:
        return settled_as(gate, f"Already approved by {', '.join(short(mark.by) for mark in gate.approvals)}.")
    by = f" by {short(gate.settled.by)}" if gate.settled else ""
    return settled_as(gate, f"This gate is {gate.state}{by}.")


def settled_as(gate: Gate, message: str) -> Refusal:
    mark = gate.settled or (gate.approvals[-1] if gate.approvals else None)
    return Refusal(
        message,
        kind=RefusalKind.SETTLED,
        state=gate.state,
        by=mark.by if mark else None,
        at=mark.at if mark else None,
    )


def may_not_stop(release: Release, taking: Taking, what: str) -> Refusal:
    names = tuple(dict.fromkeys(name for rule in taking.rights.rules.values() for name in rule.names))
    return not_allowed(f"You may not {what} {release.label}; {any_of(names)} may, or its author.")


def not_allowed(message: str) -> Refusal:
    return Refusal(message, kind=RefusalKind.NOT_ALLOWED)


def no_reason(what: str) -> Refusal:
    return Refusal(f"{what} needs a reason.", kind=RefusalKind.NO_REASON)
