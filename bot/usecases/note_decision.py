"""Who hears that a decision was taken or refused, for the figures."""

from collections.abc import Callable

from bot.domain.decision import Decision
from bot.domain.errors import Refusal

NoteDecision = Callable[[Decision, Refusal | None], None]


def ignore(_decision: Decision, _refusal: Refusal | None) -> None:
    """Hear nothing."""
