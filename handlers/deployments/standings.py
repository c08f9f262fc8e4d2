"""How a Deployment stands, and which of its ReplicaSets users had before.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.sight import Standing
from handlers.deployments.reading import Deployment, ReplicaSet


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A Deployment among its ReplicaSets.

    Args:
        complete: our digest of the template that was last seen complete; empty: not known.
        gates: the settings let people decide whether it begins.
    """

    deployment: Deployment
    sets: Sequence[ReplicaSet]
    complete: str = ""
    gates: bool = False

    @property
    def current(self) -> ReplicaSet | None:
        return next((found for found in self.sets if found.template == self.deployment.template), None)

    @property
    def before(self) -> ReplicaSet | None:
        """What users had: the template last seen complete, else the only other one it can be.

        Of several, one that has pods and serves nobody may never have served, and only taken the place of what did;
        and a template that returned may be the one that users had.
        """
        others = [found for found in self.sets if found.template != self.deployment.template]
        known = next((found for found in others if found.template == self.complete), None)
        if known is not None or self._has_returned:
            return known
        if len(others) == 1:
            return others[0]
        used = [found for found in others if found.in_use]
        return used[0] if len(used) == 1 and used[0].available > 0 else None

    @property
    def _has_returned(self) -> bool:
        """The template that is wanted is no new one; for a moment its number is still that of its first time."""
        current = self.current
        return current is not None and (current.returned or any(s.revision > current.revision for s in self.sets))

    @property
    def begun(self) -> bool:
        """Pods of the template that is wanted are there, or none are wanted."""
        return self.current is not None and (self.current.in_use or self.deployment.wanted == 0)

    @property
    def done(self) -> bool:
        """Everybody has what is wanted: they have now, or had, and it was only scaled since, or pods went down."""
        deployment = self.deployment
        if not self.begun or not deployment.observed:
            return False
        said = deployment.rolled_out and self._said_of_this and deployment.pods == deployment.updated
        return deployment.complete or (said and (deployment.updated > 0 or deployment.wanted == 0))

    @property
    def gave_up(self) -> str:
        """Why the controller calls it failed; empty: it does not."""
        return self.deployment.gave_up if self.begun and self._said_of_this else ""

    @property
    def unwatched(self) -> bool:
        """The controller goes on saying what it said of another template, and would miss no deadline of this one."""
        return self.begun and self.deployment.rolled_out and not self._said_of_this and not self.done

    @property
    def _said_of_this(self) -> bool:
        return self.current is not None and self.deployment.said_of in {"", self.current.name}

    @property
    def first(self) -> bool:
        """There is no version that it takes the place of."""
        return (self.deployment.revision or 1) == 1 and all(found is self.current for found in self.sets)

    @property
    def waits(self) -> bool:
        """Paused with a template that nobody has yet."""
        return self.deployment.paused and not self.begun and not self.returns and not self.first

    @property
    def returns(self) -> bool:
        """Somebody wrote the template back that users had."""
        return bool(self.complete) and self.deployment.template == self.complete

    @property
    def standing(self) -> Standing:
        deployment = self.deployment
        if deployment.deleted:
            return Standing.GONE
        if self.first:
            return Standing.PROMOTED if self.done else Standing.IDLE
        if self.waits:
            return Standing.WAITING if self.gates else Standing.IDLE
        if self.done:
            return Standing.PROMOTED
        if self.returns:
            return Standing.IDLE
        return Standing.FAILED if self.gave_up else Standing.PROGRESSING


def glimpsed(deployment: Deployment, *, complete: str, gates: bool) -> Standing:
    """What the Deployment alone tells: enough to know whether it is worth a look."""
    if deployment.deleted:
        return Standing.GONE
    if deployment.complete:
        return Standing.IDLE if deployment.revision == 1 else Standing.PROMOTED
    if complete and deployment.template == complete:
        return Standing.IDLE
    if deployment.paused and not deployment.updated:
        return Standing.WAITING if gates else Standing.IDLE
    return Standing.FAILED if deployment.gave_up and deployment.observed else Standing.PROGRESSING
