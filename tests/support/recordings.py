"""Recorded traffic of real engines, read from the gzipped files in `tests/recordings/`."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parents[1] / "recordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it stands in the file.

    Attributes:
        t: seconds since the story began.
        kind: `story`, `did`, `hook`, `list`, `watch` or `end`.
        fields: all keys of the line but `t` and `kind`.
    """

    t: float
    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A call of Flagger's, and the status it was answered.

    Attributes:
        hook: the path below the story's, as `confirm-promotion` or `gate/check`.
        method: `POST`, and `GET` where a redirect was followed; the body is `{"unparsed": ""}` then.
    """

    t: float
    hook: str
    body: Mapping[str, Any]
    answer: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What a person or a script did, in words; `object` is what they created.  Patches stand in `lines`."""

    t: float
    what: str
    object: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A story, with all its lines in order; `about` is its first line."""

    story: str
    about: Mapping[str, Any]
    lines: tuple[Line, ...]

    @property
    def hooks(self) -> tuple[Hook, ...]:
        return tuple(as_hook(line) for line in self.lines if line.kind == "hook")

    @property
    def did(self) -> tuple[Did, ...]:
        return tuple(as_did(line) for line in self.lines if line.kind == "did")

    def watched(self, resource: str) -> tuple[Line, ...]:
        """The lines of one watch stream, as `canaries`; the object is `line.fields["event"]["object"]`."""
        return tuple(line for line in self.lines if line.kind == "watch" and line.fields["resource"] == resource)


def stories(engine: str) -> tuple[str, ...]:
    """Names of an engine's recorded stories; the engine is `flagger`, `argo-rollouts` or `deployments`."""
    return tuple(sorted(path.name.removesuffix(".jsonl.gz") for path in (RECORDINGS / engine).glob("*.jsonl.gz")))


@cache
def read(engine: str, story: str) -> Recording:
    with gzip.open(RECORDINGS / engine / f"{story}.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = tuple(_line(json.loads(text)) for text in file)
    return Recording(story=story, about=lines[0].fields, lines=lines)


def as_hook(line: Line) -> Hook:
    fields = line.fields
    method = fields.get("method", "POST")
    return Hook(t=line.t, hook=fields["hook"], body=fields["body"], answer=fields["answer"], method=method)


def as_did(line: Line) -> Did:
    return Did(t=line.t, what=line.fields["what"], object=line.fields.get("object"))


def _line(fields: dict[str, Any]) -> Line:
    return Line(t=fields.pop("t"), kind=fields.pop("kind"), fields=fields)
