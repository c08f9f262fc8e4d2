"""The practice world: a small shop whose teams release now and then, for ever."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.sandbox.flagger.canary import SETTLED, Canary, Phase
from handlers.sandbox.flagger.engine import SandboxEngine
from handlers.sandbox.flagger.manifest import KUBERNETES, Analysis, Hook, HookType, Manifest, Metric, Template

NAMESPACE = "shop"
POD_START = timedelta(seconds=3)
BROKEN_SUCCESS_RATE = 93.41  # Percent, of at least 99.

HEALTHY = (Metric(name="request-success-rate", minimum=99), Metric(name="request-duration", maximum=500))
AROUND = (HookType.ROLLBACK, HookType.POST_ROLLOUT, HookType.EVENT)
RETRIES = {HookType.POST_ROLLOUT: 3, HookType.EVENT: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one release brings; `breaks` makes it fail its checks once users have it."""

    title: str
    author: str
    breaks: bool = False


@dataclass(slots=True, kw_only=True)
class Story:
    """One application's releases, one after another.

    Args:
        minor: `1.8`; the third number of the version counts releases.
        changes: told in turn, and from the start again.
        pause: ticks between the end of a release and the next one.
        rested: ticks of that pause that are over.
        number: of the release that was made last.
        running: of the release that users have.
    """

    canary: Canary
    minor: str
    changes: tuple[Change, ...]
    pause: int
    rested: int = 0
    number: int = 0
    running: int = 0

    def go_on(self, at: datetime) -> None:
        """Do what people and traffic do after a tick: rest, release, break."""
        status = self.canary.status
        if status.phase in SETTLED:
            if status.phase is Phase.SUCCEEDED:
                self.running = self.number
            self.rested += 1
            if self.rested >= self.pause:
                self._release(at)
        elif self._change.breaks and self.canary.weight:
            self.canary.values["request-success-rate"] = BROKEN_SUCCESS_RATE

    @property
    def _change(self) -> Change:
        return self.changes[(self.number - 1) % len(self.changes)]

    def _release(self, at: datetime) -> None:
        self.number += 1
        self.rested = 0
        self.canary.values.clear()
        self.canary.change(_told(self.canary.manifest, self._card_text()))
        self.canary.deploy(_template(self.canary.manifest.name, self._version(self.number)), at)

    def _card_text(self) -> dict[str, str]:
        version, before = self._version(self.number), self._version(self.running)
        text = f'"{self._change.title}" by {self._change.author}, {before} → {version}'
        return {"text": text, "version": version}

    def _version(self, number: int) -> str:
        return f"{self.minor}.{number}"


async def play(stories: tuple[Story, ...], engine: SandboxEngine) -> None:
    """Release and release again, waiting at every gate until somebody answers; ends only when cancelled."""
    async with asyncio.TaskGroup() as jobs:
        for story in stories:
            jobs.create_task(_tell(story, engine), name=story.canary.manifest.name)


async def _tell(story: Story, engine: SandboxEngine) -> None:
    await engine.work(story.canary, then=lambda: story.go_on(engine.now()))


def practice_world(hooks_url: str) -> tuple[Story, ...]:
    """Three applications, so that at most three cards wait at a time.

    Args:
        hooks_url: what the hooks' names are added to, as `http://127.0.0.1:8080/hooks/TOKEN/flagger`.
    """
    return storefront(hooks_url), checkout(hooks_url), search(hooks_url)


def practice_release(hooks_url: str, *, pod_start: timedelta = POD_START) -> Story:
    """One release that says of itself that it is practice; it goes to 60 % by itself, then asks."""
    told = Change(title="PRACTICE: nothing is deployed, press what you like", author="pointsman simulate")
    gates = (HookType.CONFIRM_PROMOTION,)
    analysis = Analysis(threshold=5, step_weight=20, max_weight=60, metrics=HEALTHY, hooks=_hooks(hooks_url, gates))
    story = _story("practice", "1.0", (told,), analysis, provider="istio", pause=1, rested=1)
    story.canary.starting_takes = pod_start
    return story


