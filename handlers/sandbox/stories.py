"""What an application of the practice shop releases, one version after another, where it lives in an API server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from handlers.cluster.resources import Resource
from handlers.sandbox.objects import Objects, Thing
from handlers.sandbox.scenes import Scene
from handlers.sandbox.stepping import World

NAMESPACE = "shop"
POD_START = timedelta(seconds=3)
SETTLED_FOR = timedelta(seconds=2)
"""Before the first release: a push just behind a write of a controller's may be lost, and nobody would ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one release brings."""

    title: str
    author: str


C = TypeVar("C", bound=Change)


@dataclass(slots=True, kw_only=True)
class Story(Generic[C]):
    """One application's releases, one after another.

    Args:
        minor: `1.8`; the third number of the version counts releases.
        changes: told in turn, and from the start again.
        rests: between the end of a release and the next one.
        number: of the release that was made last.
        since: when it came to stand as it stands, if nothing is under way.
    """

    name: str
    minor: str
    changes: tuple[C, ...]
    rests: timedelta
    number: int = 0
    since: datetime | None = None

    @property
    def change(self) -> C:
        return self.changes[(self.number - 1) % len(self.changes)]

    def template(self, *, tag: str = "") -> Thing:
        """The pod template of the release that was made last.

        Args:
            tag: what its image's version ends in.
        """
        image = f"registry.example.com/{NAMESPACE}/{self.name}:{self.minor}.{self.number}{tag}"
        metadata: Thing = {"labels": {"app": self.name}}
        if self.number:
            metadata["annotations"] = {
                "pointsman.dev/author": self.change.author,
                "pointsman.dev/change": self.change.title,
            }
        return {"metadata": metadata, "spec": {"containers": [{"name": "app", "image": image}]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRelease:
    """One release of one application.  Implements `handlers.sandbox.stepping.OneRelease`.

    Args:
        shop: with this application alone.
        scene_of: what its object has come to.
    """

    shop: World
    objects: Objects
    kind: Resource
    name: str
    scene_of: Callable[[Thing], Scene | None]

    def open(self) -> None:
        self.shop.open()

    def step(self) -> None:
        self.shop.step()

    @property
    def scene(self) -> Scene | None:
        found = self.objects.get(self.kind, NAMESPACE, self.name)
        return self.scene_of(found) if found is not None else None

    def take_away(self) -> None:
        self.objects.delete(self.kind, NAMESPACE, self.name, manager="kubectl")
