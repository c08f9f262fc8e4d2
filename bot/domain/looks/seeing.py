"""What a look into the cluster changes: runs that no hook told, revisions that came after people were asked.

Hooks tell a name, a phase that sometimes lies, and a checksum that names another revision at the start.  What is seen
here is the truth: it begins, ends and replaces runs, whatever was or was not heard.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.circumstances import Circumstances
from bot.domain.decision import Mark, Surface
from bot.domain.decisions.operating import noticed
from bot.domain.decisions.stopping import begin_roll_back
from bot.domain.effects import ReleaseId
from bot.domain.gate import Gate
from bot.domain.looks.attributing import done_elsewhere, how_it_ended
from bot.domain.looks.beginning_again import begin_again
from bot.domain.looks.case import Case, case_of
from bot.domain.looks.learning import images_of, learn
from bot.domain.looks.seen_asking import ask
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Operation
from bot.domain.outside import Act
from bot.domain.policy import OnMismatch, Stage
from bot.domain.release import (
    Cause,
    Outcome,
    Release,
    ReleaseState,
    changed,
    entry,
    kept,
    tell,
    unchanged,
    withdraw_gate,
)
from bot.domain.run import Run
from bot.domain.runs.beginning import Known
from bot.domain.runs.ending import end
from bot.domain.runs.following import promoting, started
from bot.domain.runs.reaching import Place, reach
from bot.domain.sight import Sight, Standing

_ENDS = {
    Standing.PROMOTED: ReleaseState.PROMOTED,
    Standing.ROLLED_BACK: ReleaseState.ROLLED_BACK,
    Standing.FAILED: ReleaseState.FAILED,
}


def see(known: Known, seen: Sighting, given: Circumstances) -> Outcome:
    """Follow what the cluster shows.  A look that shows nothing new gives an outcome without changes."""
    given = replace(given, surface=Surface.WATCH)  # Also where a hook was why somebody looked.
    release = known.open
    if release is None:
        return _without_a_run(known, seen, given)
    sight = release.run.sight
    if seen.standing is Standing.GONE:
        return _deleted(release, given)
    if sight is not None and sight.uid != seen.sight.uid:
        ended = _deleted(release, given)
        return ended.joined(_without_a_run(known.after(ended), seen, given))
    if sight is None:
        return _first_look(release, seen, given).then(_asked, seen, given)
    again = begin_again(release, sight, seen.sight, given)
    return again.joined(_follow(known, again.release, sight, seen, given)).then(_asked, seen, given)


def _without_a_run(known: Known, seen: Sighting, given: Circumstances) -> Outcome:
    """No run is open: one may be under way, or have come and gone while nobody looked."""
    latest = known.latest
    before = latest.run.sight if latest else None
    begins = _begins(seen)
    if latest is None or before is None:
        return _begin(known, seen, begins, given) if begins else Outcome()
    if before.uid == seen.sight.uid and before.applied == seen.sight.applied:
        return noticed(latest, seen.notice, now=given.now)
    if begins:
        return _begin(known, seen, begins, given)
    if before.uid != seen.sight.uid or not seen.standing.over:
        return Outcome()
    if not latest.run.followed or _left_so(latest, seen):
        return kept(replace(latest, run=replace(latest.run, sight=seen.sight, followed=True)))
    begun = _begin(known, seen, ReleaseState.PROGRESSING, given)
    return begun.then(_end, _ENDS[seen.standing], given, why="it went on while nobody looked")


def _first_look(release: Release, seen: Sighting, given: Circumstances) -> Outcome:
    """It was known by hooks alone until now: what was approved unseen does not hold for what is seen."""
    why = "it was approved before anybody could see what it is"
    bound = _bound(release, seen)
    outcome = changed(replace(bound, run=replace(bound.run, followed=seen.standing.under_way)))
    for gate in release.gates:
        if gate.undecided and gate.approvals:
            outcome = outcome.then(_withdrawn, gate, given, why=why)
    return outcome.then(_goes_on, seen, given)


def _withdrawn(release: Release, gate: Gate, given: Circumstances, *, why: str) -> Outcome:
    engine = release.engine_principal
    return withdraw_gate(release, gate, why=why, actor=engine, surface=Surface.WATCH, at=given.now)


def _follow(known: Known, release: Release, before: Sight, seen: Sighting, given: Circumstances) -> Outcome:
    match case_of(release.run, before, seen):
        case Case.AS_IT_WAS:
            return learn(release, seen)
        case Case.GOES_ON:
            return learn(release, seen).then(_goes_on, seen, given)
        case Case.REPLACED:
            state = ReleaseState.PROGRESSING if seen.standing.under_way else ReleaseState.WAITING
            return _replace(known, release, seen, state, given)
        case Case.UNAPPROVED:
            replaced = _replace(known, release, seen, ReleaseState.PROGRESSING, given)
            return replaced.then(_unapproved, release.label, given).then(_handle_mismatch, given)
        case Case.BY_AN_OLDER_YES:
            return learn(release, seen).then(_goes_on, seen, given).then(_by_an_older_yes, given)
        case Case.ASKED_ANEW:
            return _ask_anew(known, release, seen, given)
        case Case.RESTORED:
            return changed(_bound(release, seen))  # Nobody is asked about what a refusal wanted.
        case Case.WAITS_NO_MORE:
            return _waits_no_more(release, seen, given)
        case Case.OVER:
            return learn(release, seen).then(_is_over, seen, before, given)


def _waits_no_more(release: Release, seen: Sighting, given: Circumstances) -> Outcome:
    """It never began: the version of before was written back, or something else works on it from now on."""
    back = bool(release.before) and dict(seen.after) == dict(release.before)
    state = ReleaseState.ROLLED_BACK if back else ReleaseState.ENDED
    left = replace(release, run=replace(release.run, sight=seen.sight))
    return _end(left, state, given, why="it waits no more, and never began")


def _goes_on(release: Release, seen: Sighting, given: Circumstances) -> Outcome:
    if not seen.standing.under_way:
        return unchanged(release)
    outcome = started(release, now=given.now, surface=Surface.WATCH)
    if seen.standing is Standing.PROMOTING:
        return outcome.then(promoting, given.now)
    return outcome


def _is_over(release: Release, seen: Sighting, before: Sight, given: Circumstances) -> Outcome:
    """It ended; if nobody saw it begin, it began and ended between two looks."""
    back = seen.sight.revision != release.run.bound and _is_as_before(release, seen)
    state = ReleaseState.ROLLED_BACK if back else _ENDS[seen.standing]
    outcome = started(release, now=given.now, surface=Surface.WATCH)
    ended = outcome.then(_end, state, given, why=outcome.release.run.failing)
    act = how_it_ended(ended.release, before, seen.standing)
    return ended.then(_elsewhere, seen, act, release.started_at, given)


def _elsewhere(
    release: Release, seen: Sighting, act: Act | None, since: datetime | None, given: Circumstances
) -> Outcome:
    if act is None or since is None:
        return unchanged(release)
    return done_elsewhere(release, act, since=since, now=given.now, hand=seen.hand)


def _ask_anew(known: Known, release: Release, seen: Sighting, given: Circumstances) -> Outcome:
    """Pushed while people were asked for the start: nobody has approved this one."""
    asked = release.newest(Stage.START)
    outcome = _replace(known, release, seen, ReleaseState.WAITING, given)
    if asked is None or seen.asks is not None:
        return outcome  # What does not ask by hooks was seen asking when the new one began.
    place = Place(stage=Stage.START, asked_under=asked.asked_under)
    exposed = asked.told_at is not None or release.run.exposed
    return outcome.then(_in_the_place_of, release, exposed=exposed).then(reach, place, given)


def _by_an_older_yes(release: Release, given: Circumstances) -> Outcome:
    """Pushed after our yes, and seen before the engine began: that yes was to another revision."""
    start = release.newest(Stage.START)
    if start is not None and start.told_at is not None:
        return unchanged(release)
    return _handle_mismatch(release, given)


def _handle_mismatch(release: Release, given: Circumstances) -> Outcome:
    """As the start's policy has it: back, or on to its gates."""
    start = given.rights.of(Stage.START)
    if start is None or start.policy.on_mismatch is OnMismatch.HOLD:
        return unchanged(release)
    mark = Mark(start.policy.principal, given.now, "on_mismatch: roll_back", Surface.WATCH)
    return begin_roll_back(release, mark, Cause.DEADLINE)