async def play_once(story: Story, engine: SandboxEngine, *, entered: Callable[[Phase], None]) -> Phase:
    """Play one release to its end.

    Args:
        entered: told each phase when it begins.

    Returns:
        How it ended.
    """
    seen = [Phase.INITIALIZING]

    def then() -> None:
        phase = story.canary.status.phase
        if phase is not seen[-1]:
            seen.append(phase)
            entered(phase)
        if story.number and phase in {Phase.SUCCEEDED, Phase.FAILED}:
            story.canary.delete()
        else:
            story.go_on(engine.now())

    await engine.work(story.canary, then=then)
    return seen[-1]


def storefront(hooks_url: str) -> Story:
    """Blue/Green: asks before it starts, and before it promotes.  The first card comes from here."""
    gates = (HookType.CONFIRM_ROLLOUT, HookType.CONFIRM_PROMOTION)
    analysis = Analysis(threshold=5, iterations=3, hooks=_hooks(hooks_url, gates))
    changes = (
        Change(title="Larger pictures on the start page", author="Nils"),
        Change(title="Remember the last search", author="Ayo"),
    )
    return _story("storefront", "4.2", changes, analysis, provider=KUBERNETES, pause=20, rested=20)


def checkout(hooks_url: str) -> Story:
    """Weighted: goes to 60 % by itself, then asks."""
    analysis = Analysis(
        threshold=5,
        step_weight=20,
        max_weight=60,
        metrics=HEALTHY,
        hooks=_hooks(hooks_url, (HookType.CONFIRM_PROMOTION,)),
    )
    changes = (
        Change(title="Fix tax rounding", author="Lea"),
        Change(title="Show delivery day before payment", author="Tomás"),
        Change(title="Retry declined cards once", author="Lea"),
    )
    return _story("checkout", "1.8", changes, analysis, provider="istio", pause=15, rested=15)


def search(hooks_url: str) -> Story:
    """Weighted, and every second release fails its checks: the engine rolls it back by itself."""
    analysis = Analysis(
        threshold=3,
        step_weight=25,
        max_weight=50,
        metrics=HEALTHY,
        hooks=_hooks(hooks_url, (HookType.CONFIRM_PROMOTION,)),
    )
    changes = (
        Change(title="New ranking by clicks", author="Mei", breaks=True),
        Change(title="Ranking without clicks again", author="Mei"),
    )
    return _story("search", "0.9", changes, analysis, provider="istio", pause=30, rested=20)


def _story(
    name: str, minor: str, changes: tuple[Change, ...], analysis: Analysis, *, provider: str, pause: int, rested: int
) -> Story:
    manifest = Manifest(namespace=NAMESPACE, name=name, target=name, provider=provider, analysis=analysis)
    canary = Canary(manifest=manifest, template=_template(name, f"{minor}.0"), starting_takes=POD_START)
    return Story(canary=canary, minor=minor, changes=changes, pause=pause, rested=rested)


def _template(name: str, version: str) -> Template:
    return Template(image=f"registry.example.com/{NAMESPACE}/{name}:{version}")


def _hooks(hooks_url: str, gates: tuple[HookType, ...]) -> tuple[Hook, ...]:
    return tuple(
        Hook(
            name=f"pointsman-{kind}",
            type=kind,
            url=f"{hooks_url}/{kind}",
            timeout=timedelta(seconds=5),
            retries=RETRIES.get(kind, 0),
        )
        for kind in (*AROUND, *gates)
    )


def _told(manifest: Manifest, metadata: Mapping[str, str]) -> Manifest:
    """The manifest with other metadata on every hook, as the change in Git would bring it."""
    hooks = tuple(replace(hook, metadata=metadata) for hook in manifest.analysis.hooks)
    return replace(manifest, analysis=replace(manifest.analysis, hooks=hooks))
