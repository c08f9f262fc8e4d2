"""Doctor finds what people get wrong about Google Chat, each by a planted fault."""

from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.finding import Grade
from handlers.google_chat import Connection, Dialect, doctor, new_session
from tests.support.desk import TWO_O_CLOCK
from tests.support.google_chat import SPACE
from tests.support.google_chat_office import settings
from tests.support.seconds import Seconds

WELL = {SPACE}


@pytest.fixture
async def examined(chat, google, topic, own):
    """Look at settings; a test names only what it is about."""

    async def look(*, routed=WELL, apart=timedelta(), dialect=Dialect.ADD_ON, **more):
        google.date = TWO_O_CLOCK
        async with new_session() as session:
            known = settings(chat, google, dialect, **({"endpoint": own} | more))
            connection = Connection(known, session, now=lambda: TWO_O_CLOCK + apart, monotonic=Seconds())
            return [(found.grade, found.says, found.mend) async for found in doctor.examine(connection, routed=routed)]

    return look


@asynccontextmanager
async def answering(status):
    async def answer(_request):
        return web.Response(status=status)

    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", answer)])
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
async def own(monkeypatch):
    """Our own address, which answers as the bot does; loopback stands for https here."""
    monkeypatch.setattr(doctor, "HTTPS", "http://")
    async with answering(HTTPStatus.METHOD_NOT_ALLOWED) as url:
        yield f"{url}/google-chat/events"


@pytest.fixture
async def topic(monkeypatch):
    """A subscription; what may be done with it."""
    may = {"permissions": [doctor.CONSUME]}

    async def answer(_request):
        return web.json_response(may)

    app = web.Application()
    app.add_routes([web.post("/v1/{name:.+}", answer)])
    async with TestServer(app) as server:
        monkeypatch.setattr(doctor, "PUBSUB_URL", f"http://127.0.0.1:{server.port}")
        yield may


def bad(found):
    return [(grade, says) for grade, says, _ in found if grade is not Grade.GOOD]


async def test_where_all_is_well_nothing_is_found_wrong(examined):
    found = await examined()

    assert bad(found) == []
    said = " ".join(says for _, says, _ in found)
    for part in ("access token", "C0OURS count", "a Workspace add-on", "certificates", "clock", f"is in {SPACE}"):
        assert part in said


PLANTS = {
    "": lambda _chat, _google: None,
    "key": lambda chat, _google: chat.faults["token"].append(400),
    "space": lambda chat, _google: chat.spaces.pop(SPACE),
    "forbidden": lambda chat, _google: chat.faults["get"].append(403),
    "chat away": lambda chat, _google: chat.faults["get"].append(503),
    "google away": lambda _chat, google: setattr(google, "away", True),
}

FAULTS = [
    pytest.param("key", {}, Grade.BROKEN, "Google gave no access token: 400 invalid_grant", id="a key that is no more"),
    pytest.param("space", {}, Grade.BROKEN, f"The app is not in {SPACE}", id="a space without the app"),
    pytest.param("forbidden", {}, Grade.BROKEN, f"The app is not in {SPACE}", id="a space that is shut to it"),
    pytest.param("chat away", {}, Grade.UNKNOWN, "could not be asked", id="Chat away"),
    pytest.param("google away", {}, Grade.BROKEN, "certificates cannot be fetched", id="no way to the certificates"),
    pytest.param("", {"apart": timedelta(seconds=61)}, Grade.BROKEN, "differ by 61 s", id="a clock ahead"),
    pytest.param("", {"apart": -timedelta(hours=1)}, Grade.BROKEN, "differ by 3600 s", id="a clock far behind"),
    pytest.param("", {"apart": timedelta(seconds=40)}, Grade.CAUTION, "differ by 40 s", id="a clock that begins to go"),
    pytest.param("", {"endpoint": "ftp://x.example.com/y"}, Grade.BROKEN, "no https address", id="no https"),
    pytest.param("", {"domains": frozenset()}, Grade.CAUTION, "in direct messages too", id="any domain, anywhere"),
    pytest.param("", {"routed": {"webhook/ops"}}, Grade.CAUTION, "The webhook ops is one way", id="a webhook"),
    pytest.param("", {"subscription": "projects/p/subscriptions/s"}, Grade.CAUTION, "no buttons", id="Pub/Sub"),
]


@pytest.fixture
def plant(chat, google):
    """Make something outside go wrong."""
    return lambda what: PLANTS[what](chat, google)


@pytest.mark.parametrize(("what", "more", "grade", "says"), FAULTS)
async def test_a_planted_fault_is_found(examined, plant, what, more, grade, says):  # noqa: PLR0917  A table.
    plant(what)

    found = await examined(**more)

    assert any(one == grade and says in said for one, said in bad(found)), found


async def test_every_broken_thing_says_how_to_mend_it(examined, plant):
    for what in ("key", "space", "google away"):
        plant(what)

    found = await examined(apart=timedelta(hours=1))

    assert all(mend for grade, _, mend in found if grade is Grade.BROKEN)


async def test_a_subscription_that_may_not_be_used_is_found(examined, topic):
    topic.clear()

    found = await examined(subscription="projects/p/subscriptions/s")

    assert "may not take events" in str(bad(found))


async def test_a_classic_app_is_told_by_its_project(examined):
    found = await examined(dialect=Dialect.CLASSIC)

    assert "a Chat app of old: its tokens are for 1234567890, of chat@system" in str(found)


async def test_of_webhooks_alone_nothing_else_is_looked_at(examined, chat):
    found = await examined(service_account=None, routed={"webhook/ops"})

    assert len(found) == 1
    assert chat.calls == []


@pytest.mark.parametrize(
    ("status", "grade"),
    [
        pytest.param(405, Grade.GOOD, id="the bot"),
        pytest.param(404, Grade.BROKEN, id="another server"),
        pytest.param(502, Grade.BROKEN, id="nobody behind the proxy"),
        pytest.param(302, Grade.BROKEN, id="a sign-in page in front"),
    ],
)
async def test_our_own_address_is_tried_without_leaving_a_trace(own, status, grade):
    async with answering(status) as url, new_session() as session:
        found = await doctor._address(session, f"{url}/google-chat/events")

    assert found.grade is grade


async def test_an_address_that_cannot_be_reached_from_here_may_be_right_all_the_same(own):
    async with new_session() as session:
        found = await doctor._address(session, "http://127.0.0.1:1/google-chat/events")

    assert found.grade is Grade.UNKNOWN
