from datetime import timedelta

import pytest
from yarl import URL

from bot.domain.decision import Surface
from tests.handlers.console.world import running_console, somebody


async def test_a_person_with_a_token_gets_a_page_that_goes_on_and_a_cookie_that_no_script_reads(stranger):
    answer = await stranger.sign_in("ann-secret")

    assert answer.status == 200
    assert 'http-equiv="refresh" content="0; url=/"' in await answer.text()
    cookie = answer.cookies["pointsman_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == "43200"
    assert not cookie["secure"]
    assert (await stranger.get("/")).status == 200


async def test_behind_https_the_cookie_is_sent_over_nothing_else(sqlite_url):
    async with running_console(sqlite_url, public_url="https://pointsman.example") as world, somebody(world) as person:
        answer = await person.sign_in("ann-secret")

    assert answer.cookies["pointsman_session"]["secure"]


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("wrong", id="unknown"),
        pytest.param("", id="empty"),
        pytest.param("ci-secret", id="of a program: nobody stands behind it"),
    ],
)
async def test_any_other_token_is_refused_without_a_reason_and_counted(world, stranger, secret):
    answer = await stranger.sign_in(secret)

    assert answer.status == 401
    assert "That did not work." in await answer.text()
    assert "pointsman_session" not in answer.cookies
    await world.refusals.write(world.now, all_of_them=True)
    entry = (await world.storage.reader.audit()).items[0]
    assert (entry["action"], entry["surface"]) == ("sign_in.refused", Surface.CONSOLE)
    assert entry["details"]["source"] == "127.0.0.1"
    assert secret == "" or secret not in str(entry)


async def test_a_foreign_page_cannot_sign_anybody_in(stranger):
    answer = await stranger.post("/sign-in", {"token": "ann-secret"}, headers={"Origin": "https://evil.example"})

    assert answer.status == 403
    assert not answer.cookies


async def test_who_signs_out_is_out(ann):
    answer = await ann.post("/sign-out", {"csrf": ann.csrf})

    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert (await ann.get("/")).status == 303


async def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(world, ann):
    async with somebody(world) as thief:
        thief.session.cookie_jar.update_cookies(ann.session.cookie_jar.filter_cookies(URL(world.url)))
        assert (await thief.get("/")).status == 200
        await ann.post("/sign-out", {"csrf": ann.csrf})

        assert (await thief.get("/")).status == 303


async def test_nobody_is_signed_out_by_a_form_without_the_csrf_token(ann):
    assert (await ann.post("/sign-out", {"csrf": "guessed"})).status == 403

    assert (await ann.get("/")).status == 200


async def test_a_session_ends_after_twelve_hours(world, ann):
    world.now += timedelta(hours=12)

    assert (await ann.get("/")).status == 303


@pytest.mark.parametrize("path", ["/", "/releases/01K9CCCCCCCCCCCCCC00000001", "/audit", "/live"])
async def test_who_reads_without_having_signed_in_is_sent_to_do_so(stranger, path):
    answer = await stranger.get(path)

    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")


async def test_a_link_to_a_release_leads_there_after_signing_in(stranger):
    await stranger.get("/releases/01K9CCCCCCCCCCCCCC00000001")

    answer = await stranger.sign_in("ann-secret")

    assert 'content="0; url=/releases/01K9CCCCCCCCCCCCCC00000001"' in await answer.text()


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/releases/../sign-out", "/x"])
async def test_a_link_leads_to_no_other_place(stranger, address):
    answer = await stranger.post(
        "/sign-in", {"token": "ann-secret"}, headers={"Cookie": f'pointsman_onward="{address}"'}
    )

    assert 'content="0; url=/"' in await answer.text()


@pytest.mark.parametrize("path", ["/sign-out", "/gates/1/decisions", "/releases/1/decisions"])
async def test_who_posts_without_having_signed_in_is_not_sent_anywhere(stranger, path):
    answer = await stranger.post(path, {"csrf": "", "decision": "approve"})

    assert answer.status == 401
    assert "Nothing was done." in await answer.text()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"{}", "application/json", id="no form"),
        pytest.param(b"token=%FF", "application/x-www-form-urlencoded", id="not UTF-8"),
        pytest.param(b"token=a%00b", "application/x-www-form-urlencoded", id="a NUL"),
        pytest.param(b"token=%ED%A0%80", "application/x-www-form-urlencoded", id="half a character"),
        pytest.param(b"token=ann-secret&token=x", "application/x-www-form-urlencoded", id="a field twice"),
        pytest.param(
            b"&".join([b"a%d=" % n for n in range(30)]), "application/x-www-form-urlencoded", id="many fields"
        ),
    ],
)
async def test_a_form_that_cannot_be_read_is_not_guessed_at(world, stranger, body, kind):
    answer = await stranger.session.post(world.url + "/sign-in", data=body, headers={"Content-Type": kind})

    assert answer.status == 400
