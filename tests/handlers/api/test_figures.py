"""Figures and summaries over HTTP: what they say, and what is no period."""

from functools import partial

import pytest

from bot.domain.decision import Surface, Verdict
from bot.domain.errors import Refusal
from bot.domain.run import Signal
from tests.support.deciding import decide_on_gate
from tests.support.desk import ANN, BOB, CHECKOUT, EVE


async def promoted(desk):
    """One release that Ann and Bob approve, after Eve could not."""
    gate = (await desk.asks()).gates[0]
    approve = partial(decide_on_gate, desk.people.decide, gate.id, verdict=Verdict.APPROVE, surface=Surface.SLACK)
    with pytest.raises(Refusal):
        await approve(by=EVE)
    for by in (ANN, BOB):
        desk.clock.pass_(minutes=2)
        await approve(by=by)
    await desk.asks_again()
    await desk.ended(Signal.COMPLETED)
    desk.clock.pass_(minutes=1)


async def test_insights_tell_of_the_time_until_now_and_of_the_time_before(api, desk):
    await promoted(desk)

    found = (await api.get("/insights?period=1d")).json

    assert found["outcomes"]["promoted"] == 1
    assert found["before"]["outcomes"]["promoted"] == 0
    assert found["decisions"] == {"slack": 2}
    assert (found["refused"], found["unasked"]) == (1, 0)
    assert found["waiting"]["all"] == {"count": 1, "median": None, "p90": None}
    assert found["period"]["end"] == found["days"][-1]["day"] + "T02:05:00.000Z"


async def test_a_summary_tells_the_same_in_words(api, desk):
    await promoted(desk)
    await desk.asks(checksum="b2")

    found = (await api.get("/summary")).json

    assert found["lead"] == ["1 promoted."]
    titles = [section["title"] for section in found["sections"]]
    assert titles == ["Needs somebody now", "prod-eu", "Figures", "Waiting for people", "Refused attempts"]
    assert "checkout#1 · revision a1 · promoted" in found["sections"][1]["lines"][0]
    assert found["head"] == str(await desk.storage.reader.head())
    assert all(line in found["text"] for section in found["sections"] for line in section["lines"])


async def test_a_week_is_what_is_meant_where_nothing_is_said(api):
    found = (await api.get("/insights")).json

    assert len(found["days"]) == 8


@pytest.mark.parametrize("path", ["/summary", "/insights"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        pytest.param("period=", "period", id="empty"),
        pytest.param("period=soon", "period", id="a word"),
        pytest.param("period=7", "period", id="without a unit"),
        pytest.param("period=0d", "period", id="nothing"),
        pytest.param("period=-7d", "period", id="backwards"),
        pytest.param("period=7D", "period", id="a capital letter"),
        pytest.param("period=367d", "period", id="too long"),
        pytest.param("period=99999w", "period", id="much too long"),
        pytest.param("period=1m", "period", id="months or minutes"),
        pytest.param("period=7d&period=7d", "period", id="twice"),
        pytest.param("since=7d", "since", id="another word"),
    ],
)
async def test_what_is_no_period_is_refused(api, path, query, field):
    answer = await api.get(f"{path}?{query}")

    assert (answer.status, answer.json["field"]) == (422, field)


async def test_nobody_reads_figures_without_a_token(api):
    assert (await api.get("/insights", by=None)).status == 401


async def test_names_come_with_their_place_in_each_cluster(api, desk):
    await promoted(desk)

    found = (await api.get("/insights")).json

    assert list(found["waiting"]["by_team"]) == [CHECKOUT.namespace]
