"""What is wrong with how a new version is tried."""

from collections.abc import Iterator

from handlers.flagger.manifests.canary import ANALYSIS, LEAST_INTERVAL_SECONDS, Canary, Strategy
from handlers.flagger.manifests.fault import Fault, broken, caution, dotted

LEAST_THRESHOLD = 5
"""Failed checks that a wait of people should outlive: below it, a bad minute at night decides in their place."""

WAITS = frozenset({"confirm-traffic-increase", "confirm-promotion"})
"""While people think at these, the checks go on."""


def faults(canary: Canary) -> Iterator[Fault]:
    yield from _form(canary)
    if not canary.analysed:
        return
    if canary.interval_seconds < LEAST_INTERVAL_SECONDS:
        yield caution(
            (*ANALYSIS, "interval"),
            f"An interval of {canary.interval_seconds:g} s is taken as 10 s: Flagger looks no more often.",
            "Write `interval: 10s` or longer, so that it says what happens.",
        )
    if any(hook.type in WAITS for hook in canary.ours) and canary.checked and canary.threshold < LEAST_THRESHOLD:
        yield _impatient(canary)
    if canary.strategy is Strategy.BLUE_GREEN and canary.iterations == 1:
        yield caution(
            (*ANALYSIS, "iterations"),
            "Blue/Green with one iteration starts anew while people are asked about the promotion:"
            " pre-rollout hooks run again and again, and no metric is checked.",
            "Write `iterations: 2` or more.",
        )
    if canary.strategy is Strategy.WEIGHTED and canary.step <= 0 and not canary.skips_analysis:
        yield broken(
            ANALYSIS,
            "It has neither stepWeight, stepWeights nor iterations: the new version never gets any further.",
            "Write `stepWeight` and `maxWeight`, or `iterations` for Blue/Green.",
        )


def _form(canary: Canary) -> Iterator[Fault]:
    for place in canary.misplaced:
        yield broken(
            place,
            f"{dotted(place)} stands where Flagger does not look: the API server drops it, hooks and all,"
            " without a word.",
            "Move it to spec.analysis (its hooks to spec.analysis.webhooks); `pointsman wire` does it.",
        )
    if canary.target is not None and not canary.analysed and not canary.misplaced:
        yield broken(
            ("spec",),
            "It has no analysis: Flagger promotes each new version at once, and asks nobody.",
            "Add spec.analysis with interval, threshold and stepWeight or iterations.",
        )


def _impatient(canary: Canary) -> Fault:
    taken = max(canary.threshold, 1)  # Flagger takes 0 and less as 1.
    often = "the first failed check" if taken == 1 else f"{taken} failed checks, however far apart,"
    return caution(
        (*ANALYSIS, "threshold"),
        f"Checks go on while people think, and {often} roll{'s' if taken == 1 else ''} back:"
        " a passed check does not make up for a failed one.",
        f"Raise the threshold to {LEAST_THRESHOLD} or more, with room for as long as people may take.",
    )
