"""What an engine said of one run, in words that every engine shares."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.operation import Awaited
from bot.domain.outside import Outside
from bot.domain.policy import Stage
from bot.domain.sight import Change, Sight
from bot.domain.workload import Workload

LINES_KEPT = 30
"""Lines of the engine's story that a release keeps."""

READINGS_KEPT = 60

LINES_OF_A_TICK = 6
"""So many lines an engine says again at every tick, at the most."""


class Signal(StrEnum):
    """What a hook, an event or a watch means for the run."""

    ASKS = "asks"  # A gate; `stage` says which.
    ASKS_NEWEST = "asks_newest"  # The gate that was reached last, whichever it is.
    ASKS_ROLL_BACK = "asks_roll_back"
    CHECKS = "checks"  # A check of the release that is under way.
    SCALING_UP = "scaling_up"
    RESTARTING = "restarting"
    ADVANCING = "advancing"
    COPYING = "copying"  # The promotion is under way: no way back.
    COMPLETED = "completed"
    FAILED = "failed"  # The old version serves.
    PROMOTION_FAILED = "promotion_failed"
    OVER = "over"  # Ended; how, is not said.
    NOTE = "note"


class Manifest(StrEnum):
    """What a Canary's manifest decides by the path that it asks."""

    OPENS = "opens"
    HALTS = "halts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The newest value of a metric that failed; texts, as the engine wrote them."""

    name: str
    value: str
    limit: str  # With its sign: "≥ 99 %".


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """What came of a test that the engine lets run: conformance, load."""

    name: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How a run stands, as far as one message tells.  None: it does not."""

    weight: int | None = None
    iteration: int | None = None
    iterations: int | None = None
    failed: Check | None = None
    check_failed: bool = False
    failing: str | None = None  # Why the engine gives up by itself.
    not_ready: str | None = None
    suspended: bool = False
    skipped: bool = False
    manual: bool = False  # It rolls back because our hook said so.
    text: str | None = None
    channel: str | None = None
    failed_checks: int | None = None  # So many by the engine's own count.
    threshold: int | None = None  # At so many it gives up by itself.
    test: Test | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message of an engine about one workload.

    Args:
        hook: the hook's name, e.g. `confirm-promotion`; kept as known of the workload.
        binds: it names the revision under way.
        at: the engine's own clock in milliseconds; None where the message has none.
        line: its text for the story of the release; empty: not worth a line.
        under_way: the phase it names is one after the start.
    """

    workload: Workload
    engine: str
    hook: str
    signal: Signal
    stage: Stage | None = None
    checksum: str | None = None
    binds: bool = False
    at: int | None = None
    facts: Facts = Facts()
    line: str = ""
    manifest: Manifest | None = None
    under_way: bool = False
    promoting: bool = False

    @property
    def past_start(self) -> bool:
        """It shows that the run has begun in earnest."""
        return self.binds or self.signal is Signal.SCALING_UP


@dataclass(frozen=True, slots=True)
class StoryLine:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How far a run was at one moment, or which check failed then.

    Args:
        failed: the check with its value and limit; empty: not said which.
    """

    at: datetime
    weight: int | None = None
    iteration: int | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was heard of one run so far.

    Args:
        checksum: the revision that its hooks named; None until one did.
        began: the engine's clock in milliseconds; what is older belongs to the run before.
        newest: the newest engine's clock heard.
        scaled: the engine's clock of its "Scaling up".
        started: past its start.
        most: the highest weight it reached.
        voided_at: when the engine had been silent for so long that no yes given before holds.
        behind: so many releases came since the one that users have, this one too; 0: not known.
        bound: our digest of the revision that people are asked about; empty while no look was taken.
        sight: the newest look into the cluster; None: none yet.
        awaited: what was asked of an engine that does not ask, until its effect was seen.
        sending: what is on its way to such an engine, which may have taken it already.
        outside: what was done with other tools, oldest first.
        instead_of: the release whose place it took while people were asked about that one.
        unapproved: it was started in that one's place, by a yes to that one.
        exposed: a yes to the revision before it was told, and may start this one.
        followed: a look has shown it under way.
        unheard: it was seen to begin; the message that tells its beginning may still come.
    """

    checksum: str | None = None
    began: int | None = None
    newest: int | None = None
    scaled: int | None = None
    started: bool = False
    weight: int | None = None
    most: int | None = None
    iteration: int | None = None
    iterations: int | None = None
    failed_checks: int = 0
    checks: tuple[Check, ...] = ()
    failing: str = ""
    not_ready: str = ""
    suspended: bool = False
    skipped: bool = False
    manual: bool = False
    promoting_at: datetime | None = None
    voided_at: datetime | None = None
    text: str = ""
    channel: str = ""
    lines: tuple[StoryLine, ...] = ()
    readings: tuple[Reading, ...] = ()
    threshold: int | None = None
    tests: tuple[Test, ...] = ()
    behind: int = 0
    bound: str = ""
    sight: Sight | None = None
    change: Change = field(default_factory=Change)
    awaited: Awaited | None = None
    sending: Awaited | None = None
    outside: tuple[Outside, ...] = ()
    instead_of: str = ""
    unapproved: bool = False
    exposed: bool = False
    followed: bool = False
    unheard: bool = False

    @property
    def pending(self) -> bool:
        """The target holds a newer revision than the one that people are asked about."""
        return self.sight is not None and bool(self.bound) and self.sight.revision != self.bound


