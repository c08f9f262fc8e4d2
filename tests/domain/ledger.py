"""What people decided, kept apart from the core, to hold its answers against."""

from dataclasses import dataclass, field

from bot.domain.decision import Principal


@dataclass
class Ledger:
    """Who said yes to what, and who said no.

    Attributes:
        approved: who stands behind a gate, each with the revision that was shown.
        stopped: releases to which somebody or a deadline said no.
    """

    approved: dict[str, dict[Principal, str]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def of(self, gate):
        return self.approved.setdefault(gate.id, {})
