"""What people did in a recorded story, and when: after which write, and how long after it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.handlers.sandbox.argo.comparing import Telling, object_of, writes_in
from tests.support.recordings import Line, Recording

SETTLED = 1.0
"""Seconds without a write after which a deed came when pods had settled."""

LATE = 0.006
"""Seconds by which a patch may be told after the watch has shown it."""

SEEN = {"list", "watch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done.

    Args:
        writes: so many there had been to the Rollout before.
        rests: since the last of them.
    """

    line: Line
    writes: int
    rests: timedelta


def deeds_in(recording: Recording) -> list[Deed]:
    return [_deed(recording, line) for line in recording.lines if line.kind == "did"]


def _deed(recording: Recording, line: Line) -> Deed:
    """A patch is told after its answer, anything else before it is begun."""
    at = line.t - LATE
    if "answer" not in line.fields:
        shows = _shows(line.fields["what"])
        later = [seen for seen in recording.lines if seen.kind in SEEN and seen.t > line.t and shows(seen)]
        at = later[0].t - LATE if later else line.t
    telling, last = Telling(), at
    for seen in (seen for seen in writes_in(recording) if seen.t <= at):
        told = len(telling.writes)
        telling.add(object_of(seen))
        last = seen.t if len(telling.writes) > told else last
    rests = at - last if at - last > SETTLED else 0
    return Deed(line=line, writes=len(telling.writes), rests=timedelta(seconds=rests))


def _shows(what: str) -> Callable[[Line], bool]:
    """Whether a line of a watch shows what was done."""
    resource = "deployments" if "Deployment" in what else "rollouts"
    image = what.rsplit(maxsplit=1)[-1]

    def shows(line: Line) -> bool:
        if line.fields["resource"] != resource:
            return False
        spec = object_of(line)["spec"]
        match what.split(maxsplit=1)[0]:
            case "set":
                return any(c["image"] == image for c in spec["template"]["spec"]["containers"])
            case "paused":
                return spec.get("paused") is True
            case "resumed":
                return spec.get("paused") is False
            case "deleted":
                return line.kind == "watch" and bool(line.fields["event"]["type"] == "DELETED")
            case _:
                return True

    return shows
