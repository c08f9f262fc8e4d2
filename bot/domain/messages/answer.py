"""What an engine is told when it asks, with all that its question changed."""

from dataclasses import dataclass

from bot.domain.release import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the engine is told.

    Args:
        memorable: it follows from the record alone, and stays so until the record changes.
        unsure: it might be yes, but the cluster could not be looked into; nothing may be said now.
    """

    yes: bool
    reason: str
    release: str | None = None
    memorable: bool = False
    about_roll_back: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    outcome: Outcome
    answer: Answer


def no(outcome: Outcome, reason: str, *, memorable: bool = True, about_roll_back: bool = False) -> Asked:
    label = outcome.release.label
    answer = Answer(yes=False, reason=reason, release=label, memorable=memorable, about_roll_back=about_roll_back)
    return Asked(outcome=outcome, answer=answer)


def yes(outcome: Outcome, reason: str, *, about_roll_back: bool = False) -> Asked:
    answer = Answer(yes=True, reason=reason, release=outcome.release.label, about_roll_back=about_roll_back)
    return Asked(outcome=outcome, answer=answer)


def unsure(outcome: Outcome, *, about_roll_back: bool = False) -> Asked:
    answer = Answer(
        yes=False,
        reason="the cluster cannot be looked into now",
        release=outcome.release.label,
        about_roll_back=about_roll_back,
        unsure=True,
    )
    return Asked(outcome=outcome, answer=answer)
