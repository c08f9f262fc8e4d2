from dataclasses import replace

import pytest

from handlers.sandbox.flagger.calls import Answer, notice, question
from handlers.sandbox.flagger.canary import Phase, Status
from handlers.sandbox.flagger.checksums import checksum
from handlers.sandbox.flagger.events import Event
from handlers.sandbox.flagger.manifest import HookType
from tests.handlers.sandbox.flagger.practice import NOON, canary, hook

MANIFEST = canary().manifest
STATUS = Status(phase=Phase.PROGRESSING, applied="5f56684589")


@pytest.mark.parametrize(
    ("status", "passes"),
    [(200, True), (201, True), (202, True), (203, False), (204, False), (302, False), (403, False), (500, False)],
)
def test_only_statuses_up_to_202_pass(status, passes):
    assert Answer(status).passes is passes


def test_no_answer_does_not_pass():
    assert not Answer(None).passes


def test_a_hook_without_metadata_sends_no_such_key():
    call = question(hook(HookType.ROLLBACK), MANIFEST, STATUS, Phase.WAITING_PROMOTION)

    assert call.body == {
        "name": "checkout",
        "namespace": "shop",
        "phase": "WaitingPromotion",
        "checksum": "557d867f8b",
    }


def test_an_events_own_keys_stand_against_the_hooks_metadata():
    told = replace(hook(HookType.EVENT), metadata={"team": "payments", "eventType": "mine", "timestamp": "0"})

    call = notice(told, MANIFEST, STATUS, Phase.FAILED, event=Event("Gone.", warning=True), at=NOON)

    assert call.body["metadata"] == {
        "team": "payments",
        "eventMessage": "Gone.",
        "eventType": "Warning",
        "timestamp": str(int(NOON.timestamp()) * 1000),
    }


def test_the_checksum_is_the_one_flagger_makes_of_an_untracked_canary():
    assert checksum("5f56684589") == "557d867f8b"
