import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.cards.drawing import draw
from bot.domain.decision import Mark, Principal
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from tests.handlers.console.world import (
    ANN,
    BOB,
    FAILED_CHECK,
    NIGHT,
    approved_by,
    checkout,
    ended,
    gate,
    running_console,
    somebody,
)
from tests.support.metrics import faults_in

EVIL = "<script>alert(1)</script>\u202e\n<img src=x onerror=alert(2)>\x07"


def section(page: str, name: str) -> str:
    """What stands in one list of the page, as HTML."""
    return page.partition(f'id="{name}">')[2].partition("</section>")[0]


async def test_what_waits_what_happens_and_what_happened_stand_apart(world, ann):
    await world.add(ended(checkout(number=141), ReleaseState.PROMOTED))
    await world.add(checkout(number=31, name="storefront"))
    await world.add(checkout(gate()))

    page = await ann.page("/")

    assert "ready for promotion" in section(page, "waits")
    assert "storefront" in section(page, "moves")
    assert "promoted" in section(page, "over")
    assert "<title>(1) Now" in page


async def test_where_there_is_nothing_the_page_says_so(ann):
    page = await ann.page("/")

    for words in ("Nothing waits for anybody.", "Nothing is under way.", "Nothing has ended yet."):
        assert words in page


async def test_only_the_newest_of_what_ended_is_shown(world, ann):
    for number in range(1, 23):
        await world.add(ended(checkout(number=number), ReleaseState.PROMOTED))

    over = section(await ann.page("/"), "over")

    assert over.count("<article") == 20
    assert "shop/checkout#22" in over
    assert "shop/checkout#2<" not in over


async def test_a_card_says_all_there_is_to_know(world, ann):
    release = checkout(gate(approvals=(approved_by(BOB),)))
    await world.add(replace(release, run=replace(release.run, checks=(FAILED_CHECK,), failed_checks=1)))

    waits = re.sub(r"<[^>]+>|\s+", " ", section(await ann.page("/"), "waits"))

    for words in (
        "checkout 1.8.2 · prod-eu · ready for promotion",
        "A yes gives it to everybody.",
        "50 % of the traffic",
        "Failed: success 97.9 % (≥ 99 %)",
        "Not verified",
        "Needs 1 more of @sre. bob approved 24 Nov 01:58 UTC",
        "No answer by 24 Nov 04:00 UTC : rolled back.",
        "Approve 1.8.2",
        "Roll back",
        "app 1.8.1 → 1.8.2",
        "shop/checkout#142 · rule shop-prod",
    ):
        assert words in re.sub(" +", " ", waits)


async def test_times_are_told_to_programs_too(world, ann):
    await world.add(checkout(gate()))

    assert '<time datetime="2026-11-24T04:00:00.000Z">24 Nov 04:00 UTC</time>' in await ann.page("/")


async def test_a_token_that_may_only_read_sees_everything_but_no_way_to_decide(world, stranger):
    release = await world.add(checkout(gate()))
    await stranger.sign_in("reader-secret")

    for path in ("/", f"/releases/{release.id}"):
        page = await stranger.page(path)
        assert "ready for promotion" in page
        assert "/decisions" not in page


async def test_whose_approval_stands_is_offered_to_take_it_back_instead(world, ann):
    waiting = gate(approvals=(approved_by(ANN),))
    await world.add(checkout(waiting))

    page = await ann.page("/")

    assert f"take_back-{waiting.id}" in page
    assert f"approve-{waiting.id}" not in page


async def test_the_page_of_a_release_tells_its_gates_its_time_line_and_its_record(world, ann):
    start = gate(
        Stage.START,
        quorum=1,
        state=GateState.OPEN,
        approvals=(Mark(BOB, NIGHT, "looks good"),),
        told_at=NIGHT,
    )
    release = await world.add(checkout(start, gate()))

    page = await ann.page(f"/releases/{release.id}")

    assert "<h3>Start" in page
    assert "bob@example.com" in page
    assert "“looks good”" in page
    assert "Engine told yes" in page
    assert "Advance checkout.shop canary weight 50" in page
    assert "release.started" in page


async def test_what_people_and_engines_wrote_stays_text_on_one_line(world, ann):
    evil_gate = gate(approvals=(Mark(Principal(f"eve{EVIL}@example.com"), NIGHT, EVIL),), step=EVIL)
    release = checkout(evil_gate, after={EVIL: EVIL}, revision=EVIL, name="checkout")
    release = await world.add(replace(release, run=replace(release.run, text=EVIL, not_ready=EVIL)))
    await ann.decide(evil_gate, "reject", reason=EVIL.replace("\x07", ""))

    for path in ("/", f"/releases/{release.id}", "/audit"):
        page = await ann.page(path)
        assert "&lt;script&gt;" in page
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page
        assert "\x07" not in page


async def test_the_record_is_shown_newest_first_with_its_head_and_how_to_verify_it(world, ann):
    await world.add(checkout(gate()))
    await world.add(checkout(number=31, name="storefront"))

    page = await ann.page("/audit")

    head = await world.storage.reader.head()
    assert f'<code id="head">{head}</code>' in page
    assert f"pointsman audit verify --head {head}" in page
    assert page.index("prod-eu/shop/storefront") < page.index("prod-eu/shop/checkout")


