"""What became of a template that was written: it stands there, or somebody has put another in its place."""

from collections.abc import Mapping
from typing import Any

from bot.domain.operation import Awaited, Notice, Operation
from handlers.cluster.templates import digest_of
from handlers.flagger.sightings import target_template


def notice_of(target: Mapping[str, Any] | None, awaited: Awaited | None) -> Notice | None:
    """What Flagger makes of the template is a release of its own, and awaited there."""
    if awaited is None or awaited.operation not in {Operation.PUT_BACK, Operation.RETRY}:
        return None
    if awaited.sent_at is None:
        return Notice.UNASKED
    there = target is not None and digest_of(target_template(target)) == awaited.evidence.get("goal")
    return Notice.DONE if there else Notice.MOOT
