"""What one message changes in the run it belongs to."""

from dataclasses import replace
from datetime import datetime

from bot.domain.decision import Surface
from bot.domain.gate import Gate, GateState
from bot.domain.policy import Stage
from bot.domain.release import Outcome, Release, ReleaseState, changed, unchanged
from bot.domain.run import Heard, Signal, learned
from bot.domain.runs.ending import end, promoted_without, ungated


def follow(release: Release, heard: Heard, *, now: datetime) -> Outcome:
    """Follow the engine.  A message that tells nothing new gives an empty outcome."""
    outcome = _learn(release, heard, now).then(_past_start, heard, now).then(_spend_start, heard)
    if heard.signal is Signal.ADVANCING and _is_old(release, heard):
        return outcome  # Told again, it is not about the step that waits by now.
    return outcome.then(_signalled, heard, now)


def _is_old(release: Release, heard: Heard) -> bool:
    """The engine had said as much or more before."""
    newest = release.run.newest
    return heard.at is not None and newest is not None and heard.at <= newest


def _learn(release: Release, heard: Heard, now: datetime) -> Outcome:
    """Facts and lines for the card, and the revision that the run's own hooks name."""
    run = release.run
    if heard.binds and run.checksum is None:
        run = replace(run, checksum=heard.checksum)
    run = learned(run, heard, engine_at=heard.at, now=now)
    if run.unheard and heard.past_start | (heard.signal is Signal.RESTARTING):
        run = replace(run, unheard=False, began=heard.at if heard.at is not None else run.began)
    if run == release.run:
        return unchanged(release)
    if heard.at is not None:
        run = replace(run, newest=max(heard.at, run.newest or 0))
    return changed(replace(release, run=run, revision=run.bound or run.checksum or release.revision))


def _past_start(release: Release, heard: Heard, now: datetime) -> Outcome:
    if not heard.past_start:
        return unchanged(release)
    if heard.signal is Signal.SCALING_UP and release.run.scaled is None:
        release = replace(release, run=replace(release.run, scaled=heard.at))
    return started(release, now=now, surface=Surface.HOOK)


def started(release: Release, *, now: datetime, surface: Surface) -> Outcome:
    """The run was seen or heard to have begun in earnest; its start's yes, if there was one, has done its work."""
    if release.run.started:
        return unchanged(release)
    begun = replace(release, run=replace(release.run, started=True))
    if release.state in {ReleaseState.WAITING, ReleaseState.REFUSED}:
        begun = replace(begun, state=ReleaseState.PROGRESSING)
    start = release.newest(Stage.START)
    if start is None:
        return changed(begun)
    if start.told_at is None:
        return ungated(begun, start, why="it started though the gate had not said yes", now=now, surface=surface)
    return changed(begun.with_gate(replace(start, spent=True)))


def _spend_start(release: Release, heard: Heard) -> Outcome:
    """The start's yes ends when anything later of the run is seen."""
    start = release.newest(Stage.START)
    later = release.run.started or heard.under_way
    if not later or start is None or start.told_at is None or start.spent:
        return unchanged(release)
    return changed(release.with_gate(replace(start, spent=True)))


def _signalled(release: Release, heard: Heard, now: datetime) -> Outcome:
    if not release.is_open:
        return unchanged(release)
    match heard.signal:
        case Signal.ADVANCING:
            return _advanced(release, now)
        case Signal.COPYING:
            return promoting(release, now)
        case Signal.COMPLETED if release.run.started:
            return end(_heard_at(release, heard), ReleaseState.PROMOTED, now=now)
        case Signal.FAILED:
            return end(_heard_at(release, heard), _failed_state(release, heard), now=now, why=release.run.failing)
        case Signal.PROMOTION_FAILED:
            return end(_heard_at(release, heard), ReleaseState.FAILED, now=now, why=release.run.failing)
        case Signal.OVER:
            return end(_heard_at(release, heard), ReleaseState.ENDED, now=now)
        case _ if heard.promoting:
            return promoting(release, now)
        case _:
            return unchanged(release)


def _heard_at(release: Release, heard: Heard) -> Release:
    return release if heard.at is None else replace(release, run=replace(release.run, newest=heard.at))


def _failed_state(release: Release, heard: Heard) -> ReleaseState:
    """By the last hook alone: what was already being promoted did not come back."""
    by_hook = heard.at is None
    if by_hook and release.state is ReleaseState.PROMOTING:
        return ReleaseState.FAILED
    return ReleaseState.ROLLED_BACK


def _advanced(release: Release, now: datetime) -> Outcome:
    """The step that was approved is done; one that nobody approved went on by itself."""
    asked = [g for g in release.gates if g.stage is Stage.TRAFFIC]
    told = next((g for g in asked if g.told_at is not None and not g.spent), None)
    if told is not None:
        return changed(release.with_gate(replace(told, spent=True)))
    waiting = next((g for g in asked if g.undecided), None)
    if waiting is None:
        return unchanged(release)
    return ungated(release, waiting, why="the traffic was increased though the gate had not said yes", now=now)


def promoting(release: Release, now: datetime) -> Outcome:
    """The promotion was seen to begin.  From here on no hook can stop it."""
    if not release.run.started or release.state is ReleaseState.PROMOTING:
        return unchanged(release)
    promoting = replace(release, state=ReleaseState.PROMOTING, run=replace(release.run, promoting_at=now))
    if (why := promoted_without(release)) is None:
        return changed(promoting)
    return ungated(promoting, _undecided_promotion(promoting), why=why, now=now)


def _undecided_promotion(release: Release) -> Gate | None:
    promotion = release.newest(Stage.PROMOTION)
    return promotion if promotion is not None and promotion.state is not GateState.WITHDRAWN else None
