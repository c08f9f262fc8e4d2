"""What of a look into a cluster is kept with a release."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.card import Evidence
from bot.domain.tightening import NOTHING, Tightening


class Standing(StrEnum):
    """How a run stands, by the engine's own status."""

    IDLE = "idle"  # Nothing is under way that was not known before.
    WAITING = "waiting"  # For its start.
    PROGRESSING = "progressing"
    PROMOTING = "promoting"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    GONE = "gone"  # The object is not there any more.

    @property
    def under_way(self) -> bool:
        return self in {Standing.PROGRESSING, Standing.PROMOTING}

    @property
    def over(self) -> bool:
        return self in {Standing.PROMOTED, Standing.ROLLED_BACK, Standing.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is kept with a release of the newest look.

    Args:
        uid: the object's own; another one is another object of the same name.
        revision: our digest of what would be released if it began now.
        applied: the engine's own word for what it works on; equal or not equal, nothing else.
        uncovered: what the revision does not cover, by name: Secrets, and ConfigMaps that cannot be read.
        tightening: what annotations ask for beside the policy.
        place: which of its steps is at work, of an engine that has steps to skip; equal or not equal, nothing else.
        attempt: which passage through its steps it is, of an engine that can begin one revision again; equal or not
            equal, nothing else.  Empty: not known.
        hooks: those of ours that it is set up to call.
        held: somebody paused the object itself, elsewhere.
        stale: its engine has not acted on the newest change, so that it cannot be told what a yes would do.
        inconclusive: an analysis left it to people, and can be run again.
        asks_later: a step further on waits for people too, of an engine that does not ask by hooks.
        details: lines for the card: metrics, steps, pods.
        cautions: what cannot be done or known, for the card.
        titles: what changed, in words, where it is no image: "configuration".
    """

    uid: str
    standing: Standing
    revision: str = ""
    applied: str = ""
    tightening: Tightening = NOTHING
    place: str = ""
    attempt: str = ""
    hooks: tuple[str, ...] = ()
    held: bool = False
    stale: bool = False
    inconclusive: bool = False
    asks_later: bool = True
    uncovered: tuple[str, ...] = ()
    details: tuple[Evidence, ...] = ()
    cautions: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Where a change comes from, as annotations tell it.

    Args:
        at: when its author made it, aware; None: not said.
        tool: what wrote it into the cluster, in its own name; it is nobody.
    """

    at: datetime | None = None
    url: str = ""
    ticket: str = ""
    text: str = ""
    tool: str = ""
