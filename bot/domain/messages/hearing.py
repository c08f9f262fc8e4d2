"""One message of an engine, from what is known to what follows: the run it belongs to, what changes, the answer."""

from dataclasses import dataclass

from bot.domain.circumstances import Circumstances
from bot.domain.looks.seeing import see
from bot.domain.looks.sighting import Look, Sighting, Sightless
from bot.domain.messages.answer import Answer
from bot.domain.messages.asking import Asking
from bot.domain.messages.lapsing import lapse, quiet
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


def hear(known: Known, heard: Heard, given: Circumstances, *, look: Look = Sightless.BLIND) -> Hearing:
    """Take one message in.

    Args:
        known: the workload as the record has it, read for this message.
        given: with who may decide now, for a yes that would be the first.
        look: what the cluster shows, looked at after the message came; or why it shows nothing.
    """
    outcome = _by_now(known, look, given)
    known = known.after(outcome)
    if isinstance(look, Sighting) and begins_under_way(known, heard) and not look.standing.under_way:
        return Hearing(outcome=outcome, answer=_nothing_to_answer(heard))  # It comes late, or again.
    placed = place(known, heard, given)
    outcome = outcome.joined(placed.outcome)
    if placed.belongs:
        outcome = _taken_in(known, outcome.then(follow, heard, now=given.now), look, given)
    if heard.signal not in QUESTIONS or not placed.belongs or not outcome.release.is_open:
        return Hearing(outcome=outcome, answer=_nothing_to_answer(heard))
    asked = Asking(heard=heard, look=look, given=given).answer(outcome.release)
    return Hearing(outcome=outcome.joined(asked.outcome), answer=asked.answer)


def needs_a_look(known: Known, heard: Heard) -> bool:
    """Whether it depends on what the cluster shows: each question does, and what begins a run that nobody saw begin."""
    return heard.signal in QUESTIONS or begins_under_way(known, heard)


def begins_under_way(known: Known, heard: Heard) -> bool:
    """It would begin a run in its midst.  Sent twice, such a message may outlive the run that it was about."""
    return known.open is None and heard.binds


def _by_now(known: Known, look: Look, given: Circumstances) -> Outcome:
    """What silence, deadlines and the cluster have changed before the message is taken in."""
    outcome = quiet(known, given.now)
    if outcome.releases and outcome.release.is_open:
        outcome = outcome.then(lapse, given.now)
    if not isinstance(look, Sighting):
        return outcome
    return outcome.joined(see(known.after(outcome), look, given))


def _taken_in(known: Known, outcome: Outcome, look: Look, given: Circumstances) -> Outcome:
    """Follow the same look once more: a run that the message began is bound to what is seen before it is answered.

    What the message told of the run counts for less than the look, which was taken after it came.
    """
    if not isinstance(look, Sighting) or not outcome.release.is_open:
        return outcome
    return outcome.joined(see(known.after(outcome), look, given))


def _nothing_to_answer(heard: Heard) -> Answer | None:
    if heard.signal not in QUESTIONS:
        return None
    return Answer(
        yes=False,
        reason="no release is known here",
        memorable=False,
        about_roll_back=heard.signal is Signal.ASKS_ROLL_BACK,
    )
