"""What can be done to a release that has ended: only where the settings let the bot write in its cluster."""

from bot.domain.decisions.operating import operate
from bot.domain.decisions.stopping import reason_rule, stands
from bot.domain.decisions.taking import Taking, may_not_stop, no_reason, refused, taken
from bot.domain.operation import Operation
from bot.domain.policy import Permission, ReasonRule, Rights
from bot.domain.release import Outcome, Release, ReleaseState, kept, unchanged


def can_be_put_back(release: Release, rights: Rights) -> bool:
    """Everybody has it, and the template of before may be written again.

    One that failed too, of an engine that is told: no hook asks there what shall become of it.
    """
    stuck = release.state is ReleaseState.FAILED and not release.engine_kind.asks
    return Permission.ROLL_BACK_PROMOTED in rights.permits and (stuck or release.state is ReleaseState.PROMOTED)


def can_be_retried(release: Release, rights: Rights) -> bool:
    """Its engine has no word for it, but a template that is new begins a new run."""
    asks = release.engine_kind.asks
    return Permission.RETRY in rights.permits and asks and release.state is ReleaseState.ROLLED_BACK


def put_back(release: Release, taking: Taking) -> Outcome:
    """Write the template that users had before: a release of its own, which asks at its own gates."""
    if not taking.may_stop(release):
        return refused(release, None, taking, may_not_stop(release, taking, "roll back"))
    if (outcome := beyond_doubt(release, taking, Operation.PUT_BACK)) is not None:
        return outcome
    if reason_rule(release, taking) is not ReasonRule.NEVER and not taking.decision.reason:
        return refused(release, None, taking, no_reason("Rolling back"))
    outcome = kept(release, taken(release, None, taking))
    return outcome.then(operate, Operation.PUT_BACK, taking.mark)


def retry(release: Release, taking: Taking) -> Outcome:
    """Make the template of a release that came back a new one, as a release of its own."""
    if taking.decision.by not in taking.rights.approvers_of_any_stage:
        return refused(release, None, taking, may_not_stop(release, taking, "retry"))
    if (outcome := beyond_doubt(release, taking, Operation.RETRY)) is not None:
        return outcome
    outcome = kept(release, taken(release, None, taking))
    return outcome.then(operate, Operation.RETRY, taking.mark)


def beyond_doubt(release: Release, taking: Taking, operation: Operation) -> Outcome | None:
    """The same again changes nothing; another's, or a later release, stands in the way."""
    awaited = release.run.awaited
    if awaited is not None and awaited.operation is operation:
        if awaited.mark.by == taking.decision.by:
            return unchanged(release)
        return refused(release, None, taking, stands(release, "Somebody decided that already.", awaited.mark))
    if not taking.newest:
        return refused(release, None, taking, stands(release, f"A later release came after {release.label}."))
    return None
