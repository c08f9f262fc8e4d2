"""What cannot be done, or not be known: said on the card before somebody relies on it."""

from bot.domain.cards.seen import Seen
from bot.domain.effects import Line, Moment
from bot.domain.gate import Gate
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState


def warnings(seen: Seen) -> tuple[Line, ...]:
    release, gate = seen.release, seen.gate
    if not release.is_open:
        return ()
    lines: list[Line] = [*_unseen(seen)]
    if gate is not None and gate.undecided:
        lines += [(line,) for line in _before_deciding(seen, gate)]
    lines += [(line,) for line in _of_the_run(seen, gate)]
    return tuple(lines)


def _unseen(seen: Seen) -> tuple[Line, ...]:
    """How far what stands on the card was looked at."""
    name = seen.release.engine_kind.name
    if not seen.in_sight:
        return ((f"Not verified: seen by {name}'s hooks alone, without a look into the cluster.",),)
    if seen.unseen_since is not None:
        return (("Not verified since ", Moment(seen.unseen_since), f": {seen.unseen_why}. No yes is told meanwhile."),)
    if seen.release.run.sight is None:
        return (("Not verified: the cluster was not looked at since it began.",),)
    return ()


def _before_deciding(seen: Seen, gate: Gate) -> list[str]:
    run = seen.release.run
    lines = []
    if gate.halted:
        lines.append("The manifest keeps this gate shut (/gate/halt): no click opens it.")
    if run.pending:
        lines.append("The target holds another revision now: no yes is told for what nobody here was shown.")
    if gate.stage is Stage.START and seen.release.engine_kind.asks:
        lines.append(_start(seen))
    if "gate/check" in seen.hooks and gate.stage is Stage.PROMOTION:
        lines.append("Asked by /gate/check: a traffic step cannot be told from the promotion.")
    if run.sight is not None and run.sight.uncovered:
        lines.append(f"An approval does not cover {', '.join(run.sight.uncovered)}.")
    if unsure := seen.count(gate).unsure:
        lines.append(f"Cannot tell who is in {', '.join(unsure)} now.")
    return lines


def _start(seen: Seen) -> str:
    if seen.in_sight and seen.release.run.sight is not None:
        return "A push within moments of the yes cannot be stopped here; it is found, and told."
    name = seen.release.engine_kind.name
    return f"What starts is what stands in the target when {name} hears the yes; a later push is not seen."


def _of_the_run(seen: Seen, gate: Gate | None) -> list[str]:
    release = seen.release
    lines = list(release.run.sight.cautions) if release.run.sight else []
    engine = release.engine_kind
    if release.run.sight is not None and release.run.sight.held and release.paused is None:
        lines.append(f"Paused by hand, not by {engine.name}: an approver resumes it.")
    if release.run.suspended:
        lines.append(f"Suspended: {engine.name} does nothing now, not even roll back by itself.")
    if not engine.asks:
        return lines
    if release.state is ReleaseState.PROMOTING:
        lines.append("No hook can stop the promotion now.")
    elif gate is not None and gate.stage is Stage.PROMOTION and gate.told_at is not None:
        lines.append("A roll back may come too late now.")
    if release.run.started and "rollback" not in seen.hooks and release.state is not ReleaseState.PROMOTING:
        lines.append(f"No rollback hook was heard: a no keeps the gates shut, but {engine.name} will not roll back.")
    return lines
