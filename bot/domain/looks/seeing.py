"""What a look into the cluster changes: runs that no hook told, revisions that came after people were asked.

Hooks tell a name, a phase that sometimes lies, and a checksum that names another revision at the start.  What is seen
here is the truth: it begins, ends and replaces runs, whatever was or was not heard.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.decision import Mark, Surface
from bot.domain.decisions.operating import noticed
from bot.domain.decisions.stopping import begin_roll_back
from bot.domain.effects import ReleaseId
from bot.domain.gate import Gate
from bot.domain.looks.attributing import done_elsewhere, how_it_ended
from bot.domain.looks.learning import images_of, learn
from bot.domain.looks.seen_asking import SeenAsking
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Notice, Operation
from bot.domain.outside import Act
from bot.domain.policy import OnMismatch, Rights, Stage
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
from bot.domain.runs.reaching import Place, Reaching
from bot.domain.sight import Sight, Standing

_ENDS = {
    Standing.PROMOTED: ReleaseState.PROMOTED,
    Standing.ROLLED_BACK: ReleaseState.ROLLED_BACK,
    Standing.FAILED: ReleaseState.FAILED,
}

_NEWER = "a newer revision took its place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """What follows from a look, beside what is known of the workload."""

    rights: Rights
    now: datetime
    new_id: Callable[[], str]

    def see(self, known: Known, seen: Sighting) -> Outcome:
        """Follow what the cluster shows.  A look that shows nothing new gives an outcome without changes."""
        release = known.open
        if release is None:
            return self._without_a_run(known, seen)
        sight = release.run.sight
        if seen.standing is Standing.GONE:
            return self._deleted(release)
        if sight is not None and sight.uid != seen.sight.uid:
            ended = self._deleted(release)
            return ended.joined(self._without_a_run(replace(known, latest=ended.release), seen))
        followed = self._first_look(release, seen) if sight is None else self._follow(known, release, seen)
        return followed.then(self._asked, seen)

    def _without_a_run(self, known: Known, seen: Sighting) -> Outcome:
        """No run is open: one may be under way, or have come and gone while nobody looked."""
        latest = known.latest
        before = latest.run.sight if latest else None
        begins = _begins(seen)
        if latest is None or before is None:
            return self._begin(known, seen, begins) if begins else Outcome()
        if before.uid == seen.sight.uid and before.applied == seen.sight.applied:
            return noticed(latest, seen.notice, now=self.now)
        if begins:
            return self._begin(known, seen, begins)
        if before.uid != seen.sight.uid:
            return Outcome()
        if not seen.standing.over:
            return Outcome()
        if not latest.run.followed or _left_so(latest, seen):
            return kept(replace(latest, run=replace(latest.run, sight=seen.sight, followed=True)))
        begun = self._begin(known, seen, ReleaseState.PROGRESSING)
        return begun.then(self._end, _ENDS[seen.standing], why="it went on while nobody looked")

    def _first_look(self, release: Release, seen: Sighting) -> Outcome:
        """It was known by hooks alone until now: what was approved unseen does not hold for what is seen."""
        why = "it was approved before anybody could see what it is"
        bound = _bound(release, seen)
        outcome = changed(replace(bound, run=replace(bound.run, followed=seen.standing.under_way)))
        for gate in release.gates:
            if gate.undecided and gate.approvals:
                outcome = outcome.then(self._withdrawn, gate, why=why)
        return outcome.then(self._goes_on, seen)

    def _withdrawn(self, release: Release, gate: Gate, *, why: str) -> Outcome:
        engine = release.engine_principal
        return withdraw_gate(release, gate, why=why, actor=engine, surface=Surface.WATCH, at=self.now)

    def _follow(self, known: Known, release: Release, seen: Sighting) -> Outcome:
        run, before = release.run, release.run.sight
        assert before is not None
        another = bool(run.bound) and seen.sight.revision != run.bound
        replaced = before.applied != seen.sight.applied
        if seen.standing.under_way:
            if not run.followed and another:
                return self._mismatch(known, release, seen)
            if not run.followed and run.exposed:
                return learn(release, seen).then(self._goes_on, seen).then(self._by_an_older_yes)
            if run.followed and replaced:
                return self._replace(known, release, seen, ReleaseState.PROGRESSING, why=_NEWER)
            return learn(release, seen).then(self._goes_on, seen)
        if seen.standing.over and (run.followed or replaced or before.standing is Standing.WAITING):
            return learn(release, seen).then(self._is_over, seen, before)
        if seen.asks and replaced and run.started:
            return self._replace(known, release, seen, ReleaseState.WAITING, why=_NEWER)
        if not run.started and seen.asks == () and seen.standing is Standing.IDLE:
            return self._waits_no_more(release, seen)
        if another and not run.started:
            return self._restored(release, seen) or self._ask_anew(known, release, seen)
        return learn(release, seen)

    def _waits_no_more(self, release: Release, seen: Sighting) -> Outcome:
        """It never began: the version of before was written back, or something else works on it from now on."""
        back = bool(release.before) and dict(seen.after) == dict(release.before)
        state = ReleaseState.ROLLED_BACK if back else ReleaseState.ENDED
        left = replace(release, run=replace(release.run, sight=seen.sight))
        return self._end(left, state, why="it waits no more, and never began")

    def _restored(self, release: Release, seen: Sighting) -> Outcome | None:
        """The target holds what users have, as a refusal of the start wanted: nobody is asked about that."""
        awaited = release.run.awaited
        wanted = awaited is not None and awaited.operation is Operation.PUT_BACK
        return changed(_bound(release, seen)) if wanted and seen.notice is not Notice.MOOT else None

    def _goes_on(self, release: Release, seen: Sighting) -> Outcome:
        if not seen.standing.under_way:
            return unchanged(release)
        outcome = started(release, now=self.now, surface=Surface.WATCH)
        if seen.standing is Standing.PROMOTING:
            return outcome.then(promoting, self.now)
        return outcome

    def _is_over(self, release: Release, seen: Sighting, before: Sight) -> Outcome:
        """It ended; if nobody saw it begin, it began and ended between two looks."""
        back = seen.sight.revision != release.run.bound and _is_as_before(release, seen)
        state = ReleaseState.ROLLED_BACK if back else _ENDS[seen.standing]
        outcome = started(release, now=self.now, surface=Surface.WATCH)
        ended = outcome.then(self._end, state, why=outcome.release.run.failing)
        act = how_it_ended(ended.release, before, seen.standing)
        return ended.then(self._elsewhere, seen, act, release.started_at)

    def _elsewhere(self, release: Release, seen: Sighting, act: Act | None, since: datetime | None) -> Outcome:
        if act is None or since is None:
            return unchanged(release)
        return done_elsewhere(release, act, since=since, now=self.now, hand=seen.hand)

    def _ask_anew(self, known: Known, release: Release, seen: Sighting) -> Outcome:
        """Pushed while people were asked for the start: nobody has approved this one."""
        asked = release.newest(Stage.START)
        outcome = self._replace(known, release, seen, ReleaseState.WAITING, why=_NEWER)
        if asked is None or seen.asks is not None:
            return outcome  # What does not ask by hooks was seen asking when the new one began.
        reaching = Reaching(rights=self.rights, now=self.now, new_id=self.new_id, surface=Surface.WATCH)
        place = Place(stage=Stage.START, asked_under=asked.asked_under)
        exposed = asked.told_at is not None or release.run.exposed
        return outcome.then(_in_the_place_of, release, exposed=exposed).then(reaching.reach, place)

    def _mismatch(self, known: Known, release: Release, seen: Sighting) -> Outcome:
        """Pushed between our yes and the engine's start: what runs now was approved by nobody."""
        outcome = self._replace(known, release, seen, ReleaseState.PROGRESSING, why=_NEWER)
        outcome = outcome.then(self._unapproved, release.label)
        return outcome.then(self._handle_mismatch)

    def _by_an_older_yes(self, release: Release) -> Outcome:
        """Pushed after our yes, and seen before the engine began: that yes was to another revision."""
        start = release.newest(Stage.START)
        if start is not None and start.told_at is not None:
            return unchanged(release)
        return self._handle_mismatch(release)

    def _handle_mismatch(self, release: Release) -> Outcome:
        """As the start's policy has it: back, or on to its gates."""
        start = self.rights.of(Stage.START)
        if start is None or start.policy.on_mismatch is OnMismatch.HOLD:
            return unchanged(release)
        mark = Mark(start.policy.principal, self.now, "on_mismatch: roll_back", Surface.WATCH)
        return begin_roll_back(release, mark, Cause.DEADLINE)

    def _unapproved(self, release: Release, instead_of: str) -> Outcome:
        why = f"it was started in the place of {instead_of}"
        release = replace(release, run=replace(release.run, instead_of=instead_of, unapproved=True))
        told = tell(release, f"{release.label} runs without an approval: {why}.", at=self.now, notifies=True)
        audit = entry(
            release, Action.RELEASE_UNGATED, actor=release.engine_principal, surface=Surface.WATCH, reason=why
        )
        return changed(release, audit, effects=(told,))

    def _replace(self, known: Known, release: Release, seen: Sighting, state: ReleaseState, *, why: str) -> Outcome:
        ended = self._end(release, ReleaseState.SUPERSEDED, why=why)
        return ended.joined(self._begin(replace(known, latest=ended.release), seen, state))

    def _asked(self, release: Release, seen: Sighting) -> Outcome:
        outcome = noticed(release, seen.notice, now=self.now)
        if seen.asks is None or not release.is_open:
            return outcome
        asking = SeenAsking(rights=self.rights, now=self.now, new_id=self.new_id)
        return outcome.then(asking.ask, seen)

    def _begin(self, known: Known, seen: Sighting, state: ReleaseState) -> Outcome:
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
            id=ReleaseId(self.new_id()),
            workload=known.workload,
            number=before.number + 1 if before else 1,
            engine=seen.engine,
            state=state,
            started_at=self.now,
            run=run,
        )
        begun = learn(_bound(release, seen), seen).release
        audit = entry(begun, Action.RELEASE_STARTED, actor=begun.engine_principal, surface=Surface.WATCH)
        outcome = changed(begun, audit).then(self._goes_on, seen).then(self._asked, seen)
        if before is None or not _begun_again(before, seen):
            return outcome
        return outcome.then(self._elsewhere, seen, Act.RETRIED, before.ended_at)

    def _deleted(self, release: Release) -> Outcome:
        what = release.workload.kind
        line = (
            f"The {what} of {release.label} was deleted in the midst of the release; what users have now is not known."
        )
        told = tell(release, line, at=self.now, notifies=True)
        ended = self._end(release, ReleaseState.ENDED, why=f"the {what} was deleted in the midst of the release")
        return ended.then(changed, effects=(told,))

    def _end(self, release: Release, state: ReleaseState, *, why: str) -> Outcome:
        return end(release, state, now=self.now, why=why, surface=Surface.WATCH)


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
