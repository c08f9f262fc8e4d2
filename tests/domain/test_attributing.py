"""What was done with other tools, and who did it: named for one thing alone, and only while it could be that."""

from datetime import timedelta

import pytest

from bot.domain.cards.elsewhere import done_elsewhere
from bot.domain.decision import Verb
from bot.domain.effects import Operate, Tell
from bot.domain.looks.attributing import LATE, named, question, unnamed
from bot.domain.operation import Notice
from bot.domain.outside import Act, Hand, Named
from bot.domain.release import ReleaseState
from bot.domain.sight import Standing
from tests.domain.conftest import NOON
from tests.domain.test_operating import FIRST, SECOND, Rollout

BACK = {"standing": Standing.ROLLED_BACK, "applied": "two@12:01"}


def ann_ran(action, *, at=NOON, event="e-1"):
    return Named(by="ann@example.com", tool="Argo CD", action=action, at=at, event=event)


@pytest.fixture
def rollout():
    world = Rollout()
    world.shows(FIRST)
    world.now += timedelta(minutes=1)
    return world


def acts(rollout):
    return [done.act for release in rollout.past.values() for done in release.run.outside]


def card(rollout):
    return [" ".join(str(part) for part in line if isinstance(part, str)) for line in done_elsewhere(rollout.release)]


def test_a_gate_passed_elsewhere_is_on_the_card_and_it_is_looked_for_who_did_it(rollout):
    rollout.shows(SECOND)

    (done,) = rollout.release.run.outside
    assert (done.act, done.since, done.seen_at, done.sought) == (Act.WENT_ON, NOON, rollout.now, True)
    assert Operate(release=rollout.release.id) in rollout.effects
    assert card(rollout) == ["A question was not decided here: it went on by another tool, or by itself, seen at  ."]


@pytest.mark.parametrize(("seconds", "tool"), [(30, "kubectl"), (-30, "")])
def test_a_tool_that_wrote_before_the_gate_waited_did_not_pass_it(rollout, seconds, tool):
    rollout.shows(SECOND, hand=Hand("kubectl", NOON + timedelta(seconds=seconds)))

    assert rollout.release.run.outside[0].tool == tool


def test_what_was_run_once_the_next_gate_waited_is_about_that_one(rollout):
    rollout.shows()
    passed = rollout.now
    alone = question(rollout.release, rollout.release.run.outside[0])
    rollout.shows(SECOND, seconds=2)
    followed = question(rollout.release, rollout.release.run.outside[0])

    assert (alone.after, alone.before, alone.evidence) == (NOON, passed + LATE, FIRST.evidence)
    assert followed.before == passed + timedelta(seconds=2)


def test_who_did_it_is_on_record_on_the_card_and_told(rollout):
    rollout.shows(SECOND)
    (done,) = rollout.release.run.outside
    rollout.keeps(named(rollout.release, done, ann_ran("resume"), now=rollout.now))

    line = rollout.record[-1]
    assert (line.action, line.gate, line.reason) == (
        "outside.named",
        done.gate,
        "ann@example.com ran resume in Argo CD",
    )
    assert line.details["by"] == "ann@example.com"
    assert line.details["outside"] is True
    assert card(rollout) == ["A question was not decided here: ann@example.com ran resume in Argo CD at  ."]
    told = [effect for effect in rollout.effects if isinstance(effect, Tell)]
    assert told[-1].line[0] == "ann@example.com ran resume in Argo CD at "
    assert not rollout.release.run.outside[0].sought


def test_an_action_counts_for_one_thing_alone(rollout):
    rollout.shows(SECOND)
    rollout.keeps(named(rollout.release, rollout.release.run.outside[0], ann_ran("resume"), now=rollout.now))
    rollout.shows(seconds=60)

    assert question(rollout.release, rollout.release.run.outside[1]).but == {"e-1"}


def test_nobody_told_is_no_record_and_no_message(rollout):
    rollout.shows(SECOND)
    before = len(rollout.record), len(rollout.effects)
    rollout.keeps(unnamed(rollout.release, rollout.release.run.outside[0]))

    assert (len(rollout.record), len(rollout.effects)) == before
    assert not rollout.release.run.outside[0].sought


def test_an_abort_elsewhere_is_on_record_as_done_outside(rollout):
    rollout.shows(**BACK)

    assert rollout.release.state is ReleaseState.ROLLED_BACK
    assert rollout.record[-1].details == {"outside": True}
    assert acts(rollout) == [Act.ABORTED]


def test_an_abort_that_people_decided_here_is_nobody_elses(rollout):
    rollout.decides(Verb.ROLL_BACK)
    rollout.is_sent()
    rollout.shows(**BACK, notice=Notice.DONE)

    assert rollout.record[-1].details != {"outside": True}
    assert acts(rollout) == []


def test_a_version_that_was_written_back_is_no_abort(rollout):
    rollout.release.before.update({"app": "app:1"})
    rollout.shows(standing=Standing.PROMOTED, applied="one", revision="v1", after={"app": "app:1"})

    assert rollout.release.state is ReleaseState.ROLLED_BACK
    assert rollout.record[-1].details == {"outside": True}
    assert acts(rollout) == []


def test_what_was_aborted_and_begins_again_was_retried(rollout):
    rollout.shows(**BACK)
    rollout.shows(FIRST, seconds=60)

    assert acts(rollout) == [Act.ABORTED, Act.RETRIED]


def test_promoted_before_its_last_question_somebody_promoted_in_full():
    world = Rollout()
    world.shows(asks_later=True)
    world.shows(standing=Standing.PROMOTED, applied="two", asks_later=False)

    assert world.release.state is ReleaseState.PROMOTED
    assert acts(world) == [Act.PROMOTED]


def test_promoted_where_nobody_was_to_be_asked_it_went_on_by_itself():
    world = Rollout()
    world.shows(asks_later=False)
    world.shows(standing=Standing.PROMOTED, applied="two", asks_later=False)

    assert acts(world) == []


def test_an_engine_whose_tools_tell_nobody_is_not_asked(rollout):
    rollout.sees(Standing.WAITING, applied="three", asks=(FIRST,), engine="deployments", uid="u2", revision="v3")
    rollout.sees(Standing.WAITING, applied="three", asks=(SECOND,), engine="deployments", uid="u2", revision="v3")

    assert [(done.act, done.sought) for done in rollout.release.run.outside] == [(Act.WENT_ON, False)]
