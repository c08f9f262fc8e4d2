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