def _unapproved(release: Release, instead_of: str, given: Circumstances) -> Outcome:
    why = f"it was started in the place of {instead_of}"
    release = replace(release, run=replace(release.run, instead_of=instead_of, unapproved=True))
    told = tell(release, f"{release.label} runs without an approval: {why}.", at=given.now, notifies=True)
    audit = entry(release, Action.RELEASE_UNGATED, actor=release.engine_principal, surface=Surface.WATCH, reason=why)
    return changed(release, audit, effects=(told,))


def _replace(known: Known, release: Release, seen: Sighting, state: ReleaseState, given: Circumstances) -> Outcome:
    ended = _end(release, ReleaseState.SUPERSEDED, given, why="a newer revision took its place")
    return ended.joined(_begin(known.after(ended), seen, state, given))


def _asked(release: Release, seen: Sighting, given: Circumstances) -> Outcome:
    outcome = noticed(release, seen.notice, now=given.now)
    if seen.asks is None or not release.is_open:
        return outcome
    return outcome.then(ask, seen, given)


def _begin(known: Known, seen: Sighting, state: ReleaseState, given: Circumstances) -> Outcome:
    before = known.latest
    newest = before.run.newest if before else None
    going = state is ReleaseState.PROGRESSING
    run = Run(
        began=None if newest is None else newest + 1,
        newest=newest,
        started=going,
        unheard=going,
        behind=before.next_behind if before else 0,
    )
    release = Release(
        id=ReleaseId(given.new_id()),
        workload=known.workload,
        number=before.number + 1 if before else 1,
        engine=seen.engine,
        state=state,
        started_at=given.now,
        run=run,
    )
    begun = learn(_bound(release, seen), seen).release
    audit = entry(begun, Action.RELEASE_STARTED, actor=begun.engine_principal, surface=Surface.WATCH)
    outcome = changed(begun, audit).then(_goes_on, seen, given).then(_asked, seen, given)
    if before is None or not _begun_again(before, seen):
        return outcome
    return outcome.then(_elsewhere, seen, Act.RETRIED, before.ended_at, given)


