"""Values come from Prometheus or from an exporter's page; whatever they answer instead is a clear no."""

import json

import aiohttp
import pytest
from aiohttp import web

from handlers.prometheus import MetricsUnavailableError, Page, Prometheus, Sample, samples

PAGE = """\
# HELP flagger_canary_metric_analysis last value
# TYPE flagger_canary_metric_analysis gauge
flagger_canary_metric_analysis{metric="errors",name="checkout",namespace="shop"} 0.5
flagger_canary_metric_analysis{metric="none",name="checkout",namespace="shop"} NaN
flagger_canary_metric_analysis{metric="errors",name="search",namespace="shop"} 7
flagger_canary_metric_analysis_other{metric="errors",name="checkout",namespace="shop"} 9
"""


def vector(*items):
    result = [{"metric": labels, "value": [1785000000.1, value]} for labels, value in items]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}})


async def test_a_query_gives_its_samples(answering, session):
    answering.answers.append(vector(({"metric": "a"}, "99.5"), ({"metric": "b"}, "NaN")))

    found = await Prometheus(session=session, url=answering.url).labelled("errors", name='it"s')

    assert found == (Sample(labels={"metric": "a"}, value=99.5),)
    assert answering.asked[0].path == "/api/v1/query"
    assert answering.asked[0].query["query"] == 'errors{name="it\\"s"}'


async def test_a_scalar_is_a_sample_too(answering, session):
    answering.answers.append(json.dumps({"status": "success", "data": {"resultType": "scalar", "result": [1, "3"]}}))

    assert await Prometheus(session=session, url=answering.url).samples("3") == (Sample(labels={}, value=3),)


async def test_a_page_gives_what_has_the_labels(answering, session):
    answering.answers.append(PAGE)
    page = Page(session=session, url=answering.url, monotonic=lambda: 0)

    found = await page.labelled("flagger_canary_metric_analysis", name="checkout")

    assert found == (Sample(labels={"metric": "errors", "name": "checkout", "namespace": "shop"}, value=0.5),)


async def test_a_page_is_read_once_for_all_who_ask_together(answering, session):
    answering.answers.append(PAGE)
    clock = iter([0, 1, 4.9, 5, 5])
    page = Page(session=session, url=answering.url, monotonic=lambda: next(clock))

    for _ in range(3):
        await page.labelled("flagger_canary_metric_analysis")
    read = len(answering.asked)
    await page.labelled("flagger_canary_metric_analysis")

    assert (read, len(answering.asked)) == (1, 2)


ODD = [
    pytest.param(lambda _: web.Response(status=500), "answered 500", id="a fault"),
    pytest.param(lambda _: web.Response(status=401), "answered 401", id="a refusal"),
    pytest.param("<html>log in</html>", "not", id="a page of another kind"),
    pytest.param("[]", "not", id="another form"),
    pytest.param(json.dumps({"data": {"resultType": "matrix", "result": [{"metric": {}}]}}), "not", id="another type"),
    pytest.param(vector(({}, "many")), "not", id="a value that is none"),
]


@pytest.mark.parametrize(("answer", "says"), ODD)
async def test_what_prometheus_does_not_say_is_not_made_up(answering, session, answer, says):
    answering.answers.append(answer)

    with pytest.raises(MetricsUnavailableError, match=says):
        await Prometheus(session=session, url=answering.url).samples("errors")


async def test_a_page_that_is_none_has_no_values(answering, session):
    answering.answers.append('errors{metric="a} x\n')

    with pytest.raises(MetricsUnavailableError, match="not in Prometheus"):
        await Page(session=session, url=answering.url, monotonic=lambda: 0).labelled("errors")


async def test_who_does_not_answer_is_not_waited_for(answering, session, monkeypatch):
    monkeypatch.setattr(samples, "PATIENCE", aiohttp.ClientTimeout(total=0.01))

    with pytest.raises(MetricsUnavailableError, match=r"0\.01 s"):
        await Prometheus(session=session, url=answering.url).samples("errors")


async def test_who_is_not_there_is_said_without_an_address(session):
    with pytest.raises(MetricsUnavailableError) as failed:
        await Prometheus(session=session, url="http://127.0.0.1:1").samples("errors")

    assert "127" not in str(failed.value)


async def test_an_answer_without_end_is_given_up(answering, session, monkeypatch):
    monkeypatch.setattr(samples, "LARGEST", 100)
    answering.answers.append("x" * 101)

    with pytest.raises(MetricsUnavailableError, match="larger"):
        await Prometheus(session=session, url=answering.url).samples("errors")
