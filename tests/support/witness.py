"""A witness of everything that is written to one Deployment: it knows what may begin, and what may be gone back to."""

from dataclasses import dataclass, field

from handlers.cluster import DEPLOYMENTS, REPLICA_SETS
from handlers.cluster.templates import digest_of
from handlers.deployments.reading import Deployment, read_deployment
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.api_server.store import Change

OURS = "pointsman"
"""Who the bot is, in `managedFields`."""


@dataclass(slots=True)
class Witness:
    """Looks at each write in its order, and raises where one breaks an invariant.

    Args:
        licensed: the template that may begin now: somebody approved it, or wrote it without a pause, or took its pause.
        were: all that ever might.
        served: templates with pods that served somebody, which is all that can be told once the bot has forgotten.
        complete: templates that everybody had, the last one last; and of them the ones that the bot can have seen.
        foreign: something else works on the Deployment.
        _yes: templates that people said yes to, until they begin, or the bot finds another one there.
    """

    server: ApiServer
    licensed: str | None = None
    were: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    complete: list[str] = field(default_factory=list)
    seen_complete: str | None = None
    foreign: bool = False
    _yes: set[str] = field(default_factory=set)
    _seen_at: int = 0
    _version: int = 0

    def approved(self, template: str) -> None:
        """People said yes to a template; another one that is there by now may go again before the bot has seen it."""
        self.follow()
        self._yes.add(template)
        found = self._current()
        if found is not None and found.template == template:
            self._license(template)

    def looked(self, deployment: Deployment) -> None:
        """The bot has seen it so, at this moment or later than it was."""
        if deployment.complete and deployment.wanted > 0 and deployment.generation >= self._seen_at:
            self.seen_complete, self._seen_at = deployment.template, deployment.generation

    def found(self, deployment: Deployment) -> None:
        """The bot has read it, at this moment: a yes to another template is for nothing from now on."""
        self._yes &= {deployment.template}

    def forgotten(self) -> None:
        """The bot remembers nothing that it has seen."""
        self.seen_complete, self._seen_at = None, 0

    def follow(self) -> None:
        store = self.server.store
        changes = [change for kind in (DEPLOYMENTS, REPLICA_SETS) for change in store.since(kind, self._version)]
        for change in sorted(changes, key=lambda change: change.version):
            if change.thing["kind"] == "Deployment":
                self._deployment(change)
            elif not change.gone:
                self._replica_set(change)
        self._version = store.version

    def _deployment(self, change: Change) -> None:
        after, before = read_deployment(change.thing), read_deployment(change.before or {})
        assert after is not None
        if change.gone or before is None or before.uid != after.uid:
            self._anew(None if change.gone else after)
            return
        ours = change.thing["metadata"]["managedFields"][-1]["manager"] == OURS
        if ours:
            self._our_write(before, after)
        elif after.template != before.template or (before.paused and not after.paused):
            self._license(None if after.paused else after.template)
        if after.paused and not self._begun(after.template):
            self._wait(after.template, anew=not before.paused)
        if after.complete and after.wanted > 0 and after.template not in self.complete[-1:]:
            self.complete.append(after.template)

    def _our_write(self, before: Deployment, after: Deployment) -> None:
        assert not self.foreign, "something else works on it, and it was written"
        if after.template != before.template:
            had = self.complete if self.seen_complete is not None else self.served
            if not self.complete:
                had = self.were  # Of one that was never complete, what began first is all there is.
            assert after.template in had, "a template was written that nobody ever had"
            if self.seen_complete not in {None, before.template}:
                assert after.template == self.seen_complete, "another template than the last complete one was written"
            self._license(after.template)
        elif before.paused and not after.paused:
            back = after.template == self.seen_complete
            assert back or self.licensed == after.template, "it was let begin, and nobody had approved it"
            self._license(after.template)

    def _wait(self, template: str, *, anew: bool) -> None:
        """A yes holds until it has begun; what else let it begin ends with a new pause."""
        if template in self._yes:
            self._license(template)
        elif anew:
            self.licensed = None

    def _replica_set(self, change: Change) -> None:
        before = change.before["spec"]["replicas"] if change.before else 0
        template = digest_of(change.thing["spec"]["template"])
        if change.thing.get("status", {}).get("availableReplicas"):
            self.served.add(template)
        if not before and change.thing["spec"]["replicas"]:
            assert template in self.were, "pods of a template were made that nobody let begin"
            self._yes.discard(template)

    def _anew(self, first: Deployment | None) -> None:
        """Another object: nothing that was decided about the one before holds for it."""
        self.were, self.complete, self.seen_complete, self._seen_at = set(), [], None, 0
        self._yes.clear()
        self.served.clear()
        self._license(first.template if first is not None and not first.paused else None)

    def _license(self, template: str | None) -> None:
        self.licensed = template
        if template is not None:
            self.were.add(template)

    def _begun(self, template: str) -> bool:
        sets = self.server.all(REPLICA_SETS)
        return any(s["spec"]["replicas"] and digest_of(s["spec"]["template"]) == template for s in sets)

    def _current(self) -> Deployment | None:
        return read_deployment(self.server.get(DEPLOYMENTS, "shop", "checkout") or {})
