"""The sentences of a card: what a yes does, what happened, what is awaited."""

from datetime import timedelta

from bot.domain.cards.elsewhere import done_elsewhere, named_for, who_ran
from bot.domain.cards.seen import Seen
from bot.domain.decision import Verb, short
from bot.domain.effects import Line, Moment
from bot.domain.gate import Gate
from bot.domain.operation import Operation
from bot.domain.outside import Act
from bot.domain.policy import Stage
from bot.domain.release import Cause, Release, ReleaseState
from bot.domain.wording import version, version_before

_DOES = {
    Operation.PROMOTE: "let it go on",
    Operation.SKIP: "skip the step",
    Operation.PROMOTE_FULL: "promote it in full",
    Operation.ANALYSE_AGAIN: "run the analysis again",
    Operation.PAUSE: "pause it",
    Operation.RESUME: "resume it",
    Operation.ABORT: "roll back",
    Operation.RETRY: "try it again",
    Operation.PUT_BACK: "put the version before back",
}


def effect_lines(seen: Seen) -> tuple[Line, ...]:
    """What a yes does, while people are asked; what was decided and what is awaited, after that; how it ended."""
    release = seen.release
    if not release.is_open:
        return (*_ended(release), *_awaited(release))
    return (*_instead(release), *_now(seen), *done_elsewhere(release))


def _instead(release: Release) -> tuple[Line, ...]:
    """That it is another revision than people were asked about a moment ago."""
    run = release.run
    if run.unapproved:
        return ((f"Nobody approved this: it was pushed after the yes to {run.instead_of}, and started in its place.",),)
    if run.instead_of and not run.started:
        return ((f"It took the place of {run.instead_of} while people were asked; approvals of that one are void.",),)
    return ()


def _now(seen: Seen) -> tuple[Line, ...]:
    release, gate = seen.release, seen.gate
    if (awaited := _awaited(release)) and release.state is not ReleaseState.ROLLING_BACK:
        return awaited
    match release.state:
        case ReleaseState.ROLLING_BACK:
            return _rolling_back(seen)
        case ReleaseState.REFUSED:
            return _refused(release)
        case ReleaseState.PROMOTING:
            since = release.run.promoting_at
            name = release.engine_kind.name
            begun: Line = (
                (f"{name} is giving it to everybody since ", Moment(since), ".") if since else ("It is promoted.",)
            )
            return (begun,)
        case _ if gate is None:
            return (_standing(release),)
        case _ if gate.told_at is not None:
            return (_told(release, gate),)
        case _ if gate.undecided and seen.asks is None:
            return ((f"{_standing(release)[0]} The yes stands; {_will_be_told(release)}.",),)
        case _:
            return ((f"{_standing(release)[0]} {_yes(seen, gate)}",),)


def _awaited(release: Release) -> tuple[Line, ...]:
    """What was sent to an engine that does not ask, and was not seen to have an effect."""
    run = release.run
    awaited = run.awaited or (run.sending if run.sending is not None and run.sending.unanswered else None)
    if awaited is None:
        return ()
    name, what = release.engine_kind.name, _DOES[awaited.operation]
    by = short(awaited.mark.by)
    if awaited.sent_at is None:
        line: Line = (f"{by} decided to {what} at ", Moment(awaited.mark.at), f"; {name} is being told.")
        stuck = f"{name} cannot be told yet: it has not seen the newest change. Look at its controller."
        return (line, (stuck,)) if awaited.unanswered else (line,)
    sent: Line = (f"{by} decided to {what}. Sent ", Moment(awaited.sent_at), f", waiting for {name}.")
    if not awaited.unanswered:
        return (sent,)
    times = "once" if awaited.woken == 1 else f"{awaited.woken} times"
    return (sent, (f"{name} does not answer, though it was woken {times}. Look at its controller.",))


def _standing(release: Release) -> tuple[str]:
    """How many users have the new version, and which one the others have."""
    what = version(release)
    if not release.run.started:
        return (f"Nobody has {what} yet.",)
    share = release.run.weight
    if share:
        return (f"{share} % of users have {what}, the rest {version_before(release) or 'the version before'}.",)
    return (f"{what} runs beside {version_before(release) or 'the version that users have'}.".capitalize(),)


def _will_be_told(release: Release) -> str:
    engine = release.engine_kind
    return f"{engine.name} is told when it asks next" if engine.asks else f"{engine.name} is being told"


def _yes(seen: Seen, gate: Gate) -> str:
    last = "This is the last question." if seen.last_question else "Before everybody gets it, you are asked again."
    return f"A yes {seen.release.engine_kind.yes[gate.stage]} {last}"


def _told(release: Release, gate: Gate) -> Line:
    assert gate.told_at is not None
    awaited = {
        Stage.START: "it start",
        Stage.TRAFFIC: "the traffic increase",
        Stage.PROMOTION: "the promotion begin",
        Stage.STEP: "the next step",
        Stage.ANALYSIS: "it go on",
    }[gate.stage]
    name = release.engine_kind.name
    return (f"{name} was told yes at ", Moment(gate.told_at), f"; waiting to see {awaited}.")


