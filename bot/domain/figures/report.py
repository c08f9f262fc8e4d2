"""The auditor's report: one row for each release that reached users, so that a stranger can answer from it alone."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from bot.domain.audit import Action, stamp
from bot.domain.gate import MANIFEST, Gate
from bot.domain.release import Release, ReleaseState

COLUMNS = (
    *("cluster", "kind", "namespace", "name", "number", "release", "engine", "revision", "from", "to", "authors"),
    *("started_at", "ended_at", "state", "cause", "ended_by", "ended_why"),
    *("decided_by", "approved_by", "rules", "quorums", "could_have", "waited_seconds", "undecided_why", "records"),
)

RECORDED = (Action.DECISION_TAKEN, Action.RELEASE_UNGATED)
"""Actions of the record that a row is made of, besides the release itself."""

_WITH_ALL = frozenset({ReleaseState.PROMOTED, ReleaseState.PROMOTING, ReleaseState.FAILED})


class Decider(StrEnum):
    """Whose yes let a release go on."""

    PEOPLE = "people"
    RULE = "rule"
    MANIFEST = "manifest"
    NOBODY = "nobody"


def reached_users(release: Release) -> bool:
    """Somebody had it, or may have had: an engine's iterations can be a part of the users, or a mirror of them."""
    return release.state in _WITH_ALL or bool(release.run.most) or release.run.iteration is not None


def row_of(release: Release, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The row of a release.

    Args:
        records: what the record says of it by the actions `RECORDED`, oldest first.
    """
    records = list(records)
    told = [gate for gate in release.gates if gate.told_at is not None]
    back = release.roll_back
    return {
        **{name: getattr(release.workload, name) for name in ("cluster", "kind", "namespace", "name")},
        "number": str(release.number),
        "release": release.id,
        "engine": release.engine,
        "revision": release.revision or "",
        "from": _images(release.before),
        "to": _images(release.after),
        "authors": _listed(sorted(release.authors)),
        "started_at": stamp(release.started_at),
        "ended_at": stamp(release.ended_at) if release.ended_at else "",
        "state": release.state,
        "cause": release.cause or "",
        "ended_by": back.mark.by if back else "",
        "ended_why": back.mark.reason if back else "",
        "decided_by": _decider(told, records),
        "approved_by": _by_gate(told, lambda gate: [mark.by for mark in gate.approvals]),
        "rules": _by_gate(told, lambda gate: [gate.terms.policy or ""]),
        "quorums": _by_gate(told, lambda gate: [str(gate.terms.quorum)] if gate.approvals else []),
        "could_have": _by_gate(told, lambda gate: _others(gate, records)),
        "waited_seconds": str(sum(_waited(gate) for gate in release.gates)),
        "undecided_why": "; ".join(record["reason"] or "" for record in _ungated(records)),
        "records": _places(records),
    }


def _decider(told: list[Gate], records: list[Mapping[str, Any]]) -> Decider:
    """The weakest yes counts: what one gate let pass unasked, no other makes good."""
    if not told or _ungated(records):
        return Decider.NOBODY
    if any(gate.step == MANIFEST for gate in told):
        return Decider.MANIFEST
    return Decider.PEOPLE if all(gate.approvals for gate in told) else Decider.RULE


def _ungated(records: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [record for record in records if record["action"] == Action.RELEASE_UNGATED]


def _others(gate: Gate, records: list[Mapping[str, Any]]) -> list[str]:
    """Who else could have approved, by the rule in force when somebody did."""
    at_gate = [record for record in records if record["gate"] == gate.id and record["decision"] == "approve"]
    able = {name for record in at_gate for name in record["details"].get("others", ())}
    return sorted(able - {mark.by for mark in gate.approvals})


def _waited(gate: Gate) -> int:
    """Seconds until people had answered, of the gates that they answered."""
    return int((gate.answered_at - gate.reached_at).total_seconds()) if gate.answered_at else 0


def _by_gate(gates: list[Gate], say: Any) -> str:
    """`start: ann@example.com; promotion: ann@example.com, bob@example.com`."""
    said = [(gate, [text for text in say(gate) if text]) for gate in gates]
    return "; ".join(f"{_gate(gate)}: {_listed(texts)}" for gate, texts in said if texts)


def _gate(gate: Gate) -> str:
    return f"{gate.stage} {gate.step}".strip()


def _images(images: Mapping[str, str]) -> str:
    return _listed([f"{container}={image}" for container, image in images.items()])


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)


def _places(records: list[Mapping[str, Any]]) -> str:
    """Where in the record it stands, for whoever wants to read it there."""
    return _listed(str(record["seq"]) for record in records)
