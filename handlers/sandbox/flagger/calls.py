"""What the engine sends to a hook, and what it makes of the answer."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from handlers.sandbox.flagger.canary import Phase, Status
from handlers.sandbox.flagger.checksums import checksum
from handlers.sandbox.flagger.events import Event
from handlers.sandbox.flagger.manifest import Hook, Manifest

# Source: fluxcd/flagger pkg/controller/webhook.go callWebhook.  203, 204 and redirects are failures.
HIGHEST_PASSING_STATUS = 202


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One POST; `body` is what goes out as JSON."""

    hook: Hook
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, after redirects and retries.

    Args:
        status: None when nothing came in time.
        text: what Flagger quotes in its events when the call did not pass.
    """

    status: int | None
    text: str = ""

    @property
    def passes(self) -> bool:
        return self.status is not None and self.status <= HIGHEST_PASSING_STATUS


T = TypeVar("T")
Steps: TypeAlias = Generator[Call, Answer, T]
"""A piece of a tick: yields the calls it wants made, is sent their answers, returns what it found."""


def question(hook: Hook, manifest: Manifest, status: Status, phase: Phase) -> Call:
    """Any hook but `event`; `phase` is what it is told, not always the Canary's."""
    return Call(hook=hook, body=_body(manifest, status, phase, hook.metadata))


def notice(hook: Hook, manifest: Manifest, status: Status, phase: Phase, *, event: Event, at: datetime) -> Call:
    """An `event` hook; its own metadata cannot override the event's three keys.

    Source: fluxcd/flagger pkg/controller/webhook.go CallEventWebhook
    """
    told = {
        "eventMessage": event.text,
        "eventType": "Warning" if event.warning else "Normal",
        "timestamp": str(int(at.timestamp() * 1000)),
    }
    return Call(hook=hook, body=_body(manifest, status, phase, {**hook.metadata, **told}))


def _body(manifest: Manifest, status: Status, phase: Phase, metadata: Mapping[str, str]) -> dict[str, object]:
    body: dict[str, object] = {
        "name": manifest.name,
        "namespace": manifest.namespace,
        "phase": phase.value,
        "checksum": checksum(status.applied),
    }
    return {**body, "metadata": dict(metadata)} if metadata else body
