"""The newest lines of what grows without end."""

from dataclasses import dataclass, replace

from bot.domain.effects import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """Lines, oldest first, and how many earlier ones were left out.

    Args:
        uncounted: there are even more than `left_out`.
    """

    lines: tuple[Line, ...]
    left_out: int = 0
    uncounted: bool = False

    def last(self, number: int) -> "Newest":
        """Leave out all but so many."""
        dropped = max(len(self.lines) - number, 0)
        return replace(self, lines=self.lines[dropped:], left_out=self.left_out + dropped)

    @property
    def earlier(self) -> str:
        """What was left out, as a link to the console says it; empty: nothing."""
        if not self.left_out:
            return ""
        return f"… and {'more than ' if self.uncounted else ''}{self.left_out} earlier in the console"
