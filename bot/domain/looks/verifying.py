"""Whether a yes still means what people saw: the same object, the same revision, the step they approved."""

from enum import StrEnum

from bot.domain.gate import Gate
from bot.domain.looks.sighting import Look, Sighting, Sightless
from bot.domain.policy import Stage
from bot.domain.release import Release
from bot.domain.run import Heard
from bot.domain.sight import Standing


class Unsure(StrEnum):
    """It cannot be told now, so that nothing may be said."""

    AWAY = "away"


def doubt(release: Release, gate: Gate | None, look: Look, *, heard: Heard) -> str | Unsure | None:
    """Why this yes must not be said now; None: it may.

    Args:
        gate: whose yes it is; None: a roll back's.
        look: taken after the question came, and already followed by the release.
    """
    match look:
        case Sightless.BLIND:
            return None
        case Sightless.AWAY:
            return None if _stands_without_a_look(release, gate, heard) else Unsure.AWAY
        case Sighting():
            return _differs(release, gate, look)


def _stands_without_a_look(release: Release, gate: Gate | None, heard: Heard) -> bool:
    """A promotion or a roll back half told is worse than one told twice; what goes on with less is not repeated.

    A question that names no checksum may be about anything.
    """
    if heard.checksum is None or heard.checksum != release.run.checksum:
        return False
    if gate is None:
        return release.roll_back is not None and release.roll_back.told_at is not None
    return gate.stage is Stage.PROMOTION and gate.told_at is not None


def _differs(release: Release, gate: Gate | None, look: Sighting) -> str | None:
    run = release.run
    if look.standing is Standing.GONE:
        return "it is not in the cluster any more"
    if run.sight is None or run.sight.uid != look.sight.uid:
        return "it is another object than people were shown"
    if gate is None:
        return None  # Whatever else was pushed, what runs now is what shall go.
    if run.bound != look.sight.revision:
        return "the target holds another revision than people were shown"
    if gate.stage is Stage.TRAFFIC and gate.step != step_of(release):
        return "the traffic stands at another step than people were shown"
    return None


def step_of(release: Release) -> str:
    """The step of a traffic gate: the weight that it is asked at."""
    return "" if release.run.weight is None else str(release.run.weight)
