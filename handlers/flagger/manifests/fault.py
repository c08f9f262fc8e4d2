"""One thing that is wrong with a Canary."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.finding import Grade
from handlers.flagger.manifests.canary import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, and how it is mended.

    Args:
        place: the way to it from the top of the manifest, as far as it exists.
    """

    place: Place
    grade: Grade
    says: str
    mend: str


def broken(place: Place, says: str, mend: str) -> Fault:
    return Fault(place=place, grade=Grade.BROKEN, says=says, mend=mend)


def caution(place: Place, says: str, mend: str) -> Fault:
    return Fault(place=place, grade=Grade.CAUTION, says=says, mend=mend)


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def dotted(place: Place) -> str:
    """`spec.analysis.webhooks[2]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
