"""What a typed line means among the releases there are: which one, which of its gates, which button."""

from collections.abc import Callable, Iterable

from bot.domain.card import Button
from bot.domain.cards.buttons import buttons
from bot.domain.cards.seen import Seen
from bot.domain.commands.command import Target
from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.gate import MANIFEST, Gate, GateState
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState


def meant(target: Target, found: Iterable[Release]) -> tuple[Release, ...]:
    """Of the releases that fit, those that may be meant: one if it is clear, none if there is none.

    A name stands for the newest release of its workload, open or not; it must be the name of one workload alone, lest
    somebody decides on the one that happens to wait.  A number is clear, too, if one release of that number is open.
    """
    kind = target.kind.casefold() if target.kind else None
    fitting = [release for release in found if kind in {None, release.workload.kind.casefold()}]
    newest: dict[object, Release] = {}
    for release in fitting:
        known = newest.setdefault(release.workload, release)
        if release.number > known.number:
            newest[release.workload] = release
    candidates = tuple(sorted(newest.values(), key=lambda release: (not release.is_open, release.workload)))
    still_open = tuple(release for release in candidates if release.is_open)
    if target.number is not None and len(still_open) == 1:
        return still_open
    return candidates


def gate_meant(release: Release, verdict: Verdict, by: Principal) -> Gate | None:
    """The gate that a verdict on an open release is about: one it can still change, else the newest one.

    The core refuses what comes too late, and says why.
    """
    gates = [gate for gate in reversed(release.gates) if gate.step != MANIFEST]
    wanted: tuple[Callable[[Gate], bool], ...]
    match verdict:
        case Verdict.APPROVE:
            wanted = (_waits, _undecided)
        case Verdict.REJECT:
            wanted = (_waits, _undecided, lambda gate: gate.state is GateState.REFUSED)
        case Verdict.TAKE_BACK:
            wanted = (
                lambda gate: gate.undecided and bool(gate.approval_of(by)),
                lambda gate: bool(gate.approval_of(by)),
                _undecided,
            )
        case Verdict.REOPEN:
            return release.newest(Stage.START)
    found = (gate for fits in wanted for gate in gates if fits(gate))
    return next(found, gates[0] if gates else None)


def _waits(gate: Gate) -> bool:
    return gate.state is GateState.CLOSED


def _undecided(gate: Gate) -> bool:
    return gate.undecided


def offer(seen: Seen, verb: Verdict | Verb, by: Principal) -> Button | None:
    """The button that would do what was typed; None: it cannot be done now."""
    release = seen.release
    match verb:
        case Verdict.TAKE_BACK:
            gate = next((g for g in reversed(release.gates) if g.undecided and g.approval_of(by)), None)
            return Button(verb=verb, subject=gate.id, text="Take back") if gate else None
        case Verb.PAUSE:
            possible = release.is_open and release.paused is None and release.state is not ReleaseState.PROMOTING
            return Button(verb=verb, subject=release.id, text="Pause") if possible else None
        case Verb.ROLL_BACK:
            # While a gate waits, its no-button does the same.
            return next((button for button in buttons(seen) if button.verb in {verb, Verdict.REJECT}), None)
        case _:
            return next((button for button in buttons(seen) if button.verb == verb), None)
