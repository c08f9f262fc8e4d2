"""What surprises people about how Flagger treats a Canary."""

from collections.abc import Iterator

from handlers.flagger.manifests.canary import Canary
from handlers.flagger.manifests.fault import Fault, caution


def faults(canary: Canary) -> Iterator[Fault]:
    if canary.suspended:
        yield caution(
            ("spec", "suspend"),
            "It is suspended: Flagger does nothing, neither go on nor roll back by itself.",
            "Take `suspend` out; to hold a release for a while, pause it on its card.",
        )
    if canary.skips_analysis:
        yield caution(
            ("spec", "skipAnalysis"),
            "`skipAnalysis: true`: nothing is measured, and no gate but confirm-rollout is asked.",
            "Take it out.",
        )
    if canary.target is not None and not canary.reverts_on_deletion:
        yield caution(
            ("spec",),
            "It has no `revertOnDeletion`: deleting the Canary deletes the primary, and with it all pods that serve.",
            "Write `revertOnDeletion: true`, or make sure that nobody deletes it: to go without Flagger for a while,"
            " `skipAnalysis: true` is enough.",
        )
    if canary.provider == "kubernetes":
        yield caution(
            ("spec", "provider"),
            "With the provider kubernetes it is not a real Blue/Green: users stay on the primary, and get the new"
            " version by its rolling update, after the promotion."
            + (" Its match is not looked at." if canary.matched else ""),
            "Nothing, if that is meant; a mesh or an ingress as provider moves the traffic.",
        )
