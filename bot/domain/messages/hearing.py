"""One message of an engine, from what is known to what follows: the run it belongs to, what changes, the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.looks.seeing import Seeing
from bot.domain.looks.sighting import Look, Sighting, Sightless
from bot.domain.messages.answer import Answer
from bot.domain.messages.asking import Asking
from bot.domain.messages.lapsing import lapse, quiet
from bot.domain.policy import Rights
from bot.domain.release import Outcome
from bot.domain.run import Heard, Signal
from bot.domain.runs.beginning import Known, place
from bot.domain.runs.following import follow

QUESTIONS = frozenset({Signal.ASKS, Signal.ASKS_NEWEST, Signal.ASKS_ROLL_BACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What one message changes; `answer` is None where nothing was asked."""

    outcome: Outcome
    answer: Answer | None = None


def hear(
    known: Known,
    heard: Heard,
    *,
    rights: Rights,
    now: datetime,
    new_id: Callable[[], str],
    look: Look = Sightless.BLIND,
) -> Hearing:
    """Take one message in.

    Args:
        known: the workload as the record has it, read for this message.
        rights: who may decide now, for a yes that would be the first.
        look: what the cluster shows, looked at after the message came; or why it shows nothing.
    """
    seeing = Seeing(rights=rights, now=now, new_id=new_id)
    outcome = _by_now(known, seeing, look)
    known = replace(known, latest=outcome.release if outcome.releases else known.latest)
    if isinstance(look, Sighting) and begins_under_way(known, heard) and not look.standing.under_way:
        return Hearing(outcome=outcome, answer=_nothing_to_answer(heard))  # It comes late, or again.
    placed = place(known, heard, now=now, new_id=new_id)
    outcome = outcome.joined(placed.outcome)
    if placed.belongs:
        outcome = outcome.then(follow, heard, now=now)
    if isinstance(look, Sighting) and placed.belongs and outcome.release.is_open:
        outcome = outcome.then(lambda r: seeing.see(replace(known, latest=r), look))
    if heard.signal not in QUESTIONS or not placed.belongs or not outcome.release.is_open:
        return Hearing(outcome=outcome, answer=_nothing_to_answer(heard))
    asked = Asking(rights=rights, now=now, new_id=new_id, look=look).answer(outcome.release, heard)
    return Hearing(outcome=outcome.joined(asked.outcome), answer=asked.answer)


def needs_a_look(known: Known, heard: Heard) -> bool:
    """Whether it depends on what the cluster shows: each question does, and what begins a run that nobody saw begin."""
    return heard.signal in QUESTIONS or begins_under_way(known, heard)


def begins_under_way(known: Known, heard: Heard) -> bool:
    """It would begin a run in its midst.  Sent twice, such a message may outlive the run that it was about."""
    return known.open is None and heard.binds


def _by_now(known: Known, seeing: Seeing, look: Look) -> Outcome:
    """What silence, deadlines and the cluster have changed before the message is taken in."""
    outcome = quiet(known, seeing.now)
    if outcome.releases and outcome.release.is_open:
        outcome = outcome.then(lapse, seeing.now)
    if not isinstance(look, Sighting):
        return outcome
    latest = outcome.release if outcome.releases else known.latest
    return outcome.joined(seeing.see(replace(known, latest=latest), look))


def _nothing_to_answer(heard: Heard) -> Answer | None:
    if heard.signal not in QUESTIONS:
        return None
    return Answer(
        yes=False,
        reason="no release is known here",
        memorable=False,
        about_roll_back=heard.signal is Signal.ASKS_ROLL_BACK,
    )
