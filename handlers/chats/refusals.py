"""Why somebody's click or line did nothing, in words for that person."""

from bot.domain.errors import NotFoundError, ReasonTooLongError, Refusal, StrangerError, UnavailableError

GONE = "This release or its gate is not known here any more."
UNAVAILABLE = "The record cannot be reached now, so nothing is known to have been decided. Try again in a moment."
UNKNOWN_BUTTON = "This button is not known to the version of Pointsman that runs now."

REFUSALS = (Refusal, ReasonTooLongError, StrangerError, NotFoundError, UnavailableError)
"""Why nothing was decided, where a person can know it; anything else is a bug of ours."""


def why(refusal: Exception) -> str:
    """Say to a person why nothing was decided."""
    if isinstance(refusal, NotFoundError):
        return GONE
    return UNAVAILABLE if isinstance(refusal, UnavailableError) else str(refusal)
