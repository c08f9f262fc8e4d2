"""What is released: one Canary, Rollout or Deployment of one cluster."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Workload:
    """Unique by its four names."""

    cluster: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """As people type and see it where one cluster is watched."""
        return f"{self.namespace}/{self.name}"

    @property
    def path(self) -> str:
        """As people type and see it where there are several clusters."""
        return f"{self.cluster}/{self.namespace}/{self.name}"
