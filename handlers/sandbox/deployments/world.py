"""The practice world of plain Deployments: three applications of a small shop that release now and then, for ever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.cluster.resources import DEPLOYMENTS
from handlers.sandbox import stories
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.deployments.controller import Controller
from handlers.sandbox.deployments.progress import TIMED_OUT, find
from handlers.sandbox.objects import Objects, Thing
from handlers.sandbox.pods import Pods
from handlers.sandbox.stories import NAMESPACE, POD_START, SETTLED_FOR

PATIENCE = timedelta(minutes=5)
"""So long people are waited for, or their no stands; then the next version is pushed over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(stories.Change):
    """What one release brings.

    Args:
        serves: its pods do, some time after they were made.
    """

    serves: bool = True


@dataclass(slots=True, kw_only=True)
class Story(stories.Story[Change]):
    """One Deployment's releases.

    Args:
        spec: of the Deployment, beside its template.
        asks: it is paused with each new template.
        patience: so long it waits for its start; then the next version comes.
    """

    spec: Mapping[str, Any]
    asks: bool
    patience: timedelta = PATIENCE


@dataclass(slots=True, kw_only=True)
class PracticeShop:
    """The applications, with all that works on them."""

    objects: Objects
    now: Callable[[], datetime]
    controller: Controller
    pods: Pods
    stories: tuple[Story, ...]

    def open(self) -> None:
        for story in self.stories:
            self.objects.put(_deployment(story), manager="kubectl")

    def step(self) -> None:
        self.controller.step()
        self.pods.step()
        for story in self.stories:
            self._go_on(story)

    def _go_on(self, story: Story) -> None:
        found = self.objects.get(DEPLOYMENTS, NAMESPACE, story.name)
        if found is None or not (waits(found) or has_ended(found)):
            story.since = None
            return
        story.since = story.since or self.now()
        rests = story.patience if waits(found) else story.rests if story.number else SETTLED_FOR
        if self.now() - story.since >= rests:
            story.number += 1
            story.since = None
            spec = found["spec"] | {"template": _template(story), "paused": story.asks}
            self.objects.put({**found, "spec": spec}, manager="kubectl")


def practice_shop(
    server: ApiServer, *, stories: tuple[Story, ...] = (), pod_start: timedelta = POD_START
) -> PracticeShop:
    def version() -> int:
        return server.store.version

    return PracticeShop(
        objects=server,
        now=server.now,
        controller=Controller(objects=server, now=server.now, version=version),
        pods=Pods(objects=server, now=server.now, starting_takes=pod_start, version=version),
        stories=stories or (storefront(), checkout(), search()),
    )


def waits(deployment: Thing) -> bool:
    """Paused with a template that no pod has."""
    paused = bool(deployment["spec"].get("paused"))
    return paused and observed(deployment) and not deployment["status"].get("updatedReplicas")


def has_ended(deployment: Thing) -> bool:
    """Everybody has it, or its deadline has passed."""
    if not observed(deployment):
        return False
    status = deployment["status"]
    counts = {status.get(name, 0) for name in ("replicas", "updatedReplicas", "availableReplicas")}
    gave_up = (find(status) or {}).get("reason") == TIMED_OUT
    return counts == {deployment["spec"]["replicas"]} or gave_up


def observed(deployment: Thing) -> bool:
    """The controller has acted on the newest change."""
    seen = deployment.get("status", {}).get("observedGeneration")
    return bool(seen == deployment["metadata"]["generation"])


def storefront() -> Story:
    """Asks before it begins.  The first card comes from here."""
    return Story(
        name="storefront",
        minor="4.2",
        spec={"replicas": 4},
        asks=True,
        changes=(
            Change(title="Larger pictures on the start page", author="nils@example.com"),
            Change(title="Remember the last search", author="ayo@example.com"),
        ),
        rests=timedelta(seconds=40),
    )


def checkout() -> Story:
    """Goes on by itself; every second version never serves, and misses its deadline."""
    return Story(
        name="checkout",
        minor="1.8",
        spec={"replicas": 4, "progressDeadlineSeconds": 30},
        asks=False,
        changes=(
            Change(title="Fix tax rounding", author="lea@example.com"),
            Change(title="Show delivery day before payment", author="tomas@example.com", serves=False),
        ),
        rests=timedelta(seconds=60),
    )


def search() -> Story:
    """Asks before it begins, since nobody is served in between."""
    return Story(
        name="search",
        minor="0.9",
        spec={"replicas": 2, "strategy": {"type": "Recreate"}},
        asks=True,
        changes=(Change(title="New ranking by clicks", author="mei@example.com"),),
        rests=timedelta(seconds=90),
    )


def _deployment(story: Story) -> Thing:
    return {
        "apiVersion": DEPLOYMENTS.api_version,
        "kind": DEPLOYMENTS.kind,
        "metadata": {"namespace": NAMESPACE, "name": story.name, "labels": {"pointsman.dev/watch": "true"}},
        "spec": {**story.spec, "selector": {"matchLabels": {"app": story.name}}, "template": _template(story)},
    }


def _template(story: Story) -> Thing:
    broken = story.number and not story.change.serves
    return story.template(tag="-broken" if broken else "")
