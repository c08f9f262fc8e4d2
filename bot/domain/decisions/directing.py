"""What a person's decision on a whole release changes."""

from dataclasses import replace

from bot.domain.circumstances import Circumstances
from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.decisions.afterwards import beyond_doubt, can_be_put_back, can_be_retried, put_back, retry
from bot.domain.decisions.operating import operate
from bot.domain.decisions.stopping import pause, resume, roll_back, stands
from bot.domain.decisions.taking import Taking, may_not_stop, not_allowed, refused, taken
from bot.domain.decisions.verdicts import decide
from bot.domain.operation import Operation
from bot.domain.policy import Stage
from bot.domain.release import Outcome, Release, ReleaseState, kept, withdraw_gate
from bot.domain.runs.reaching import AT, Place, reach
from bot.domain.wording import any_of


def command(release: Release, taking: Taking) -> Outcome:
    """Take a person's decision on a whole release.

    Returns:
        What to save.  Its `refusal` tells why it was not taken; that is saved too.
    """
    taking = taking.about(release)
    match taking.decision.verb:
        case Verb.ROLL_BACK if can_be_put_back(release, taking.rights):
            return put_back(release, taking)
        case Verb.RETRY if can_be_retried(release, taking.rights):
            return retry(release, taking)
        case Verb.ROLL_BACK:
            return roll_back(release, taking)
        case Verb.PAUSE:
            return pause(release, taking)
        case Verb.RESUME:
            return resume(release, taking)
        case Verb.RETRY | Verb.SKIP | Verb.PROMOTE_FULL if taking.decision.verb not in release.engine_kind.can:
            return _beyond_the_engine(release, taking)
        case Verb.RETRY:
            return _retry(release, taking)
        case Verb.SKIP | Verb.PROMOTE_FULL:
            return _beside_the_engine(release, taking)
        case _:
            raise ValueError(f"{taking.decision.verb} is no decision on a release")


def _beyond_the_engine(release: Release, taking: Taking) -> Outcome:
    """What this engine offers no way to do is said."""
    if not taking.may_stop(release):
        return refused(release, None, taking, may_not_stop(release, taking, taking.decision.verb))
    what = taking.decision.verb.replace("_", " ")
    engine = release.engine_kind
    hooks = f"{engine.name}'s hooks offer" if engine.asks else f"{engine.name} offers"
    return refused(release, None, taking, stands(release, f"{hooks} no way to {what}."))


def _retry(release: Release, taking: Taking) -> Outcome:
    """Run an inconclusive analysis again; or begin what was aborted once more, as a release of its own."""
    if taking.decision.by not in taking.rights.approvers_of_any_stage:
        return refused(release, None, taking, may_not_stop(release, taking, "retry"))
    gate = release.inconclusive_gate
    outcome = kept(release, taken(release, gate, taking))
    if gate is not None:
        decision = taking.decision
        withdrawn = outcome.then(
            withdraw_gate,
            gate,
            why="the analysis runs again",
            actor=decision.by,
            surface=decision.surface,
            at=decision.at,
        )
        return withdrawn.then(operate, Operation.ANALYSE_AGAIN, taking.mark, evidence=gate.evidence)
    if release.state is not ReleaseState.ROLLED_BACK:
        return refused(release, None, taking, stands(release, f"{release.label} has nothing to retry."))
    if (beyond := beyond_doubt(release, taking, Operation.RETRY)) is not None:
        return beyond
    return outcome.then(operate, Operation.RETRY, taking.mark)


def _beside_the_engine(release: Release, taking: Taking) -> Outcome:
    """Bypass what would be asked later: it needs what the promotion needs, at a gate of its own."""
    verb, rule = taking.decision.verb, taking.rights.of(Stage.PROMOTION)
    if rule is None or taking.decision.by not in rule.approvers:
        who = any_of(rule.names) if rule else "nobody"
        return refused(release, None, taking, not_allowed(f"You may not do that to {release.label}; {who} may."))
    if not release.is_open or release.state is ReleaseState.ROLLING_BACK:
        state = release.state.replace("_", " ")
        return refused(release, None, taking, stands(release, f"{release.label} is not under way: {state}."))
    approving = replace(taking, decision=replace(taking.decision, verb=Verdict.APPROVE))
    asked = next((g for g in reversed(release.gates) if g.step == verb and g.undecided), None)
    if asked is not None:
        return decide(release, asked.id, approving)
    evidence = {AT: release.run.sight.place} if verb is Verb.SKIP and release.run.sight is not None else {}
    place = Place(stage=Stage.PROMOTION, step=verb, evidence=evidence)
    reached = reach(release, place, _circumstances(taking))
    gate = reached.release.gates[-1]
    return reached.then(decide, gate.id, approving)


def _circumstances(taking: Taking) -> Circumstances:
    return Circumstances(rights=taking.rights, now=taking.decision.at, new_id=taking.new_id, surface=Surface.WATCH)
