"""The card tells each metric as Flagger measured it, in the unit of its limits, and says what may be old."""

from dataclasses import dataclass, field

import pytest

from bot.domain.card import Mark
from handlers.flagger.evidence import metric_lines
from handlers.flagger.measuring import MOST_REMEMBERED, Measured, Readings, Subject
from handlers.flagger.metrics import Metric, metrics_of, templates_of
from handlers.prometheus import MetricsUnavailableError, Sample

SUCCESS = Metric(name="request-success-rate", unit="%", low=99)
SLOWEST = Metric(name="request-duration", unit="ms", high=400)
ERRORS = Metric(name="errors", high=1, query="errors_total")
OTHER = Metric(name="other", high=1)


def canary(*metrics, provider="istio"):
    return {
        "metadata": {"namespace": "shop", "name": "checkout"},
        "spec": {
            "provider": provider,
            "targetRef": {"kind": "Deployment", "name": "checkout-app"},
            "analysis": {"metrics": list(metrics)},
        },
    }


def template(query, provider="prometheus"):
    return {("shop", "errors"): {"spec": {"provider": {"type": provider}, "query": query}}}


def test_flaggers_own_metrics_come_first_as_it_checks_them():
    metrics = metrics_of(
        canary({"name": "errors", "templateRef": {"name": "errors"}}, {"name": "request-duration"}), templates={}
    )

    assert [metric.name for metric in metrics] == ["request-duration", "errors"]


@pytest.mark.parametrize(
    ("entry", "low", "high"),
    [
        pytest.param({"thresholdRange": {"min": 99}}, 99, None, id="a least"),
        pytest.param({"thresholdRange": {"min": 0, "max": 1.5}}, 0, 1.5, id="both, and nothing is a limit too"),
        pytest.param({"threshold": 99}, 99, None, id="of the old form"),
        pytest.param({"threshold": 0}, None, None, id="of the old form, not said"),
        pytest.param({"thresholdRange": {"min": "99"}}, None, None, id="text is no number"),
        pytest.param({}, None, None, id="none"),
    ],
)
def test_limits_are_those_of_the_manifest(entry, low, high):
    (metric,) = metrics_of(canary({"name": "request-success-rate", **entry}), templates={})

    assert (metric.low, metric.high) == (low, high)


def test_the_old_form_limits_a_duration_from_above():
    (metric,) = metrics_of(canary({"name": "request-duration", "threshold": 500}), templates={})

    assert (metric.low, metric.high, metric.unit) == (None, 500, "ms")


