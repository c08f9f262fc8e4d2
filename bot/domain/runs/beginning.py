"""What is a run, by hooks alone: what begins one, which run a message belongs to, and what is too late.

Checksums repeat and events may come twice or late, so neither alone tells two runs apart.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.circumstances import Circumstances
from bot.domain.decision import Surface
from bot.domain.effects import ReleaseId
from bot.domain.policy import Stage
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, kept, unchanged
from bot.domain.run import Heard, Run, Signal, learned
from bot.domain.runs.ending import end
from bot.domain.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a workload before a message is looked at.

    Args:
        hooks: names of the hooks it was ever heard to call.
        heard_at: when it was last heard; None: never.
        usual_gap: seconds between its ticks, as a rule; None: not known.
        latest: its newest release, open or ended.
    """

    workload: Workload
    hooks: frozenset[str] = frozenset()
    heard_at: datetime | None = None
    usual_gap: int | None = None
    latest: Release | None = None

    @property
    def open(self) -> Release | None:
        return self.latest if self.latest is not None and self.latest.is_open else None

    @property
    def last_sight(self) -> object:
        """What tells whether another look was saved since."""
        return None if self.latest is None else (self.latest.id, self.latest.run.sight, self.latest.run.awaited)

    def after(self, outcome: Outcome) -> "Known":
        """As it will be known once that is saved."""
        return replace(self, latest=outcome.release) if outcome.releases else self

    def is_changed_by(self, outcome: Outcome) -> bool:
        """Whether there is anything to save."""
        return bool(outcome.audit) or any(release != self.latest for release in outcome.releases)

    @property
    def tells_its_end(self) -> bool:
        """It sends events or post-rollout, so that the end of a run is heard."""
        return bool(self.hooks & {"event", "post-rollout"})

    @property
    def asks_roll_back(self) -> bool:
        return "rollback" in self.hooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A message and the open run it belongs to: none, if it is late or begins nothing."""

    outcome: Outcome = field(default_factory=Outcome)
    belongs: bool = False


def place(known: Known, heard: Heard, given: Circumstances) -> Placed:
    """Find the run that a message belongs to; begin one, and end the one before, where it says so."""
    latest = known.latest
    if latest is None or not latest.is_open:
        if _begins(heard) and not (latest and late(latest.run, heard)):
            return Placed(outcome=_begin(known, heard, given), belongs=True)
        return Placed(outcome=_remember_newest(latest, heard))
    if late(latest.run, heard):
        return Placed()
    if (state := _replaced_by(latest, heard)) is None:
        return Placed(outcome=unchanged(latest), belongs=True)

    ended = end(latest, state, now=given.now, why=_why(heard))
    begun = _begin(known.after(ended), heard, given)
    return Placed(outcome=ended.joined(begun), belongs=True)


def late(run: Run, heard: Heard) -> bool:
    """It is older than the run, or repeats what began it."""
    if heard.at is None:
        return False
    if heard.signal is Signal.SCALING_UP and run.scaled is not None:
        return heard.at <= run.scaled
    if run.began is None:
        return False
    return heard.at <= run.began if heard.signal is Signal.RESTARTING else heard.at < run.began


def _begins(heard: Heard) -> bool:
    """It begins a run where none is open."""
    if heard.signal is Signal.ASKS and heard.stage is Stage.START:
        return True
    return heard.binds or heard.signal in {Signal.SCALING_UP, Signal.RESTARTING}


def _replaced_by(release: Release, heard: Heard) -> ReleaseState | None:
    """How the open run ends because this message begins another; None: it goes on."""
    run = release.run
    if run.unheard and _begins(heard):
        return None  # It was seen to begin before this message of it came.
    if heard.signal is Signal.RESTARTING:
        return ReleaseState.SUPERSEDED
    if heard.binds and heard.checksum and run.checksum and heard.checksum != run.checksum:
        return ReleaseState.SUPERSEDED
    asks_start = heard.signal is Signal.ASKS and heard.stage is Stage.START
    if run.started and (asks_start or heard.signal is Signal.SCALING_UP):
        return ReleaseState.ENDED
    return None


def _why(heard: Heard) -> str:
    if heard.signal is Signal.RESTARTING or heard.binds:
        return "a newer revision took its place"
    return "its end was not heard; the next run has begun"


def _begin(known: Known, heard: Heard, given: Circumstances) -> Outcome:
    before = known.latest
    waits = heard.signal is Signal.ASKS and heard.stage is Stage.START
    newest = before.run.newest if before else None
    run = Run(
        began=heard.at if heard.at is not None else (None if newest is None else newest + 1),
        newest=heard.at if heard.at is not None else newest,
        scaled=heard.at if heard.signal is Signal.SCALING_UP else None,
        # A restart goes on from a run that had started: nobody is asked for its start.
        started=heard.past_start or heard.signal is Signal.RESTARTING,
        checksum=heard.checksum if heard.binds else None,
        behind=before.next_behind if before else 0,
    )
    run = learned(run, heard, engine_at=None, now=given.now)
    release = Release(
        id=ReleaseId(given.new_id()),
        workload=known.workload,
        number=before.number + 1 if before else 1,
        engine=heard.engine,
        state=ReleaseState.WAITING if waits else ReleaseState.PROGRESSING,
        started_at=given.now,
        revision=run.checksum,
        run=run,
    )
    return changed(
        release, entry(release, Action.RELEASE_STARTED, actor=release.engine_principal, surface=Surface.HOOK)
    )


def _remember_newest(latest: Release | None, heard: Heard) -> Outcome:
    """An ended run keeps the time of its last words, so that their repeat is known as late in the next run."""
    final = heard.signal in {Signal.COMPLETED, Signal.FAILED, Signal.PROMOTION_FAILED}
    if latest is None or heard.at is None or not final or heard.at <= (latest.run.newest or 0):
        return Outcome()
    return kept(replace(latest, run=replace(latest.run, newest=heard.at)))
