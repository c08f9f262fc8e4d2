"""The events Flagger tells of, in its own words: other programs recognise them.

Source: fluxcd/flagger pkg/controller/scheduler.go, scheduler_hooks.go, scheduler_metrics.go
"""

from dataclasses import dataclass

from handlers.sandbox.flagger.manifest import Hook, Manifest


@dataclass(frozen=True, slots=True)
class Event:
    text: str
    warning: bool = False


SUSPENDED = Event("skipping canary run as object is suspended")
METRICS_AVAILABLE = Event("all the metrics providers are available!")
ALL_TO_CANARY = Event("Routing all traffic to canary")
ALL_TO_PRIMARY = Event("Routing all traffic to primary")
NO_AB_TESTING = Event("A/B testing is not supported when using the kubernetes provider", warning=True)
NO_PROGRESSIVE_TRAFFIC = Event("Progressive traffic is not supported when using the kubernetes provider", warning=True)
TEN_ITERATIONS = Event("Setting canaryAnalysis.iterations: 10", warning=True)


def _canary(manifest: Manifest) -> str:
    return f"{manifest.name}.{manifest.namespace}"


def _target(manifest: Manifest) -> str:
    return f"{manifest.target}.{manifest.namespace}"


def _primary(manifest: Manifest) -> str:
    return f"{manifest.primary}.{manifest.namespace}"


def initialized(manifest: Manifest) -> Event:
    return Event(f"Initialization done! {_canary(manifest)}")


def primary_not_ready(manifest: Manifest, reason: str) -> Event:
    return Event(f"{_primary(manifest)} not ready: {reason}", warning=True)


def canary_not_ready(manifest: Manifest, reason: str) -> Event:
    return Event(f"canary deployment {_target(manifest)} not ready: {reason}", warning=True)


def scaling_up(manifest: Manifest) -> Event:
    return Event(f"New revision detected! Scaling up {_target(manifest)}")


def restarting(manifest: Manifest) -> Event:
    return Event(f"New revision detected! Restarting analysis for {_target(manifest)}")


def starting_analysis(manifest: Manifest) -> Event:
    return Event(f"Starting canary analysis for {_target(manifest)}")


def passed(hook: Hook) -> Event:
    """A hook said yes; of a rollback hook it is a warning."""
    return Event(f"{hook.type.value.capitalize()} check {hook.name} passed")


def halted(manifest: Manifest, why: str) -> Event:
    return Event(f"Halt {_canary(manifest)} advancement {why}", warning=True)


def no_values(about: str) -> Event:
    return Event(f"Halt advancement no values found for {about}", warning=True)


def post_rollout_failed(hook: Hook, error: str) -> Event:
    return Event(f"Post-rollout hook {hook.name} failed {error}", warning=True)


def no_rollback_wanted(hook: Hook) -> Event:
    return Event(f"Rollback hook {hook.name} not signaling a rollback")


def rollback_wanted(hook: Hook) -> Event:
    return Event(passed(hook).text, warning=True)


def rolling_back_by_hook(manifest: Manifest) -> Event:
    return Event(f"Rolling back {_canary(manifest)} manual webhook invoked", warning=True)


def rolling_back_by_checks(manifest: Manifest, failed_checks: int) -> Event:
    return Event(
        f"Rolling back {_canary(manifest)} failed checks threshold reached {failed_checks}",
        warning=True,
    )


def rolled_back(manifest: Manifest) -> Event:
    return Event(f"Canary failed! Scaling down {_canary(manifest)}", warning=True)


def advanced_to_weight(manifest: Manifest, weight: int) -> Event:
    return Event(f"Advance {_canary(manifest)} canary weight {weight}")


def advanced_to_primary_weight(manifest: Manifest, weight: int) -> Event:
    return Event(f"Advance {_canary(manifest)} primary weight {weight}")


def advanced_to_iteration(manifest: Manifest, iteration: int, iterations: int) -> Event:
    return Event(f"Advance {_canary(manifest)} canary iteration {iteration}/{iterations}")


def copying(manifest: Manifest) -> Event:
    return Event(f"Copying {_target(manifest)} template spec to {_primary(manifest)}")


def promotion_failed(manifest: Manifest, reason: str) -> Event:
    not_ready = primary_not_ready(manifest, reason).text
    return Event(f"Promotion of {_target(manifest)} failed, primary not ready: {not_ready}", warning=True)


def promoted(manifest: Manifest) -> Event:
    return Event(f"Promotion completed! Scaling down {_target(manifest)}")


def promoted_unanalysed(manifest: Manifest) -> Event:
    return Event(f"Promotion completed! Canary analysis was skipped for {_target(manifest)}")
