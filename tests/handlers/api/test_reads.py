"""Releases and the record, read."""

from dataclasses import replace

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.run import Signal
from tests.handlers.api.calling import application, served
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.desk import ANN, BOB, CART, CHECKOUT, LEDGER, open_desk

AMERICA = replace(CHECKOUT, cluster="prod-us")
NEVER = f"{0:026d}"


async def decide(desk, verdict, by=ANN, reason=""):
    gate = (await desk.release()).gates[-1]
    return await decide_on_gate(
        desk.people.decide, gate.id, verdict=verdict, by=by, surface=Surface.SLACK, reason=reason
    )


async def test_a_release_is_told_with_its_gates(desk, api):
    release = await desk.asks()
    await decide(desk, Verdict.APPROVE)

    answer = await api.get(f"/releases/{release.id}")

    assert answer.status == 200
    assert answer.json == {
        "id": release.id,
        "label": "shop/checkout#1",
        "workload": {"cluster": "prod-eu", "kind": "Canary", "namespace": "shop", "name": "checkout"},
        "engine": "flagger",
        "strategy": None,
        "state": "progressing",
        "cause": None,
        "from": {},
        "to": {},
        "started_at": "2026-11-24T02:00:00.000Z",
        "ended_at": None,
        "paused": None,
        "gates": [
            {
                "id": release.gates[0].id,
                "stage": "promotion",
                "step": "",
                "state": "closed",
                "quorum": 2,
                "approvals": [{"by": "ann@example.com", "at": "2026-11-24T02:00:00.000Z"}],
                "expires_at": "2026-11-24T04:00:00.000Z",
                "overdue": False,
                "why": "waits for 1 of 2 approvals",
            }
        ],
    }


async def test_an_ended_release_tells_when_and_who_brought_the_old_version_back(desk, api):
    release = await desk.asks()
    await decide(desk, Verdict.REJECT, reason="orders are wrong")
    await desk.asks_back()
    desk.clock.pass_(seconds=1.5)
    await desk.ended(Signal.FAILED)

    told = (await api.get(f"/releases/{release.id}")).json

    assert (told["state"], told["cause"], told["ended_at"]) == ("rolled_back", "person", "2026-11-24T02:00:01.500Z")
    assert told["gates"][0]["why"] == "refused by ann at 24 Nov 02:00:00 UTC: orders are wrong"


async def test_a_paused_release_tells_by_whom_and_since_when(desk, api):
    release = await desk.asks()
    await decide_on_release(desk.people.decide, release.id, verb=Verb.PAUSE, by=BOB, surface=Surface.SLACK)

    told = (await api.get(f"/releases/{release.id}")).json

    assert told["paused"] == {"by": "bob@example.com", "at": "2026-11-24T02:00:00.000Z"}
    assert told["gates"][0]["why"] == "paused by bob"


async def test_the_quorum_of_several_needs_is_their_sum(desk, api):
    release = await desk.asks(LEDGER)

    gate = (await api.get(f"/releases/{release.id}")).json["gates"][0]

    assert (gate["quorum"], gate["why"]) == (2, "waits for 2 of 2 approvals")


async def test_the_cluster_stands_before_the_label_where_there_are_several(sqlite_url):
    async with open_desk(sqlite_url, several_clusters=True) as desk, served(application(desk)) as api:
        await desk.asks()

        assert (await api.get("/releases")).json["items"][0]["label"] == "prod-eu/shop/checkout#1"


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        pytest.param([], "waits for 2 of 2 approvals", id="nobody approved"),
        pytest.param([(Verdict.APPROVE, ANN)], "waits for 1 of 2 approvals", id="one approved"),
        pytest.param(
            [(Verdict.APPROVE, ANN), (Verdict.APPROVE, BOB)],
            "approved by ann and bob; the engine is told when it asks next",
            id="enough",
        ),
        pytest.param([(Verdict.REJECT, BOB)], "refused by bob at 24 Nov 02:00:00 UTC: because", id="refused"),
    ],
)
async def test_a_gate_says_in_one_line_why_it_stands_as_it_does(desk, api, prepare, why):
    release = await desk.asks()
    for verdict, by in prepare:
        await decide(desk, verdict, by, reason="because")

    assert (await api.get(f"/releases/{release.id}")).json["gates"][0]["why"] == why


async def test_a_gate_that_was_told_says_when(desk, api):
    release = await desk.asks()
    await decide(desk, Verdict.APPROVE, ANN)
    await decide(desk, Verdict.APPROVE, BOB)
    desk.clock.pass_(seconds=7)
    await desk.asks_again()

    gate = (await api.get(f"/releases/{release.id}")).json["gates"][0]

    assert (gate["state"], gate["why"]) == (
        "open",
        "approved by ann and bob; the engine was told at 24 Nov 02:00:07 UTC",
    )


async def test_a_gate_that_nobody_may_approve_says_so(sqlite_url):
    async with open_desk(sqlite_url, policies=()) as desk, served(application(desk)) as api:
        await desk.asks()

        gate = (await api.get("/releases")).json["items"][0]["gates"][0]

    assert gate["why"] == "no policy names anybody who may approve"


async def test_a_gate_whose_deadline_passed_is_overdue(desk, api):
    release = await desk.asks()
    desk.clock.pass_(hours=2)
    await desk.asks_again()

    gate = (await api.get(f"/releases/{release.id}")).json["gates"][0]

    assert gate["overdue"]
    assert gate["why"] == "waits for 2 of 2 approvals, overdue"