def _deleted(release: Release, given: Circumstances) -> Outcome:
    what = release.workload.kind
    line = f"The {what} of {release.label} was deleted in the midst of the release; what users have now is not known."
    told = tell(release, line, at=given.now, notifies=True)
    ended = _end(release, ReleaseState.ENDED, given, why=f"the {what} was deleted in the midst of the release")
    return ended.then(changed, effects=(told,))


def _end(release: Release, state: ReleaseState, given: Circumstances, *, why: str) -> Outcome:
    return end(release, state, now=given.now, why=why, surface=Surface.WATCH)


def _begins(seen: Sighting) -> ReleaseState | None:
    """How a run begins that is seen for the first time; None: none is under way.

    Of an engine that asks by itself the question begins what waits for its start.
    """
    if seen.standing.under_way:
        return ReleaseState.PROGRESSING
    return ReleaseState.WAITING if seen.standing is Standing.WAITING and seen.asks else None


def _in_the_place_of(release: Release, asked: Release, *, exposed: bool) -> Outcome:
    """It is another one than people were asked about; a yes to that one may have reached the engine already."""
    return changed(replace(release, run=replace(release.run, exposed=exposed, instead_of=asked.label)))


def _begun_again(before: Release, seen: Sighting) -> bool:
    """What was rolled back runs once more, and nobody asked for it here."""
    ours = before.run.awaited is not None and before.run.awaited.operation is Operation.RETRY
    same = before.run.sight is not None and before.run.sight.uid == seen.sight.uid
    return same and not ours and before.state is ReleaseState.ROLLED_BACK and before.revision == seen.sight.revision


def _left_so(latest: Release, seen: Sighting) -> bool:
    """Whether this is how the ended run left things.

    Its end may be heard before a look can show it; and one that came back names what the target holds by then, so that
    a second run that came back unseen cannot be told from it.  Writing the old version back after that begins none.
    """
    came_back = seen.standing is Standing.ROLLED_BACK or _is_as_before(latest, seen)
    stuck = latest.state is ReleaseState.FAILED and not latest.engine_kind.asks
    return came_back and (stuck or latest.state is ReleaseState.ROLLED_BACK)


def _is_as_before(release: Release, seen: Sighting) -> bool:
    """What is promoted is what users had before this release: somebody wrote the old version back."""
    return seen.standing is Standing.PROMOTED and bool(release.before) and dict(seen.after) == dict(release.before)


def _bound(release: Release, seen: Sighting) -> Release:
    """From now on it is about this revision."""
    run = replace(release.run, bound=seen.sight.revision, sight=seen.sight)
    return images_of(replace(release, run=run, revision=seen.sight.revision or release.revision), seen)
