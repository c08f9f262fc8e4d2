"""The card of a release, at every place of its way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card import PUSH_LENGTH, Tone
from bot.domain.cards.buttons import buttons
from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.decision import Verb, Verdict
from bot.domain.effects import Moment
from bot.domain.engines import ENGINES, FLAGGER
from bot.domain.policy import OnExpiry, Stage
from bot.domain.run import Check, Facts, Manifest, Signal
from tests.domain.conftest import ANN, World, policy_of, rights_of


def card_of(world):
    seen = Seen(release=world.release, rights=world.rights, now=world.now, hooks=world.known.hooks, usual_gap=30)
    return draw(seen)


def words(lines):
    return " / ".join("".join(f"{p.at:%H:%M}" if isinstance(p, Moment) else p for p in line) for line in lines)


@pytest.fixture
def two():
    world = World(rights_of(policy_of(quorum=2, expires_after=timedelta(hours=2), on_expiry=OnExpiry.REJECT)))
    world.hears(Signal.SCALING_UP, at=1)
    world.asks_roll_back(checksum="7bb")
    world.advances(50, at=2)
    world.asks(Stage.PROMOTION, checksum="7bb")
    return world


def test_a_card_that_asks_says_the_effect_first(two):
    two.approves(ANN)
    card = card_of(two)

    assert card.title == "checkout revision 7bb · prod-eu · ready for promotion"
    assert card.push == "Approve? checkout 7bb to everybody, prod-eu. Has 1 of 2, until 14:00 UTC"
    assert words(card.effect).endswith("A yes gives it to everybody. This is the last question.")
    assert "50 % of users have revision 7bb" in words(card.effect)
    assert words(card.who) == ("Needs 1 more of ann or bob. ann approved 12:00. / No answer by 14:00: rolled back.")
    assert [button.verb for button in card.buttons] == [Verdict.APPROVE, Verdict.REJECT]
    assert card.buttons[1].text == "Roll back"
    assert card.tone is Tone.ASKS
    assert words([card.footer]) == "shop/checkout#1 · rule shop · Flagger asks every 30 s or so"


def test_after_the_yes_it_says_what_is_awaited(two):
    two.approves()
    two.approves("bob@example.com")
    assert "approved, waiting for Flagger" in card_of(two).title
    two.asks(Stage.PROMOTION, checksum="7bb")

    card = card_of(two)
    assert "waiting to see the promotion begin" in words(card.effect)
    assert "may come too late" in words(card.warnings)
    assert [button.verb for button in card.buttons] == [Verb.ROLL_BACK]


def test_a_promoted_release_has_no_deciding_buttons_and_no_bar(two):
    two.approves()
    two.approves("bob@example.com")
    two.asks(Stage.PROMOTION, checksum="7bb")
    two.hears(Signal.COPYING, at=10)
    assert "No hook can stop the promotion now." in words(card_of(two).warnings)
    two.hears(Signal.COMPLETED, at=20)

    card = card_of(two)
    assert (card.buttons, card.progress, card.tone) == ((), None, Tone.GOOD)
    assert words(card.effect) == "Everybody has revision 7bb since 12:00. / Approved by ann and bob."


def test_rolled_back_by_flagger_says_why_and_that_nobody_decided(two):
    two.approves(ANN)
    check = Check(name="success rate", value="97.9%", limit="≥ 99%")
    for at in (10, 11):
        two.hears(Signal.NOTE, at=at, facts=Facts(check_failed=True, failed=check))
    two.now += timedelta(minutes=41)
    two.hears(Signal.FAILED, at=20)

    card = card_of(two)
    assert card.title.endswith("rolled back by Flagger")
    told = words(card.effect)
    assert "Up to 50 % had it, for 41 min at the most." in told
    assert "success rate 97.9% (≥ 99%)" in told
    assert "Nobody decided this; the approval of ann is void." in told
    assert "by itself" not in words([e.line for e in card.evidence])


def test_a_refused_start_can_be_asked_again(world):
    world.asks(Stage.START)
    assert "ready to start" in card_of(world).title
    assert card_of(world).buttons[1].text == "Reject"
    world.rejects(reason="not today")

    card = card_of(world)
    assert "not today" in words(card.effect)
    assert [button.verb for button in card.buttons] == [Verdict.REOPEN]


def test_without_a_rollback_hook_the_card_says_what_a_no_cannot_do(world):
    world.asks(Stage.PROMOTION)

    card = card_of(world)
    assert card.buttons[1].text == "Reject"
    assert "Flagger will not roll back" in words(card.warnings)


def test_nobody_may_approve_has_no_button_to_approve():
    world = World(rights_of({}))
    world.asks(Stage.PROMOTION)

    card = card_of(world)
    assert [button.verb for button in card.buttons] == [Verdict.REJECT]
    assert words(card.who) == "Nobody may approve: no policy names anybody for this gate."


def test_a_halted_gate_says_that_no_click_opens_it(world):
    world.asks(Stage.PROMOTION, manifest=Manifest.HALTS)

    assert "no click opens it" in words(card_of(world).warnings)


def test_a_paused_release_can_be_resumed(world):
    world.asks(Stage.PROMOTION)
    world.decides(Verb.PAUSE)

    card = card_of(world)
    assert card.title.endswith("paused")
    assert Verb.RESUME in [button.verb for button in card.buttons]


@given(name=st.text("abc-", min_size=1, max_size=253), cluster=st.text("xyz-", min_size=1, max_size=63))
def test_the_push_fits_a_phone(name, cluster):
    from dataclasses import replace

    world = World(rights_of(policy_of(quorum=3, expires_after=timedelta(hours=2))))
    world.asks(Stage.PROMOTION)
    workload = replace(world.release.workload, name=name, cluster=cluster)
    world.known = replace(world.known, latest=replace(world.release, workload=workload))

    assert len(card_of(world).push) <= PUSH_LENGTH


def test_every_button_carries_an_opaque_id_and_a_verb_alone(two):
    for button in buttons(Seen(release=two.release, rights=two.rights, now=two.now, hooks=two.known.hooks)):
        assert button.subject in {two.release.id, *(gate.id for gate in two.release.gates)}


@pytest.fixture
def porter(monkeypatch):
    """Another engine that asks by hooks, in the place of Flagger."""
    yes = dict.fromkeys(Stage, "lets Porter go on.")
    monkeypatch.setitem(ENGINES, FLAGGER, replace(ENGINES[FLAGGER], name="Porter", yes=yes))


@pytest.mark.usefixtures("porter")
@pytest.mark.parametrize("asks_roll_back", [True, False])
@pytest.mark.parametrize("stage", [Stage.START, Stage.PROMOTION])
def test_a_card_calls_each_engine_by_its_own_name(world, stage, asks_roll_back):
    if asks_roll_back:
        world.asks_roll_back()
    world.asks(stage)
    asked = str(card_of(world))
    world.rejects(reason="no")
    refused = str(card_of(world))

    assert "Porter" in asked
    assert "Porter" in refused
    assert "Flagger" not in asked + refused