async def test_releases_are_listed_newest_first(desk, api):
    await desk.started()
    await desk.ended()
    await desk.started(checksum="b2")
    await desk.started(CART)

    listed = (await api.get("/releases")).json

    assert [item["label"] for item in listed["items"]] == ["shop/cart#1", "shop/checkout#2", "shop/checkout#1"]
    assert listed["next"] is None


async def test_a_list_goes_on_where_the_page_before_ended(desk, api):
    for checksum in "abc":
        await desk.started(checksum=checksum)
        await desk.ended()

    first = (await api.get("/releases?limit=2")).json
    second = (await api.get(f"/releases?limit=2&after={first['next']}")).json

    assert [item["label"] for item in first["items"] + second["items"]] == [
        "shop/checkout#3",
        "shop/checkout#2",
        "shop/checkout#1",
    ]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("cluster=prod-us", ["shop/checkout#1"]),
        ("namespace=payments", ["payments/ledger#1"]),
        ("name=checkout", ["shop/checkout#1", "shop/checkout#1"]),
        ("name=checkout&cluster=prod-eu", ["shop/checkout#1"]),
        ("state=promoted", ["shop/checkout#1"]),
        ("state=waiting", []),
        ("name=check*", []),
        ("name=&state=&cluster=&namespace=payments", ["payments/ledger#1"]),
    ],
)
async def test_releases_are_filtered(desk, api, query, labels):
    await desk.started()
    await desk.started(LEDGER)
    await desk.started(AMERICA)
    await desk.ended(workload=AMERICA)

    assert [item["label"] for item in (await api.get(f"/releases?{query}")).json["items"]] == labels


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/releases?limit=0", "limit"),
        ("/releases?limit=201", "limit"),
        ("/releases?limit=-1", "limit"),
        ("/releases?limit=ten", "limit"),
        ("/releases?limit=1.0", "limit"),
        ("/releases?limit=", "limit"),
        ("/releases?limit=%D9%A1", "limit"),
        ("/releases?limit=1&limit=2", "limit"),
        ("/releases?after=", "after"),
        ("/releases?after=x", "after"),
        ("/releases?after=%00", "after"),
        ("/releases?after=1%27--", "after"),
        ("/releases?state=happy", "state"),
        ("/releases?name=%00", "name"),
        ("/releases?name=" + "x" * 254, "name"),
        ("/releases?namspace=shop", "namspace"),
        ("/audit?limit=0", "limit"),
        ("/audit?after=x", "after"),
        ("/audit?after=" + "9" * 20, "after"),
        ("/audit?release=%0A", "release"),
        ("/audit?name=shop", "name"),
    ],
)
async def test_a_query_that_is_not_of_form_is_told_by_its_field(api, path, field):
    answer = await api.get(path)

    assert (answer.status, answer.json["field"]) == (422, field)


@pytest.mark.parametrize("limit", [1, 200])
async def test_a_limit_goes_from_one_to_two_hundred(api, limit):
    assert (await api.get(f"/releases?limit={limit}")).status == 200
    assert (await api.get(f"/audit?limit={limit}")).status == 200


@pytest.mark.parametrize("id_", [NEVER, "nosuch", "%00", "%F0%9F%9A%82", "..%2Fx", "x" * 200, "'"])
async def test_a_release_that_is_not_known_is_not_found(api, id_):
    assert (await api.get(f"/releases/{id_}")).status == 404


async def test_one_release_has_no_parameters(desk, api):
    release = await desk.started()

    assert (await api.get(f"/releases/{release.id}?after=1")).json["field"] == "after"


async def test_the_record_is_read_newest_first_and_whole(desk, api):
    release = await desk.asks()
    await decide(desk, Verdict.APPROVE, reason="looks good")

    listed = (await api.get(f"/audit?release={release.id}")).json

    assert [item["action"] for item in listed["items"]] == ["decision.taken", "gate.reached", "release.started"]
    taken = listed["items"][0]
    assert (taken["actor"], taken["decision"], taken["reason"]) == ("ann@example.com", "approve", "looks good")
    assert taken["details"]["policy"] == "shop-prod"
    assert taken["previous"] == listed["items"][1]["hash"]


async def test_the_record_of_a_release_is_its_own_alone(desk, api):
    release = await desk.started()
    await desk.started(CART)

    items = (await api.get(f"/audit?release={release.id}")).json["items"]

    assert {item["release"] for item in items} == {release.id}
    assert (await api.get(f"/audit?release={NEVER}")).json == {"items": [], "next": None}


async def test_the_record_is_paged(desk, api):
    await desk.asks()

    first = (await api.get("/audit?limit=1")).json
    second = (await api.get(f"/audit?limit=1&after={first['next']}")).json

    assert [item["seq"] for item in first["items"] + second["items"]] == [2, 1]
    assert second["next"] is None


async def test_a_token_that_only_reads_may_read(desk, api):
    release = await desk.started()

    for path in ("/releases", f"/releases/{release.id}", "/audit"):
        assert (await api.get(path, by="reader")).status == 200


async def test_head_is_answered_as_get_without_a_body(api):
    answer = await api.call("HEAD", "/releases")

    assert (answer.status, answer.text) == (200, "")


async def test_no_answer_is_kept_by_caches(api):
    assert (await api.get("/releases")).headers["Cache-Control"] == "no-store"
