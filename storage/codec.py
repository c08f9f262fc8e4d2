"""Domain values as JSON and rows, and back."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.domain.decision import Mark, Principal, Surface
from bot.domain.effects import ReleaseId, Tell
from bot.domain.figures.summary import DueSummary
from bot.domain.gate import Gate, GateId, GateState, Terms
from bot.domain.policy import OnExpiry, ReasonRule, Stage
from bot.domain.release import Cause, Release, ReleaseState, RollBack
from bot.domain.run import Run
from bot.domain.workload import Workload

_run: TypeAdapter[Run] = TypeAdapter(Run)
_mark: TypeAdapter[Mark | None] = TypeAdapter(Mark | None)
_roll_back: TypeAdapter[RollBack | None] = TypeAdapter(RollBack | None)
_tell: TypeAdapter[Tell] = TypeAdapter(Tell)
_summary: TypeAdapter[DueSummary] = TypeAdapter(DueSummary)

_NOTHING_KNOWN: dict[str, Any] = _run.dump_python(Run(), mode="json")

_SAME_IN_A_GATE = ("reached_at", "told_at", "spent", "overdue", "reminded", "halted", "asked_under")
_SAME_IN_TERMS = ("policy", "quorum", "reason", "expires_at", "on_expiry")
_SAME_IN_A_RELEASE = (
    *("number", "engine", "strategy", "state", "cause"),
    *("revision", "started_at", "ended_at", "changed_at"),
)


def release_row(release: Release, workload_id: int) -> dict[str, Any]:
    return {name: getattr(release, name) for name in _SAME_IN_A_RELEASE} | {
        "id": release.id,
        "workload_id": workload_id,
        "paused": _mark.dump_python(release.paused, mode="json"),
        "roll_back": _roll_back.dump_python(release.roll_back, mode="json"),
        "run": run_json(release.run),
        "authors": sorted(release.authors),
        "before": release.before,
        "after": release.after,
    }


def to_release(row: Row[Any], workload: Workload, gates: Iterable[Gate]) -> Release:
    return Release(
        id=ReleaseId(row.id),
        workload=workload,
        number=row.number,
        engine=row.engine,
        strategy=row.strategy,
        state=ReleaseState(row.state),
        cause=Cause(row.cause) if row.cause else None,
        revision=row.revision,
        started_at=row.started_at,
        ended_at=row.ended_at,
        changed_at=row.changed_at,
        paused=_mark.validate_python(row.paused),
        roll_back=_roll_back.validate_python(row.roll_back),
        gates=tuple(gates),
        run=to_run(row.run),
        authors=frozenset(Principal(author) for author in row.authors),
        before=row.before,
        after=row.after,
    )


def gate_row(gate: Gate, release: str, place: int) -> dict[str, Any]:
    return (
        {name: getattr(gate, name) for name in _SAME_IN_A_GATE}
        | {name: getattr(gate.terms, name) for name in _SAME_IN_TERMS}
        | {
            "id": gate.id,
            "release_id": release,
            "place": place,
            "stage": gate.stage,
            "step": gate.step,
            "occurrence": gate.occurrence,
            "state": gate.state,
            "settled": _mark.dump_python(gate.settled, mode="json"),
            "reopened": _mark.dump_python(gate.reopened, mode="json"),
            "answered_at": gate.answered_at,
            "evidence": dict(gate.evidence) or None,
        }
    )


def to_gate(row: Row[Any], approvals: tuple[Mark, ...]) -> Gate:
    return Gate(
        id=GateId(row.id),
        stage=Stage(row.stage),
        step=row.step,
        occurrence=row.occurrence,
        terms=Terms(
            policy=row.policy,
            quorum=row.quorum,
            reason=ReasonRule(row.reason),
            expires_at=row.expires_at,
            on_expiry=OnExpiry(row.on_expiry),
        ),
        reached_at=row.reached_at,
        state=GateState(row.state),
        approvals=approvals,
        told_at=row.told_at,
        spent=row.spent,
        overdue=row.overdue,
        reminded=row.reminded,
        halted=row.halted,
        asked_under=row.asked_under,
        settled=_mark.validate_python(row.settled),
        reopened=_mark.validate_python(row.reopened),
        evidence=row.evidence or {},
    )


def approval_row(gate: str, mark: Mark) -> dict[str, Any]:
    return {"gate_id": gate, "principal": mark.by, "at": mark.at, "reason": mark.reason, "surface": mark.surface}


def to_approval(row: Row[Any]) -> Mark:
    """Of a row that is a gate's too: `reason` is that of the gate, `why` that of the approval."""
    return Mark(Principal(row.principal), row.at, row.why, Surface(row.surface))


def to_workload(row: Any) -> Workload:
    return Workload(cluster=row.cluster, kind=row.kind, namespace=row.namespace, name=row.name)


def workload_row(workload: Workload) -> dict[str, str]:
    return {field.name: getattr(workload, field.name) for field in fields(workload)}


def tell_json(tell: Tell) -> Any:
    return _tell.dump_python(tell, mode="json")


def to_tell(value: Any) -> Tell:
    return _tell.validate_python(value)


def summary_json(summary: DueSummary) -> Any:
    return _summary.dump_python(summary, mode="json")


def to_summary(value: Any) -> DueSummary:
    return _summary.validate_python(value)


def run_json(run: Run) -> dict[str, Any]:
    """Without what is as in a run of which nothing is known yet: most is; but a weight of 0 is a weight."""
    told: dict[str, Any] = _run.dump_python(run, mode="json")
    return {name: value for name, value in told.items() if value != _NOTHING_KNOWN[name]}


def to_run(value: Any) -> Run:
    return _run.validate_python(value)
