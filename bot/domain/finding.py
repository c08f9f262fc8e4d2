"""What `doctor` finds: one thing looked at, how it is, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    GOOD = "good"
    CAUTION = "caution"  # It works, but not as people may think.
    BROKEN = "broken"
    UNKNOWN = "unknown"  # It could not be looked at.


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Args:
        area: where it is, as the settings name it: `database`, `slack`, `prod-eu`, `prod-eu shop/checkout`.
        says: what was found, in one sentence.
        mend: what to do about it; empty if nothing.
    """

    area: str
    grade: Grade
    says: str
    mend: str = ""


def good(area: str, says: str) -> Finding:
    return Finding(area=area, grade=Grade.GOOD, says=says)


def caution(area: str, says: str, mend: str = "") -> Finding:
    return Finding(area=area, grade=Grade.CAUTION, says=says, mend=mend)


def broken(area: str, says: str, mend: str) -> Finding:
    return Finding(area=area, grade=Grade.BROKEN, says=says, mend=mend)


def unknown(area: str, says: str, mend: str = "") -> Finding:
    return Finding(area=area, grade=Grade.UNKNOWN, says=says, mend=mend)
