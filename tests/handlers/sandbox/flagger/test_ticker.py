from datetime import timedelta

import pytest

from handlers.sandbox.flagger.ticker import next_due
from tests.handlers.sandbox.flagger.practice import INTERVAL, NOON


@pytest.mark.parametrize(
    ("took", "due"),
    [
        pytest.param(0, 10, id="a tick that took no time"),
        pytest.param(9.9, 10, id="just in time"),
        pytest.param(12, 10, id="late: the missed tick comes at once"),
        pytest.param(35, 30, id="very late: one missed tick comes at once, the others never"),
    ],
)
def test_the_next_tick_is_due(took, due):
    after = next_due(NOON, NOON + timedelta(seconds=took), interval=INTERVAL)

    assert after == NOON + timedelta(seconds=due)
