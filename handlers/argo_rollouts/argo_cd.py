"""Who ran an action on a Rollout in Argo CD, by the Events that it leaves.

Argo CD writes two: one about the Rollout, one about its Application.  The first names the Rollout by its uid.  From 3.4
on API servers refuse it, and only the second is left: that names a Rollout without its namespace, and lies where the
Application does.  What can be about another Rollout as well names nobody.

Source: argoproj/argo-cd server/application/application.go RunResourceActionV2, util/argo/audit_logger.go,
util/argo/resource_tracking.go; its issue 28106
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import ClusterRefusedError
from bot.domain.outside import Act, Named, Question
from bot.domain.workload import Workload
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.resources import ROLLOUTS
from handlers.argo_rollouts.rollouts import Rollout
from handlers.argo_rollouts.waiting import read_time
from handlers.cluster import EVENTS, Cluster
from handlers.cluster.fields import inner, text, texts
from handlers.cluster.gitops import ARGO_CD, TRACKING

RAN = "reason=ResourceActionRan,source=argocd-server"
THIS_CLUSTER = "https://kubernetes.default.svc"
NOBODY = "Unknown user"

PASSES_ALL = "promote-full"
ACTIONS = {
    Act.WENT_ON: frozenset({"resume", "skip-current-step", PASSES_ALL}),
    Act.PROMOTED: frozenset({PASSES_ALL}),
    Act.ABORTED: frozenset({"abort"}),
    Act.RETRIED: frozenset({"retry"}),
}
"""Which of its actions do what was seen."""

_MESSAGE = re.compile(r"(?P<by>.{1,200}) ran action (?P<action>[a-z-]{1,40})(?: on resource (?P<on>\S+))?")

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InArgoCd:
    """Asks one cluster.  Argo CD in another one leaves nothing here."""

    cluster: Cluster

    async def __call__(self, workload: Workload, asked: Question) -> Named | None:
        """Who did that; None: it is not told, or cannot be told for sure.

        Raises:
            ClusterUnavailableError: nothing is known now.
        """
        fields = await self.cluster.get(ROLLOUTS, workload.namespace, workload.name)
        if fields is None:
            return None
        try:
            events = await self._events(workload.namespace)
            same_name = await self.cluster.list_all(ROLLOUTS, fields=f"metadata.name={workload.name}")
        except ClusterRefusedError:
            return None
        return who(asked, fields, events, same_name)

    async def _events(self, namespace: str) -> list[dict[str, Any]]:
        """Everywhere, as an Application lies with Argo CD; where that is not allowed, beside the Rollout."""
        try:
            return await self.cluster.list_all(EVENTS, fields=RAN)
        except ClusterRefusedError:
            return await self.cluster.list_all(EVENTS, namespace, fields=RAN)


def who(
    asked: Question, fields: Mapping[str, Any], events: Sequence[Event], same_name: Sequence[Mapping[str, Any]]
) -> Named | None:
    """Understand the Events of a cluster.

    Args:
        same_name: all Rollouts of that name, in whatever namespace.
    """
    rollout = read_rollout(fields)
    if rollout is None:
        return None
    sharing = [other for other in same_name if application_of(other) == application_of(fields)]
    about = list(_about(fields, events, sure=len(sharing) == 1))
    found = [named for event in about if (named := _named(event)) is not None and _fits(asked, rollout, named)]
    if len({(named.by, named.action) for named in found}) != 1:
        return None
    return max(found, key=lambda named: named.at)


def application_of(rollout: Mapping[str, Any]) -> tuple[str, str] | None:
    """Namespace and name of the Application that it belongs to, the first empty where it is Argo CD's own."""
    metadata = inner(rollout, "metadata")
    found = re.fullmatch(
        r"(?:(?P<namespace>[^:_]+)_)?(?P<name>[^:_]+):(?P<what>.+)", texts(metadata, "annotations").get(TRACKING, "")
    )
    itself = f"argoproj.io/Rollout:{text(metadata, 'namespace')}/{text(metadata, 'name')}"
    if found is None or found["what"] != itself:
        return None  # Copied from elsewhere, or none.
    return found["namespace"] or "", found["name"]


def _about(rollout: Mapping[str, Any], events: Sequence[Event], *, sure: bool) -> Iterator[Event]:
    """Those about this very Rollout; where there is none, those about its Application that can be about no other."""
    metadata = inner(rollout, "metadata")
    own = [event for event in events if text(inner(event, "involvedObject"), "uid") == text(metadata, "uid")]
    if own:
        yield from own
        return
    application = application_of(rollout)
    of_it = [event for event in events if application is not None and _is_of(event, application, metadata)]
    if sure and len({text(inner(event, "involvedObject"), "uid") for event in of_it}) == 1:
        yield from of_it


def _is_of(event: Event, application: tuple[str, str], metadata: Mapping[str, Any]) -> bool:
    namespace, name = application
    about, said = inner(event, "involvedObject"), _MESSAGE.fullmatch(text(event, "message"))
    return (
        (text(about, "kind"), text(about, "name")) == ("Application", name)
        and namespace in {"", text(about, "namespace")}
        and texts(inner(event, "metadata"), "annotations").get("dest-server") == THIS_CLUSTER
        and said is not None
        and said["on"] == f"argoproj.io/Rollout/{text(metadata, 'name')}"
    )


def _named(event: Event) -> Named | None:
    """When it was run is told by the API server's clock, which every Event here has in common."""
    metadata, said = inner(event, "metadata"), _MESSAGE.fullmatch(text(event, "message"))
    at = read_time(text(metadata, "creationTimestamp"))
    if said is None or at is None or said["by"] == NOBODY or not said["by"].isprintable():
        return None
    if texts(metadata, "annotations").get("user", said["by"]) != said["by"]:
        return None
    return Named(by=said["by"], tool=ARGO_CD, action=said["action"], at=at, event=text(metadata, "uid"))


def _fits(asked: Question, rollout: Rollout, named: Named) -> bool:
    in_time = asked.after <= named.at <= asked.before
    if not in_time or named.event in asked.but or named.action not in ACTIONS[asked.act]:
        return False
    return named.action == PASSES_ALL or not _passed_more(asked, rollout)


def _passed_more(asked: Question, rollout: Rollout) -> bool:
    """It went past a further wait that nobody saw: which of the two an action ended cannot be told."""
    step = asked.evidence.get("step")
    if not isinstance(step, int) or rollout.step is None:
        return False
    return any(passed.waits_for_people for passed in rollout.steps[step + 1 : rollout.step])
