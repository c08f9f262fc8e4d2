"""The click, Flagger's question, a push and what the watch tells, in every order in which they can come."""

from collections.abc import Iterator

import pytest

from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.sight import Standing
from tests.domain.conftest import World

CLICK, PUSH, POLL, START, WATCH = "click", "push", "poll", "start", "watch"

THREADS = ((CLICK,), (PUSH,), (POLL, START, POLL, START), (WATCH, WATCH))
"""What a person does, somebody's push, Flagger's ticks, and the watch; each in its own order."""


class Race(World):
    """A cluster, and the Flagger in it: it asks, and starts whatever the target holds once it has heard a yes."""

    def __init__(self):
        super().__init__()
        self.target, self.runs, self.allowed = "v2", None, False
        self.approved, self.yeses, self.first_status = set(), [], None
        self.watches()
        self.asks(Stage.START)
        self.waiting = True
        self.watches()

    def does(self, what):
        {CLICK: self.clicks, PUSH: self.pushes, POLL: self.polls, START: self.starts, WATCH: self.watches}[what]()

    def clicks(self):
        if self.release.state is ReleaseState.WAITING:
            self.approved.add(self.release.run.bound)
            self.approves()

    def pushes(self):
        self.target = "v3"

    def polls(self):
        if self.runs is not None:
            return
        self.look = self._look_now()
        if self.asks(Stage.START).yes:
            self.yeses.append(self.target)
            self.allowed = True

    def starts(self):
        if self.allowed and self.runs is None:
            self.runs = self.target

    def watches(self):
        standing, applied = (Standing.PROGRESSING, self.runs) if getattr(self, "runs", None) else (None, "old")
        waits = Standing.WAITING if getattr(self, "waiting", False) else Standing.PROMOTED
        if standing and self.first_status is None:
            self.first_status = self.target
        self.sees(standing or waits, revision=self.target, applied=applied)

    def _look_now(self):
        before, record, effects, past = self.known, [*self.record], [*self.effects], dict(self.past)
        self.watches()
        self.known, self.record, self.effects, self.past = before, record, effects, past
        return self.look


def orders(threads) -> Iterator[tuple[str, ...]]:
    """Every way in which the threads can be laid into one another."""
    if not any(threads):
        yield ()
    for place, thread in enumerate(threads):
        if thread:
            for rest in orders((*threads[:place], thread[1:], *threads[place + 1 :])):
                yield (thread[0], *rest)


def test_every_order_is_tried():
    assert len(set(orders(THREADS))) == 840


@pytest.mark.parametrize("first", [CLICK, PUSH, POLL, WATCH])
def test_nothing_is_started_that_nobody_approved_without_being_told(first):
    for order in (order for order in orders(THREADS) if order[0] == first):
        race = Race()
        for what in order:
            race.does(what)
        race.watches()

        told = race.actions.count("release.ungated")
        assert set(race.yeses) <= race.approved, order  # No yes was said about what nobody approved.
        if race.first_status is None or race.first_status in race.approved:
            assert told == 0, order
        else:
            # What the target held at the first status is what may run: found, said, and dealt with by the rule.
            assert told == 1, order
            assert race.release.state is ReleaseState.ROLLING_BACK, order
            assert not any(gate.approvals for gate in race.release.gates), order
        assert race.runs is None or race.runs in race.approved or told == 1, order
