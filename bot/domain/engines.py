"""The release engines, as a card speaks of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.decision import Principal, Verb
from bot.domain.policy import Stage

FLAGGER = "flagger"
ARGO_ROLLOUTS = "argo-rollouts"
DEPLOYMENTS = "deployments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """How one engine is spoken of.

    Args:
        name: as people call it.
        asks: it asks by hooks, so that an answer waits for its question; the others are told.
        yes: what a yes does, by stage; each begins `A yes`.
        way_back: what a no does once it runs.
        can: what it can be told to do beside going on and coming back.
        attributed: who did something to it with another tool may be told by that tool.
    """

    name: str
    asks: bool
    yes: Mapping[Stage, str]
    way_back: str = "rolled back"
    can: frozenset[Verb] = frozenset()
    attributed: bool = False


_LETS_GO_ON = {
    Stage.TRAFFIC: "gives it the next share of the traffic.",
    Stage.PROMOTION: "gives it to everybody.",
    Stage.STEP: "lets it go on to the next step.",
    Stage.ANALYSIS: "accepts the analysis as it is, and it goes on.",
}

ENGINES = {
    FLAGGER: Engine(
        name="Flagger",
        asks=True,
        yes={Stage.START: "lets Flagger scale it up and check it.", **_LETS_GO_ON},
    ),
    ARGO_ROLLOUTS: Engine(
        name="Argo Rollouts",
        asks=False,
        yes={Stage.START: "lets it begin.", **_LETS_GO_ON},
        way_back="aborted",
        can=frozenset({Verb.RETRY, Verb.SKIP, Verb.PROMOTE_FULL}),
        attributed=True,
    ),
    DEPLOYMENTS: Engine(
        name="Kubernetes",
        asks=False,
        yes={Stage.START: "lets Kubernetes roll it out to everybody.", **_LETS_GO_ON},
    ),
}


def engine_of(name: str) -> Engine:
    return ENGINES[name]


def principal_of(name: str) -> Principal:
    """As which an engine stands on record."""
    return Principal(f"engine:{name}")
