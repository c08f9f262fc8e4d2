"""Where the card of a release is shown."""

from dataclasses import dataclass

from bot.domain.effects import Destination
from bot.domain.policy import Match
from bot.domain.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    match: Match
    to: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class Routes:
    """Every route that matches counts.  None: the console alone shows the release."""

    routes: tuple[Route, ...] = ()

    def __call__(self, release: Release) -> tuple[Destination, ...]:
        found = [to for route in self.routes if _covers(route.match, release) for to in route.to]
        return tuple(dict.fromkeys((*found, *self._asked_for(release.run.channel))))

    def _asked_for(self, channel: str) -> tuple[Destination, ...]:
        """A channel that a hook's metadata names; only one that the settings name somewhere."""
        allowed = {str(to): to for route in self.routes for to in route.to}
        return (allowed[channel],) if channel in allowed else ()


def _covers(match: Match, release: Release) -> bool:
    if not match.covers_workload(release.workload):
        return False
    return match.stage == "*" or any(match.covers(release.workload, gate.stage) for gate in release.gates)
