"""What a decision depends on beside what it is about: who may decide, the moment, and how names are made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.decision import Surface
from bot.domain.policy import Rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Those of one message, or of one look.

    Args:
        rights: who may decide now.
        surface: where it was learned: by a hook, or by watching.
    """

    rights: Rights
    now: datetime
    new_id: Callable[[], str]
    surface: Surface = Surface.HOOK
