"""Which template of each Deployment was last seen complete: what there is to go back to."""

from dataclasses import dataclass, field

from handlers.deployments.reading import Deployment


@dataclass(slots=True)
class Complete:
    """A memory of one process; what it does not know is told from the ReplicaSets, where they leave no doubt."""

    _known: dict[str, tuple[int, str]] = field(default_factory=dict)

    def learn(self, deployment: Deployment) -> None:
        """Take in what a look or a watch shows; a watch may show later what was earlier."""
        serves = deployment.complete and deployment.wanted > 0  # Of nothing, nobody knows whether it serves.
        known_at, _ = self._known.get(deployment.uid, (0, ""))
        if serves and deployment.generation >= known_at:
            self._known[deployment.uid] = deployment.generation, deployment.template

    def forget(self, deployment: Deployment) -> None:
        self._known.pop(deployment.uid, None)

    def of(self, deployment: Deployment) -> str:
        """Our digest of it; empty: not known."""
        _, template = self._known.get(deployment.uid, (0, ""))
        return template
