"""What a look into the cluster means for a yes: without it none is given first, and each is for what was seen."""

import pytest

from bot.domain.looks.sighting import Sightless
from bot.domain.policy import Stage, Traffic
from bot.domain.run import Facts
from bot.domain.sight import Standing
from tests.domain.conftest import ANN, V2, V3, policy_of, rights_of


class TestWithTheClusterAway:
    @pytest.fixture(autouse=True)
    def away(self, running):
        running.asks(Stage.PROMOTION, checksum="b")
        running.approves()

    def test_a_first_yes_cannot_be_said(self, running):
        running.look = Sightless.AWAY

        answer = running.asks(Stage.PROMOTION, checksum="b")

        assert answer.unsure
        assert not answer.yes

    def test_a_promotion_yes_given_before_is_said_again(self, running):
        assert running.asks(Stage.PROMOTION, checksum="b").yes
        running.look = Sightless.AWAY

        assert running.asks(Stage.PROMOTION, checksum="b").yes

    def test_it_is_not_said_to_another_checksum(self, running):
        running.asks(Stage.PROMOTION, checksum="b")
        running.look = Sightless.AWAY

        assert not running.asks(Stage.PROMOTION, checksum="c").yes

    def test_a_wait_is_still_a_wait(self, running):
        running.look = Sightless.AWAY
        running.rolls_back()

        assert not running.asks(Stage.PROMOTION, checksum="b").unsure


class TestTraffic:
    @pytest.fixture
    def stepping(self, running):
        running.sees(Standing.PROGRESSING, revision=V2, applied="two", facts=Facts(weight=20))
        running.asks(Stage.TRAFFIC, checksum="b")
        return running

    def test_a_yes_is_for_the_weight_it_was_asked_at(self, stepping):
        stepping.approves()
        assert stepping.gate.step == "20"
        stepping.sees(Standing.PROGRESSING, revision=V2, applied="two", facts=Facts(weight=40))

        assert not stepping.asks(Stage.TRAFFIC, checksum="b").yes
        assert stepping.gate.step == "40"
        assert stepping.gate.approvals == ()

    def test_at_the_highest_weight_nobody_is_needed(self, stepping):
        stepping.sees(Standing.PROGRESSING, revision=V2, applied="two", facts=Facts(weight=50), at_top=True)

        assert stepping.asks(Stage.TRAFFIC, checksum="b").yes
        assert stepping.record[-2].actor == "policy:shop"

    def test_not_where_no_policy_matches(self, stepping):
        stepping.rights = rights_of({Stage.PROMOTION: policy_of()})
        stepping.sees(Standing.PROGRESSING, revision=V2, applied="two", facts=Facts(weight=50), at_top=True)

        assert not stepping.asks(Stage.TRAFFIC, checksum="b").yes

    def test_a_rule_that_lets_traffic_go_on_needs_a_look_too(self, stepping):
        stepping.rights = rights_of(policy_of(traffic=Traffic.AUTOMATIC))
        stepping.sees(Standing.PROGRESSING, revision=V3, applied="two", facts=Facts(weight=20))

        assert not stepping.asks(Stage.TRAFFIC, checksum="b").yes


def test_a_roll_back_does_not_wait_for_what_was_pushed_since(running):
    running.rolls_back(ANN)
    running.sees(Standing.PROGRESSING, revision=V3, applied="two")

    assert running.asks_roll_back(checksum="b").yes