def learned(run: Run, heard: Heard, *, engine_at: int | None, now: datetime) -> Run:
    """The run after one message: with what it tells, and with its line in the story."""
    known = with_facts(run, heard.facts, engine_at=engine_at)
    return with_line(_with_readings(run, known, heard.facts, now), heard.line, now)


def with_facts(run: Run, facts: Facts, *, engine_at: int | None) -> Run:
    """The run after one message.  A message that says nothing new gives an equal run.

    What comes after newer words of the engine tells how things stood, not how they stand.
    """
    if engine_at is not None and run.newest is not None and engine_at < run.newest:
        return replace(run, skipped=run.skipped or facts.skipped, manual=run.manual or facts.manual)
    checks = run.checks
    failed_checks = run.failed_checks
    if facts.check_failed and (engine_at is None or run.newest is None or engine_at > run.newest):
        failed_checks += 1
        if facts.failed is not None:
            checks = (*(check for check in checks if check.name != facts.failed.name), facts.failed)
    return replace(
        run,
        weight=_newer(facts.weight, run.weight),
        most=max(filter(None, (facts.weight, run.most)), default=run.most),
        iteration=_newer(facts.iteration, run.iteration),
        iterations=_newer(facts.iterations, run.iterations),
        failed_checks=max(failed_checks, facts.failed_checks or 0),
        threshold=_newer(facts.threshold, run.threshold),
        tests=run.tests if facts.test is None else _with_test(run.tests, facts.test),
        checks=checks,
        failing=facts.failing or run.failing,
        not_ready=run.not_ready if facts.not_ready is None else facts.not_ready,
        suspended=facts.suspended,
        skipped=run.skipped or facts.skipped,
        manual=run.manual or facts.manual,
        text=run.text if facts.text is None else facts.text,
        channel=run.channel if facts.channel is None else facts.channel,
    )


def with_line(run: Run, text: str, at: datetime) -> Run:
    """Add a line to the story; what every tick says again is told once."""
    if not text or any(line.text == text for line in run.lines[-LINES_OF_A_TICK:]):
        return run
    return replace(run, lines=(*run.lines, StoryLine(at, text))[-LINES_KEPT:])


def _with_test(tests: tuple[Test, ...], test: Test) -> tuple[Test, ...]:
    return (*(known for known in tests if known.name != test.name), test)


def _with_readings(before: Run, run: Run, facts: Facts, at: datetime) -> Run:
    """Keep when something moved, and when a check failed."""
    readings = run.readings
    if (run.weight, run.iteration) != (before.weight, before.iteration):
        readings = (*readings, Reading(at=at, weight=run.weight, iteration=run.iteration))
    if run.failed_checks > before.failed_checks:
        check = facts.failed
        failed = f"{check.name} {check.value} ({check.limit})" if check else ""
        readings = (*readings, Reading(at=at, failed=failed))
    return replace(run, readings=readings[-READINGS_KEPT:])


def _newer(heard: int | None, known: int | None) -> int | None:
    return known if heard is None else heard
