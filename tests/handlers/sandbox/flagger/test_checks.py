import pytest

from handlers.sandbox.flagger.checks import complain
from handlers.sandbox.flagger.manifest import Metric
from tests.handlers.sandbox.flagger.practice import Practice, canary

MANIFEST = canary().manifest
RATE, DURATION, QUEUE = "request-success-rate", "request-duration", "queue-length"


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        pytest.param(Metric(name=RATE, minimum=99), 93.41, "Halt checkout.shop advancement success rate 93.41% < 99%"),
        pytest.param(
            Metric(name=RATE, maximum=99.5), 100, "Halt checkout.shop advancement success rate 100.00% > 99.5%"
        ),
        pytest.param(
            Metric(name=DURATION, maximum=500), 1250, "Halt checkout.shop advancement request duration 1.25s > 500ms"
        ),
        pytest.param(
            Metric(name=DURATION, minimum=500), 0, "Halt checkout.shop advancement request duration 0s < 500ms"
        ),
        pytest.param(
            Metric(name=DURATION, maximum=60_000), 61_000, "Halt checkout.shop advancement request duration 1m1s > 1m0s"
        ),
        pytest.param(Metric(name=QUEUE, maximum=10), 12, "Halt checkout.shop advancement queue-length 12.00 > 10"),
        pytest.param(
            Metric(name=QUEUE),
            None,
            "Halt advancement no values found for custom metric: queue-length: no values found",
        ),
        pytest.param(
            Metric(name=DURATION),
            None,
            "Halt advancement no values found for istio metric request-duration probably checkout.shop"
            " is not receiving traffic",
        ),
    ],
)
def test_a_bad_value_is_told_in_flaggers_words(metric, value, text):
    complaint = complain(MANIFEST, metric, value)

    assert complaint
    assert (complaint.text, complaint.warning) == (text, True)


@pytest.mark.parametrize("value", [99, 100])
def test_thresholds_are_inclusive(value):
    assert complain(MANIFEST, Metric(name=RATE, minimum=99, maximum=100), value) is None


def test_built_in_metrics_are_checked_first_and_the_first_failure_ends_the_checks():
    metrics = (Metric(name=QUEUE, maximum=10), Metric(name=RATE, minimum=99))
    practice = Practice(canary(metrics=metrics)).initialized()
    practice.deployed().tick()
    practice.canary.values.update({QUEUE: 50, RATE: 1})

    assert practice.tick() == ["Halt checkout.shop advancement success rate 1.00% < 99%"]
