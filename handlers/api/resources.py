"""Releases, gates and answers as JSON."""

from datetime import datetime
from typing import Any

from bot.domain.audit import stamp
from bot.domain.cards.standing import why
from bot.domain.commands.plain import plain
from bot.domain.commands.reply import Reply
from bot.domain.decision import Mark
from bot.domain.gate import Gate, count
from bot.domain.policy import Rights
from bot.domain.release import Release


def release_json(release: Release, rights: Rights, *, several_clusters: bool) -> dict[str, Any]:
    workload = release.workload
    return {
        "id": release.id,
        "label": f"{workload.cluster}/{release.label}" if several_clusters else release.label,
        "workload": {
            "cluster": workload.cluster,
            "kind": workload.kind,
            "namespace": workload.namespace,
            "name": workload.name,
        },
        "engine": release.engine,
        "strategy": release.strategy,
        "state": release.state,
        "cause": release.cause,
        "from": release.before,
        "to": release.after,
        "started_at": stamp(release.started_at),
        "ended_at": _at(release.ended_at),
        "paused": _mark(release.paused) if release.paused else None,
        "gates": [gate_json(release, gate, rights) for gate in release.gates],
    }


def gate_json(release: Release, gate: Gate, rights: Rights) -> dict[str, Any]:
    return {
        "id": gate.id,
        "stage": gate.stage,
        "step": gate.step,
        "state": gate.state,
        "quorum": count(gate, rights.of(gate.stage), release.authors).quorum,
        "approvals": [_mark(mark) for mark in gate.approvals],
        "expires_at": _at(gate.terms.expires_at),
        "overdue": gate.overdue,
        "why": plain(why(release, gate, rights)),
    }


def reply_json(reply: Reply) -> dict[str, Any]:
    items = [{"release": item.release, "label": item.label, "line": item.line} for item in reply.items]
    return {"text": reply.text, "items": items}


def _mark(mark: Mark) -> dict[str, str]:
    return {"by": mark.by, "at": stamp(mark.at)}


def _at(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