def _rolling_back(seen: Seen) -> tuple[Line, ...]:
    back = seen.release.roll_back
    assert back is not None
    reason = f": {back.mark.reason}" if back.mark.reason else "."
    decided: Line = (f"{short(back.mark.by)} decided to roll back at ", Moment(back.mark.at), reason)
    engine = seen.release.engine_kind
    if unanswered := _awaited(seen.release)[1:]:
        return (decided, *unanswered)
    if back.told_at is not None:
        awaited: Line = (f"{engine.name} was told at ", Moment(back.told_at), "; waiting to see the old version back.")
    elif not engine.asks:
        awaited = (f"{engine.name} is being told.",)
    elif seen.can_roll_back:
        awaited = (f"Waiting for {engine.name} to ask; it does so at a tick with ready pods.",)
    else:
        awaited = (f"Its gates stay shut. Without a rollback hook {engine.name} does not roll back.",)
    return (decided, awaited)


def _refused(release: Release) -> tuple[Line, ...]:
    start = release.newest(Stage.START)
    engine = release.engine_kind
    if not engine.asks:
        return _left_paused(start)
    if start is None or start.settled is None:
        return ((f"Nothing starts; {engine.name} goes on asking and hears no.",),)
    mark = start.settled
    reason = f": {mark.reason}" if mark.reason else "."
    return (
        (f"{short(mark.by)} refused its start at ", Moment(mark.at), reason),
        (f"Nothing starts. {engine.name} goes on asking and hears no; a newer revision is asked at this same gate.",),
    )


def _left_paused(start: Gate | None) -> tuple[Line, ...]:
    stays: Line = ("Nothing starts: it stays paused. A newer version is asked about anew.",)
    if start is None or start.settled is None:
        return (stays,)
    mark = start.settled
    reason = f": {mark.reason}" if mark.reason else "."
    return ((f"{short(mark.by)} refused its start at ", Moment(mark.at), reason), stays)


def _ended(release: Release) -> tuple[Line, ...]:
    assert release.ended_at is not None
    what = version(release)
    at = Moment(release.ended_at)
    match release.state:
        case ReleaseState.PROMOTED:
            return ((f"Everybody has {what} since ", at, "."), *_decided_by(release))
        case ReleaseState.ROLLED_BACK:
            return (
                (
                    f"Everybody is on {version_before(release) or 'the version before'} again since ",
                    at,
                    f".{_had(release)}",
                ),
                *_why(release),
                (f"Git may still say {what}. {_tries_again(release)}",),
            )
        case ReleaseState.FAILED:
            return (_failed(release, at), *_why(release))
        case ReleaseState.SUPERSEDED:
            return (("A newer revision took its place at ", at, "; approvals of this one are void."),)
        case _:
            return (("It was not heard of again; what became of it is not known.",),)


def _failed(release: Release, at: Moment) -> Line:
    engine = release.engine_kind
    if engine.asks:
        return ("The promotion failed at ", at, ". Traffic stays on the new version until somebody acts.")
    return (f"{engine.name} gave up at ", at, ". Old and new pods stay as they are until somebody acts.")


def _tries_again(release: Release) -> str:
    engine = release.engine_kind
    if engine.asks:
        return f"{engine.name} will not try it again until the pod template changes."
    retry = "somebody says retry, or " if Verb.RETRY in engine.can else ""
    return f"It is not tried again until {retry}the template changes."


def _had(release: Release) -> str:
    if not release.run.most or release.ended_at is None:
        return ""
    minutes = (release.ended_at - release.started_at) // timedelta(minutes=1)
    for_long = f"for {minutes} min at the most" if minutes else "for less than a minute"
    return f" Up to {release.run.most} % had it, {for_long}."


def _decided_by(release: Release) -> tuple[Line, ...]:
    promotion = _decisive(release)
    if promotion is None or promotion.told_at is None or not promotion.approvals:
        return (("Nobody decided this: it went on without an approval.",), *done_elsewhere(release))
    return ((f"Approved by {' and '.join(short(mark.by) for mark in promotion.approvals)}.",),)


def _decisive(release: Release) -> Gate | None:
    """The gate whose yes gave it to everybody; of an engine that asks nobody for that, the last one it was told."""
    if release.engine_kind.asks:
        return release.newest(Stage.PROMOTION)
    return next((gate for gate in reversed(release.gates) if gate.told_at is not None), None)


def _why(release: Release) -> tuple[Line, ...]:
    back = release.roll_back
    if release.cause is None:
        named = named_for(release, Act.ABORTED)
        unknown = "Not decided here: somebody aborted it, or wrote the old version back, with another tool."
        return (who_ran(named) if named else (unknown,),)
    if release.cause is Cause.PERSON and back is not None:
        reason = f": {back.mark.reason}" if back.mark.reason else "."
        return ((f"Decided by {short(back.mark.by)}{reason}",),)
    if release.cause is Cause.DEADLINE and back is not None:
        why = back.mark.reason or "nobody answered in time"
        return ((f"{why[0].upper()}{why[1:]} ({back.mark.by}).",),)
    failed = [f"{check.name} {check.value} ({check.limit})" for check in release.run.checks]
    why = (
        ", ".join([*failed, *filter(None, [release.run.failing or release.run.not_ready])])
        or f"{release.engine_kind.name} did not say"
    )
    void = " and ".join(short(mark.by) for gate in release.gates for mark in gate.approvals if not gate.spent)
    nobody = f"Nobody decided this; the approval of {void} is void." if void else "Nobody decided this."
    return ((f"Why: {why}. {nobody}",),)
