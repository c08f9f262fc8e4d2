"""A start that is refused leaves the target as users have it, where the settings allow that."""

from dataclasses import replace

import pytest

from bot.domain.decision import Verdict
from bot.domain.decisions import telling
from bot.domain.decisions.telling import wanted
from bot.domain.operation import Notice, Operation
from bot.domain.policy import Permission, Stage
from bot.domain.release import ReleaseState
from bot.domain.sight import Standing
from tests.domain.conftest import BOB, World, policy_of, rights_of


@pytest.fixture
def asked():
    world = World(replace(rights_of(policy_of()), permits=frozenset({Permission.RESTORE_TARGET})))
    world.sees(Standing.PROMOTED, revision="v2")
    world.asks(Stage.START)
    world.sees(Standing.WAITING, revision="v2")
    return world


def sends(world):
    awaited = wanted(world.release)
    assert awaited is not None
    world.keeps(telling.sent(world.release, awaited, now=world.now))


def states(world):
    return [release.state for release in sorted(world.past.values(), key=lambda release: release.number)]


@pytest.mark.parametrize("how", ["rejects", "rolls_back"])
def test_a_refusal_wants_the_template_of_before_back(asked, how):
    getattr(asked, how)()

    awaited = wanted(asked.release)
    assert awaited is not None
    assert awaited.operation is Operation.PUT_BACK
    assert states(asked) == [ReleaseState.REFUSED]


def test_without_the_setting_nothing_is_written(asked):
    asked.rights = replace(asked.rights, permits=frozenset())
    asked.rejects()

    assert wanted(asked.release) is None


@pytest.mark.parametrize("seen_before_it_is_saved", [True, False])
def test_what_was_put_back_asks_nobody(asked, seen_before_it_is_saved):
    asked.rejects()
    if not seen_before_it_is_saved:
        sends(asked)
    notice = Notice.UNASKED if seen_before_it_is_saved else Notice.DONE

    asked.sees(Standing.WAITING, revision="v1", notice=notice)

    assert states(asked) == [ReleaseState.REFUSED]
    assert not asked.asks(Stage.START).yes


def test_what_is_pushed_after_it_is_asked_for(asked):
    asked.rejects()
    sends(asked)
    asked.sees(Standing.WAITING, revision="v1", notice=Notice.DONE)
    assert wanted(asked.release) is None

    asked.sees(Standing.WAITING, revision="v3")

    assert states(asked) == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]
    assert asked.gate.approvals == ()


def test_a_push_in_between_is_asked_for_too(asked):
    asked.rejects()
    sends(asked)

    asked.sees(Standing.WAITING, revision="v3", notice=Notice.MOOT)

    assert states(asked) == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]


def test_who_asks_again_wants_nothing_put_back(asked):
    asked.rejects()
    asked.decides(Verdict.REOPEN, BOB)
    again = wanted(asked.release)
    asked.approves(BOB)

    assert (again, wanted(asked.release)) == (None, None)
    assert asked.asks(Stage.START).yes


def test_what_is_put_back_while_somebody_asks_again_is_on_record_and_approved_by_nobody(asked):
    asked.rejects()
    put_back = wanted(asked.release)
    assert put_back is not None
    asked.keeps(telling.begin(asked.release, put_back, rights=asked.rights, before=None))
    asked.decides(Verdict.REOPEN, BOB)
    asked.approves(BOB)
    asked.keeps(telling.sent(asked.release, put_back, now=asked.now))

    asked.sees(Standing.WAITING, revision="v1")

    sent = next(line for line in asked.record if line.action == "operation.sent")
    assert (sent.actor, sent.decision) == ("ann@example.com", "put_back")
    assert wanted(asked.release) is None
    assert states(asked) == [ReleaseState.SUPERSEDED, ReleaseState.WAITING]
    assert asked.gate.approvals == ()
