"""Decide as a surface does; a test names only what it is about."""

from bot.domain.decision import Principal, Surface, Verb, Verdict, reason_of
from bot.domain.decisions.attempting import Attempt
from bot.domain.effects import ReleaseId
from bot.domain.gate import Gate, GateId
from bot.domain.release import Release
from bot.usecases.decide import Decide


async def decide_on_gate(
    decide: Decide, gate: GateId, *, verdict: Verdict, by: Principal, surface: Surface, reason: str = ""
) -> tuple[Release, Gate]:
    release = (await decide.reader.release_of(gate)).id
    attempt = Attempt(
        verb=verdict, release=release, gate=gate, by=by, surface=surface, reason=reason_of(reason), may_decide=True
    )
    decided = await decide(attempt)
    assert decided.gate is not None
    return decided.release, decided.gate


async def decide_on_release(
    decide: Decide, release: ReleaseId, *, verb: Verb, by: Principal, surface: Surface, reason: str = ""
) -> Release:
    attempt = Attempt(verb=verb, release=release, by=by, surface=surface, reason=reason_of(reason), may_decide=True)
    return (await decide(attempt)).release
