"""Which template of each Deployment was last seen complete: what there is to go back to."""

from dataclasses import dataclass, field

from handlers.deployments.reading import Deployment


@dataclass(slots=True)
class Complete:
    """A memory of one process; what it does not know is told from the ReplicaSets, where they leave no doubt."""

    _templates: dict[str, str] = field(default_factory=dict)

    def learn(self, deployment: Deployment) -> None:
        if deployment.complete and deployment.wanted > 0:  # Of nothing, nobody knows whether it serves.
            self._templates[deployment.uid] = deployment.template

    def forget(self, deployment: Deployment) -> None:
        self._templates.pop(deployment.uid, None)

    def of(self, deployment: Deployment) -> str:
        """Our digest of it; empty: not known."""
        return self._templates.get(deployment.uid, "")
