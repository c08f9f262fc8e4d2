"""The practice world of Argo Rollouts: three applications of a small shop that release now and then, for ever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.sandbox import stories
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.controller import Controller
from handlers.sandbox.argo.objects import ANALYSIS_RUNS, ROLLOUTS
from handlers.sandbox.objects import Objects, Thing, read
from handlers.sandbox.pods import Pods
from handlers.sandbox.stories import NAMESPACE, POD_START, SETTLED_FOR

MEASURING_TAKES = timedelta(seconds=4)

LOSES = 0.5
"""Of the decisions that come just after a pause: 1.9.1 on a busy machine loses two of three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(stories.Change):
    """What one release brings.

    Args:
        verdict: how its analyses end.
        value: what they measure, in milliseconds, of 400 at the most.
    """

    verdict: str = "Successful"
    value: int = 212


@dataclass(slots=True, kw_only=True)
class Story(stories.Story[Change]):
    """One Rollout's releases."""

    strategy: Mapping[str, Any]


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
            for service in ("live", "preview"):
                metadata = {"namespace": NAMESPACE, "name": f"{story.name}-{service}"}
                thing = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"selector": {}}}
                self.objects.put(thing, manager="kubectl")
            self.objects.put(_rollout(story), manager="kubectl")

    def step(self) -> None:
        self.controller.step()
        for run in self.objects.all(ANALYSIS_RUNS):
            self._measure(run)
        self.pods.step()
        for story in self.stories:
            self._go_on(story)

    def _measure(self, run: Thing) -> None:
        began = read(run["metadata"]["creationTimestamp"])
        if run.get("status") or self.now() - began < MEASURING_TAKES:
            return
        story = next(story for story in self.stories if run["metadata"]["name"].startswith(story.name))
        self.objects.put({**run, "status": _measured(story.change)}, manager="analysis")

    def _go_on(self, story: Story) -> None:
        found = self.objects.get(ROLLOUTS, NAMESPACE, story.name)
        if found is None or not has_ended(found):
            story.since = None
            return
        story.since = story.since or self.now()
        if self.now() - story.since >= (story.rests if story.number else SETTLED_FOR):
            story.number += 1
            story.since = None
            self.objects.put({**found, "spec": {**found["spec"], "template": story.template()}}, manager="kubectl")


def practice_shop(
    server: ApiServer,
    *,
    chance: Callable[[], float],
    stories: tuple[Story, ...] | None = None,
    pod_start: timedelta = POD_START,
) -> PracticeShop:
    def version() -> int:
        return server.store.version

    return PracticeShop(
        objects=server,
        now=server.now,
        controller=Controller(objects=server, now=server.now, chance=chance, loses=LOSES, version=version),
        pods=Pods(objects=server, now=server.now, starting_takes=pod_start, version=version),
        stories=stories or (storefront(), checkout(), search()),
    )


def storefront() -> Story:
    """Blue-green: asks before the switch.  The first card comes from here."""
    return Story(
        name="storefront",
        minor="4.2",
        strategy={"blueGreen": {**_services("storefront"), "autoPromotionEnabled": False, "scaleDownDelaySeconds": 20}},
        changes=(
            Change(title="Larger pictures on the start page", author="nils@example.com"),
            Change(title="Remember the last search", author="ayo@example.com"),
        ),
        rests=timedelta(seconds=40),
    )


def checkout() -> Story:
    """A canary: asks at a quarter, measures at a half, asks again."""
    return Story(
        name="checkout",
        minor="1.8",
        strategy={"canary": {"steps": [weight(25), PAUSE, weight(50), _ANALYSIS, PAUSE]}},
        changes=(
            Change(title="Fix tax rounding", author="lea@example.com"),
            Change(title="Show delivery day before payment", author="tomas@example.com", value=388),
        ),
        rests=timedelta(seconds=30),
    )


def search() -> Story:
    """A canary whose analysis is sometimes inconclusive, and sometimes fails: then it is aborted by itself."""
    return Story(
        name="search",
        minor="0.9",
        strategy={"canary": {"steps": [weight(50), _ANALYSIS, PAUSE]}},
        changes=(
            Change(title="New ranking by clicks", author="mei@example.com", verdict="Inconclusive", value=431),
            Change(title="Ranking by clicks and age", author="mei@example.com", verdict="Failed", value=912),
            Change(title="Ranking without clicks again", author="mei@example.com"),
        ),
        rests=timedelta(seconds=60),
    )


PAUSE: Mapping[str, Any] = {"pause": {}}
_ANALYSIS: Mapping[str, Any] = {"analysis": {"templates": [{"templateName": "latency"}]}}


def weight(percent: int) -> Mapping[str, Any]:
    return {"setWeight": percent}


def _services(name: str) -> dict[str, str]:
    return {"activeService": f"{name}-live", "previewService": f"{name}-preview"}


def _rollout(story: Story) -> Thing:
    return {
        "apiVersion": ROLLOUTS.api_version,
        "kind": ROLLOUTS.kind,
        "metadata": {"namespace": NAMESPACE, "name": story.name},
        "spec": {
            "replicas": 4,
            "selector": {"matchLabels": {"app": story.name}},
            "strategy": dict(story.strategy),
            "template": story.template(),
        },
    }


def has_ended(rollout: Thing) -> bool:
    """Everybody has it, or it was aborted and the old version serves alone."""
    status = rollout.get("status", {})
    if status.get("observedGeneration") != str(rollout["metadata"]["generation"]):
        return False
    aborted = bool(status.get("abortedAt")) and not status.get("updatedReplicas")
    switched_back = bool(status.get("abortedAt")) and "blueGreen" in rollout["spec"]["strategy"]
    return status.get("phase") == "Healthy" or aborted or switched_back


def _measured(change: Change) -> Thing:
    message = "" if change.verdict == "Successful" else f'Metric "latency" assessed {change.verdict}'
    measurement = {"phase": change.verdict, "value": f"{change.value}"}
    result = {"name": "latency", "phase": change.verdict, "count": 1, "measurements": [measurement]}
    word = {"Successful": "successful", "Failed": "failed"}.get(change.verdict, "inconclusive")
    return {"phase": change.verdict, "message": message, "metricResults": [{**result, word: 1}]}
