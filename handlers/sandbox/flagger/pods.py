"""Whether pods serve, and in which words Flagger says that they do not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

REPLICAS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods of one Deployment.

    Args:
        deployment: its name.
        since: when its template or its number of replicas changed.
        ready_at: when all of them serve; None means never.
        others_serve: pods of the template before go on serving until then.
    """

    deployment: str
    since: datetime
    ready_at: datetime | None
    others_serve: bool = False

    def serve(self, now: datetime) -> bool:
        return self.ready_at is not None and now >= self.ready_at


@dataclass(frozen=True, slots=True)
class NotReady:
    """Why the engine does not go on; `final`: no later tick will find it better."""

    reason: str
    final: bool = False


# A Deployment that was created in this very tick is told so, before its controller has seen it.
JUST_CREATED = NotReady("waiting for rollout to finish: observed deployment generation less than desired generation")


def not_ready(pods: Pods, now: datetime, *, deadline: timedelta, own_deadline: timedelta) -> NotReady | None:
    """Look at a Deployment as Flagger does.  The Canary's `deadline` counts only while no pod at all serves.

    Source: fluxcd/flagger pkg/canary/deployment_ready.go isDeploymentReady
    """
    if pods.serve(now):
        return None
    since = pods.since.replace(microsecond=0)  # Conditions in the API know whole seconds.
    if now > since + own_deadline:
        return NotReady(f'deployment "{pods.deployment}" exceeded its progress deadline', final=True)
    if pods.others_serve:
        return NotReady(f"waiting for rollout to finish: 1 out of {REPLICAS} new replicas have been updated")
    return NotReady(
        f"waiting for rollout to finish: 0 of {REPLICAS} (readyThreshold 100%) updated replicas are available",
        final=now > since + deadline,
    )