@pytest.mark.parametrize(
    "named", [lambda release: release.id, lambda release: release.label, lambda release: f"prod-eu/{release.label}"]
)
async def test_the_record_of_one_release_is_found_by_its_name_or_its_id(world, ann, named):
    release = await world.add(checkout(gate()))
    await world.add(checkout(number=31, name="storefront"))

    answer = await ann.get("/audit", params={"release": named(release)})

    page = await answer.text()
    assert "prod-eu/shop/checkout" in page
    assert "prod-eu/shop/storefront" not in page


@pytest.mark.parametrize("name", ["shop/nothing#1", "#", "a/b/c/d/e", "\0", "01K9CCCCCCCCCCCCCC99999999", EVIL])
async def test_a_release_that_there_is_not_has_no_record(world, ann, name):
    await world.add(checkout(gate()))

    page = await (await ann.get("/audit", params={"release": name})).text()

    assert "There is no release" in page
    assert "release.started" not in page


async def test_the_record_is_read_page_by_page(world, ann):
    for number in range(1, 61):
        await world.add(checkout(number=number, name=f"w{number}", state=ReleaseState.PROGRESSING))

    first = await ann.page("/audit")
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = await ann.page(older[1].replace("&amp;", "&"))

    assert 'class="seq">60<' in first
    assert 'class="seq">10<' in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize(
    "path", ["/releases/01K9CCCCCCCCCCCCCC99999999", "/releases/%00", "/nothing", "/audit?after=x"]
)
async def test_what_is_not_there_is_said_with_a_way_back(ann, path):
    answer = await ann.get(path, headers={"Accept": "text/html"})

    assert answer.status == 404
    assert "Not here" in await answer.text()


async def test_an_address_for_forms_says_so_to_who_opens_it(ann):
    answer = await ann.get("/gates/01K9CCCCCCCCCCCCCC00000001/decisions", headers={"Accept": "text/html"})

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert "Not this way" in await answer.text()


async def test_programs_and_engines_get_no_pages_for_what_is_not_there(ann):
    got = await ann.get("/api/v1/nothing", headers={"Accept": "text/html"})
    posted = await ann.post("/hooks/x/flagger/rollback", {}, headers={"Accept": "text/html"})

    assert (got.status, posted.status) == (404, 404)
    assert "<html" not in await got.text() + await posted.text()


@pytest.mark.parametrize("path", ["/", "/audit", "/releases/01K9CCCCCCCCCCCCCC00000001", "/live"])
async def test_without_the_database_the_page_says_that_nothing_can_be_shown(sqlite_url, path):
    async with running_console(sqlite_url) as world, somebody(world) as person:
        await person.sign_in("ann-secret")
        await world.database.close()
        file = Path(sqlite_url.partition("///")[2])
        for left in file.parent.glob("pointsman.db*"):
            left.unlink()

        answer = await person.get(path)

        assert answer.status == 503
        assert "The record is away" in await answer.text()


@pytest.mark.parametrize("path", ["/sign-in", "/", "/audit", "/nothing", "/static/console.js"])
async def test_every_answer_lets_the_browser_trust_this_host_alone(ann, path):
    answer = await ann.get(path, headers={"Accept": "text/html"})

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == (
        "public, max-age=31536000, immutable" if "static" in path else "no-store"
    )


async def test_no_page_carries_script_or_style_of_its_own_or_asks_another_host(world, ann):
    release = await world.add(checkout(gate(approvals=(approved_by(BOB),))))

    for path in ("/", f"/releases/{release.id}", "/audit", "/sign-in"):
        page = await ann.page(path)
        assert not re.search(
            r"<script(?![^>]* src=\"/static/)|<style|\sstyle=|\son\w+=|(?:src|href|action)=\"(?:https?:)?//", page
        )


async def test_a_file_has_another_address_when_it_is_another_one(ann):
    page = await ann.page("/")

    addresses = re.findall(r"/static/[a-z]+\.[a-z]+\?v=[0-9a-f]{16}", page)
    assert {Path(address.partition("?")[0]).name for address in addresses} == {
        "console.css",
        "console.js",
        "times.js",
        "icon.svg",
    }
    for address in addresses:
        assert (await ann.get(address)).status == 200


@pytest.mark.parametrize("name", ["nothing.css", "..%2f__init__.py"])
async def test_nothing_else_is_served_as_a_file(ann, name):
    assert (await ann.get(f"/static/{name}")).status == 404


async def test_a_card_that_cannot_be_drawn_is_counted_and_hides_no_other(world, ann, monkeypatch):
    broken = await world.add(checkout(number=13, name="broken"))
    await world.add(checkout(gate()))

    def raising(seen):
        if seen.release.id == broken.id:
            raise RuntimeError("no such stage")
        return draw(seen)

    monkeypatch.setattr("handlers.console.board.draw", raising)

    page = await ann.page("/")

    assert "shop/broken#13 cannot be shown" in page
    assert faults_in(world.metrics)["console"] >= 1
    assert "ready for promotion" in page