@pytest.mark.parametrize(
    ("provider", "queries"),
    [
        pytest.param("kubernetes", ["http_request_duration_seconds_count", "1000 * histogram"], id="kubernetes"),
        pytest.param("gatewayapi:v1", ["http_request_duration_seconds_count", "1000 * histogram"], id="gateway API"),
        pytest.param("istio", ["istio_requests_total", "histogram_quantile(0.99"], id="istio"),
        pytest.param("nginx", ["None", "None"], id="one whose queries are not known"),
        pytest.param("", ["None", "None"], id="the one of the controller"),
    ],
)
def test_own_queries_are_those_of_the_provider(provider, queries):
    metrics = metrics_of(
        canary({"name": "request-success-rate"}, {"name": "request-duration", "interval": "2m"}, provider=provider), {}
    )

    assert [part in str(metric.query) for part, metric in zip(queries, metrics, strict=True)] == [True, True]
    assert all("checkout-app" in metric.query for metric in metrics if metric.query)
    assert "[2m]" in str(metrics[1].query) or metrics[1].query is None


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param(
            'sum(rate(errors{ns="{{ namespace }}",app=~"{{target}}",zone="{{ variables.zone }}"}[{{ interval }}]))',
            'sum(rate(errors{ns="shop",app=~"checkout-app",zone="eu"}[1m]))',
            id="values",
        ),
        pytest.param("{{ if true }}x{{ end }}", None, id="more than values"),
        pytest.param("{{ variables.unknown }}", None, id="a variable that is not given"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_template_is_asked_with_its_values(query, told):
    entry = {"name": "errors", "templateRef": {"name": "errors"}, "templateVariables": {"zone": "eu"}}

    (metric,) = metrics_of(canary(entry), template(query))

    assert metric.query == told


def test_a_template_of_another_provider_is_not_asked_here():
    entry = {"name": "errors", "templateRef": {"name": "errors"}}

    assert metrics_of(canary(entry), template("avg:errors{}", "datadog"))[0].query is None


def test_templates_are_named_with_their_namespace():
    entries = canary(
        {"name": "a", "templateRef": {"name": "errors"}},
        {"name": "b", "templateRef": {"name": "errors", "namespace": "flagger"}},
        {"name": "c"},
    )

    assert list(templates_of(entries)) == [("shop", "errors"), ("flagger", "errors")]


@pytest.mark.parametrize("odd", [{}, {"spec": None}, {"spec": {"analysis": {"metrics": [None, 3, {}, {"name": 1}]}}}])
def test_what_has_no_form_has_no_metrics(odd):
    assert metrics_of(odd, {}) == ()
    assert list(templates_of(odd)) == []


@dataclass
class Told:
    """What Flagger's gauge tells; None: nobody answers."""

    values: dict[str, float] | None
    asked: int = 0

    async def labelled(self, name, /, **labels):
        self.asked += 1
        if self.values is None:
            raise MetricsUnavailableError("away")
        assert (name, labels) == ("flagger_canary_metric_analysis", {"namespace": "shop", "name": "checkout-app"})
        return tuple(Sample(labels={"metric": metric}, value=value) for metric, value in self.values.items())


@dataclass
class Asked:
    values: dict[str, tuple[float, ...]] = field(default_factory=dict)

    async def samples(self, query):
        if query not in self.values:
            raise MetricsUnavailableError("away")
        return tuple(Sample(labels={}, value=value) for value in self.values[query])


class Clock:
    """Five seconds go by at each look."""

    now = 0.0

    def __call__(self):
        self.now += 5
        return self.now


def of(run):
    return Subject(namespace="shop", target="checkout-app", run=run)


def readings(*sources, prometheus=None, clock=None):
    return Readings(sources=sources, prometheus=prometheus, monotonic=clock or Clock())


def told(measured):
    return [(one.value, one.fresh) for one in measured]


async def test_a_value_that_moved_is_of_this_run():
    gauge = Told({"errors": 0.5})
    reading = readings(gauge)
    before = await reading.read(of("1"), (ERRORS,))
    gauge.values = {"errors": 0.6}

    assert told(before) == [(0.5, False)]
    assert told(await reading.read(of("1"), (ERRORS,))) == [(0.6, True)]


async def test_the_value_of_the_run_before_is_old_in_the_next():
    gauge = Told({"errors": 0.5})
    reading = readings(gauge)
    for value in (0.5, 0.6):
        gauge.values = {"errors": value}
        await reading.read(of("1"), (ERRORS,))

    assert told(await reading.read(of("2"), (ERRORS,))) == [(0.6, False)]


async def test_one_that_moved_tells_of_those_that_are_checked_before_it_alone():
    gauge = Told({"request-success-rate": 100, "errors": 0.5, "other": 0})
    reading = readings(gauge)
    await reading.read(of("1"), (SUCCESS, ERRORS, OTHER))
    gauge.values = {"request-success-rate": 100, "errors": 0.6, "other": 0}

    assert told(await reading.read(of("1"), (SUCCESS, ERRORS, OTHER))) == [(100, True), (0.6, True), (0, False)]


async def test_a_gauge_that_was_away_at_first_does_not_make_old_values_new():
    gauge = Told(None)
    reading = readings(gauge)
    assert told(await reading.read(of("1"), (ERRORS,))) == [(None, False)]
    gauge.values = {"errors": 0.5}

    assert told(await reading.read(of("1"), (ERRORS,))) == [(0.5, False)]


async def test_durations_are_told_in_the_unit_of_their_limit():
    assert told(await readings(Told({"request-duration": 0.25})).read(of("1"), (SLOWEST,))) == [(250, False)]


async def test_the_second_source_is_asked_where_the_first_does_not_answer():
    assert told(await readings(Told(None), Told({}), Told({"errors": 1})).read(of("1"), (ERRORS,))) == [(1, False)]


async def test_what_may_be_old_is_asked_anew_where_that_is_known_how():
    asked = Asked({"errors_total": (5, 0.7)})

    assert told(await readings(Told({"errors": 9}), prometheus=asked).read(of("1"), (ERRORS, OTHER))) == [
        (0.7, True),
        (None, False),
    ]


async def test_where_nobody_answers_nothing_is_known():
    assert told(await readings(Told(None), prometheus=Asked()).read(of("1"), (ERRORS,))) == [(None, False)]


async def test_many_looks_together_ask_once():
    gauge = Told({"errors": 0.5})
    reading = readings(gauge, clock=lambda: 1.0)

    for _ in range(3):
        assert told(await reading.read(of("1"), (ERRORS,))) == [(0.5, False)]
    assert gauge.asked == 1


async def test_no_more_is_remembered_than_has_room(monkeypatch):
    monkeypatch.setattr("handlers.flagger.measuring.MOST_REMEMBERED", 3)
    assert MOST_REMEMBERED > 10_000
    reading = readings(Told(None))

    for place in range(9):
        await reading.read(Subject(namespace="shop", target=f"app-{place}", run="1"), (ERRORS,))

    assert len(reading._memories) == 3


@pytest.mark.parametrize(
    ("metric", "value", "fresh", "mark", "line"),
    [
        pytest.param(SUCCESS, 99.71, True, Mark.GOOD, "success 99.7 % (≥ 99)", id="within"),
        pytest.param(SUCCESS, 98.996, True, Mark.BAD, "success 98.996 % (≥ 99)", id="just below"),
        pytest.param(SLOWEST, 212.4, True, Mark.GOOD, "p99 212 ms (≤ 400)", id="within from above"),
        pytest.param(SLOWEST, 400.2, True, Mark.BAD, "p99 400.2 ms (≤ 400)", id="just above"),
        pytest.param(ERRORS, 0.0, True, Mark.GOOD, "errors 0 (≤ 1)", id="nothing"),
        pytest.param(SUCCESS, 100.0, True, Mark.GOOD, "success 100 % (≥ 99)", id="a hundred"),
        pytest.param(Metric(name="free"), 3.0, True, Mark.GOOD, "free 3", id="without limits"),
        pytest.param(
            SUCCESS, 90.0, False, Mark.PLAIN, "success 90 % (≥ 99), perhaps of an earlier run", id="perhaps old"
        ),
        pytest.param(SUCCESS, None, False, Mark.PLAIN, "success not known (≥ 99)", id="not known"),
        pytest.param(Metric(name="both", low=1, high=2), 1.5, True, Mark.GOOD, "both 1.5 (≥ 1, ≤ 2)", id="two limits"),
        pytest.param(ERRORS, 1e300, True, Mark.BAD, "errors 1e+300 (≤ 1)", id="beyond all measure"),
        pytest.param(ERRORS, float("inf"), True, Mark.BAD, "errors inf (≤ 1)", id="without end"),
    ],
)
def test_a_metric_is_one_line(metric, value, fresh, mark, line):
    (evidence,) = metric_lines((Measured(metric=metric, value=value, fresh=fresh),))

    assert (evidence.mark, evidence.line) == (mark, (line,))
