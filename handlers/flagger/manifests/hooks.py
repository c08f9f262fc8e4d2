"""What is wrong with the hooks that lead here, or should."""

from collections.abc import Iterator

from handlers.flagger.canaries import GATES, HOOKS, QUESTION
from handlers.flagger.manifests.addresses import Leads
from handlers.flagger.manifests.canary import WEBHOOKS, Canary, Hook, Strategy
from handlers.flagger.manifests.fault import Fault, broken, caution, listed

SHORT = {"confirm-rollout": "start", "confirm-traffic-increase": "traffic", "confirm-promotion": "promotion"}
"""As people name the gates."""

COUNTED = frozenset({"pre-rollout", "rollout"})
"""A refusal of one of these is a failed check of the release."""

WIRE = "`pointsman wire` puts it in."


def missing(canary: Canary) -> Iterator[Fault]:
    types = {hook.type for hook in canary.ours if hook.address.leads in {Leads.HOOK, Leads.GATE}}
    if not types & GATES.keys():
        if canary.target is not None or canary.hooks:
            yield caution(
                WEBHOOKS,
                "Nobody is asked: none of its gates leads to Pointsman.",
                "`pointsman wire FILE` puts the hooks in.",
            )
        return
    if QUESTION not in types:
        yield broken(
            WEBHOOKS,
            "It has no rollback hook: a reject and a roll back cannot reach Flagger, the gates only stay shut.",
            WIRE,
        )
    if "post-rollout" not in types:
        yield caution(WEBHOOKS, "It has no post-rollout hook: how a release ended may never be heard.", WIRE)
    if "event" not in types:
        yield caution(
            WEBHOOKS,
            "It has no event hook: unless Flagger's own EVENT_WEBHOOK_URL leads here, weights, failed checks and"
            " a newer version in mid-release are not heard.",
            WIRE,
        )


def order(canary: Canary) -> Iterator[Fault]:
    """Flagger calls hooks by type, and those of one type in the order of the list."""
    for hook in canary.ours:
        before = [one for one in canary.hooks[: hook.index] if one.type == hook.type and not one.address.ours]
        after = [one for one in canary.hooks[hook.index + 1 :] if one.type == hook.type and not one.address.ours]
        if hook.type == "post-rollout" and before:
            yield caution(
                hook.place,
                f"{_called(hook)} stands behind {listed([_called(one) for one in before])}:"
                " when one of those fails, the end of the release is not told.",
                "Put it first among the post-rollout hooks; `pointsman wire` does it.",
            )
        if hook.type in GATES and after:
            yield caution(
                hook.place,
                f"{listed([_called(one) for one in after])} must agree after people did:"
                f" a yes at {_called(hook)} does not yet let the release go on.",
                f"Put {_called(hook)} last among the {hook.type} hooks, so that people's yes is the last word.",
            )
    yield from _rollback_first(canary)


def _rollback_first(canary: Canary) -> Iterator[Fault]:
    rollbacks = [hook for hook in canary.ours if hook.type == QUESTION]
    gates = [hook for hook in canary.ours if hook.type in GATES]
    if rollbacks and gates and gates[0].index < rollbacks[0].index:
        yield caution(
            rollbacks[0].place,
            "Its rollback hook stands behind a gate. Flagger asks it first all the same;"
            " whoever reads the list takes it for the last resort.",
            "Put it first, as it is asked; `pointsman wire` does it.",
        )


def faults(hook: Hook, canary: Canary, tokens: frozenset[str] | None) -> Iterator[Fault]:
    """Judge a hook that leads to Pointsman."""
    if hook.type in COUNTED:
        yield _counted(hook)
        return
    match hook.address.leads:
        case Leads.HOOK if hook.address.path not in HOOKS:
            yield _astray(hook)
        case Leads.HOOK if hook.address.path != hook.type:
            yield broken(
                hook.place,
                f"{_called(hook)} is of type {hook.type}, and asks at the path of {hook.address.path}:"
                " it is answered as if that had been asked.",
                f"End the URL with /flagger/{hook.type}; `pointsman wire` does it.",
            )
        case Leads.GATE:
            yield from _as_loadtester(hook)
        case Leads.ASTRAY:
            yield _astray(hook)
        case _:
            pass  # The path is that of the type.
    if tokens is not None and hook.address.token not in tokens:
        yield _wrong_token(hook)
    yield from _gate(hook, canary)


def _counted(hook: Hook) -> Fault:
    untyped = hook.address.path in HOOKS - COUNTED
    return (broken if untyped else caution)(
        hook.place,
        f"{_called(hook)} is of type {hook.type}: Flagger counts each time that it is not answered as a failed check,"
        " so an outage of Pointsman can roll back a healthy release.",
        f"Write `type: {hook.address.path}`; `pointsman wire` does it." if untyped else "Take it out.",
    )


def _astray(hook: Hook) -> Fault:
    return broken(
        hook.place,
        f"{_called(hook)} asks at a path that is not served: it is answered 404, which is no.",
        f"End the URL with /hooks/TOKEN/flagger/{hook.type}; `pointsman wire` does it.",
    )


def _wrong_token(hook: Hook) -> Fault:
    return broken(
        hook.place,
        f"{_called(hook)} carries a token that is none of this cluster's: it is answered 404, which is no.",
        "`pointsman wire --cluster NAME` puts in the one of the settings.",
    )


def _as_loadtester(hook: Hook) -> Iterator[Fault]:
    place, path = hook.place, hook.address.path
    mend = f"End the URL with /flagger/{hook.type}; `pointsman wire` does it."
    if (hook.type in GATES and path.startswith("rollback/")) or (hook.type == QUESTION and path.startswith("gate/")):
        yield broken(place, f"{_called(hook)} is of type {hook.type}, and asks at /{path}: another question.", mend)
    elif path in {"gate/halt", "gate/close", "rollback/close"}:
        yield broken(place, f"{_called(hook)} asks at /{path}, which says no for ever: no click can open it.", mend)
    elif path == "gate/approve":
        says = f"{_called(hook)} asks at /{path}: the manifest says yes, and nobody is asked."
        yield caution(
            place, says, f"If people shall be asked: `pointsman wire --gates {SHORT.get(hook.type, 'start')}`."
        )
    elif path in {"gate/open", "rollback/open"}:
        yield broken(place, f"{_called(hook)} opens a gate; without an API token it is refused.", mend)
    elif hook.type in GATES:
        yield caution(
            place,
            f"{_called(hook)} asks at /{path}, as at flagger-loadtester: from there a step of the traffic"
            " cannot be told from the promotion.",
            mend,
        )


def _gate(hook: Hook, canary: Canary) -> Iterator[Fault]:
    if hook.type not in GATES:
        return
    if canary.skips_analysis and hook.type != "confirm-rollout":
        yield broken(
            ("spec", "skipAnalysis"),
            f"`skipAnalysis: true` goes past {_called(hook)}: each version is promoted without that question.",
            "Take `skipAnalysis` out, or be asked at the start (`pointsman wire --gates start`).",
        )
    if hook.type != "confirm-traffic-increase":
        return
    if canary.analysed and canary.strategy is not Strategy.WEIGHTED:
        yield caution(
            hook.place,
            f"{_called(hook)} is never asked: only a weighted canary has steps of its traffic.",
            "Take it out.",
        )
    elif not hook.muted:
        yield caution(
            hook.place,
            f"While {_called(hook)} waits, Flagger alerts at every look.",
            "Write `muteAlert: true`; the card tells the team already.",
        )


def _called(hook: Hook) -> str:
    return f"hook “{hook.name}”" if hook.name else f"hook {hook.index + 1}"
