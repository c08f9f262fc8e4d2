"""The practice engine over real HTTP on loopback, with a clock that moves only when somebody sleeps."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from handlers.sandbox.flagger.calls import Answer, Call
from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.engine import SandboxEngine
from handlers.sandbox.flagger.manifest import HookType
from handlers.sandbox.flagger.posting import post
from tests.handlers.sandbox.flagger.practice import INTERVAL, NEW, NOON, Practice, canary, hook


@dataclass
class Clock:
    now: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Moment:
    """A call with this text in its body: `came` is set when it comes, and it is answered when `over` is."""

    text: str
    came: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Hooks:
    """A server that answers each path with the next of its answers, and the last one for ever."""

    answers: dict[str, deque[web.Response]] = field(default_factory=dict)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    url: str = ""

    def hold(self, text: str) -> Moment:
        self.moments.append(Moment(text))
        return self.moments[-1]

    def answer(self, path: str, *statuses: int, **response) -> None:
        self.answers[path] = deque(web.Response(status=status, **response) for status in statuses)

    async def reply(self, request: web.Request) -> web.Response:
        path, body = request.path.strip("/"), await request.text()
        self.heard.append((request.method, path, body))
        for moment in self.moments:
            if moment.text in body:
                moment.came.set()
                await moment.over.wait()
        answers = self.answers.get(path, deque())
        answer = answers.popleft() if len(answers) > 1 else answers[0] if answers else web.Response()
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.heard]


@pytest.fixture
async def hooks():
    hooks = Hooks()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hooks.reply)
    async with TestServer(app, host="127.0.0.1") as server:
        hooks.url = str(server.make_url("")).rstrip("/")
        yield hooks


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def engine(session, clock):
    return SandboxEngine(session=session, now=clock, sleep=clock.sleep, interval=INTERVAL)


@pytest.fixture
def gated(hooks):
    """A Canary whose start is asked for at this server."""
    gated = canary(HookType.CONFIRM_ROLLOUT, HookType.CONFIRM_PROMOTION, HookType.ROLLBACK)
    at_server = tuple(replace(hook, url=f"{hooks.url}/{hook.type}") for hook in gated.manifest.analysis.hooks)
    gated.change(replace(gated.manifest, analysis=replace(gated.manifest.analysis, hooks=at_server)))
    hooks.answer("rollback", 403)
    return gated


@pytest.fixture
def ask(session, clock, hooks):
    async def ask(**fields) -> Answer:
        asked = replace(hook(HookType.ROLLOUT), **{"url": f"{hooks.url}/rollout", **fields})
        return await post(session, Call(hook=asked, body={"name": "checkout"}), sleep=clock.sleep)

    return ask


async def test_a_release_goes_from_a_closed_start_gate_to_its_promotion(engine, gated, hooks, clock):
    hooks.answer("confirm-rollout", 403, 200)
    hooks.answer("confirm-promotion", 403, 403, 200)
    phases = []
    for number in range(13):
        if number == 2:
            gated.deploy(NEW, clock.now)
        await engine.tick(gated)
        phases.append(gated.status.phase)
        await clock.sleep(10)

    assert [phase for phase, before in zip(phases, [None, *phases], strict=False) if phase is not before] == [
        Phase.INITIALIZING,
        Phase.INITIALIZED,
        Phase.WAITING,
        Phase.PROGRESSING,
        Phase.WAITING_PROMOTION,
        Phase.PROMOTING,
        Phase.FINALISING,
        Phase.SUCCEEDED,
    ]
    assert hooks.paths().count("confirm-rollout") == 2
    assert hooks.paths().count("confirm-promotion") == 3


async def test_a_redirect_is_followed_as_a_get_without_body_and_approves(ask, hooks):
    hooks.answer("rollout", 302, headers={"Location": "/sign-in"})

    answer = await ask()

    assert answer.passes
    assert hooks.heard == [("POST", "rollout", '{"name": "checkout"}'), ("GET", "sign-in", "")]


async def test_a_redirect_that_keeps_the_method_keeps_the_body(ask, hooks):
    hooks.answer("rollout", 307, headers={"Location": "/elsewhere"})

    await ask()

    assert hooks.heard[1] == ("POST", "elsewhere", '{"name": "checkout"}')


async def test_a_redirect_in_circles_does_not_pass(ask, hooks):
    hooks.answer("rollout", 302, headers={"Location": "/rollout"})

    assert not (await ask()).passes


@pytest.mark.parametrize("status", [204, 403, 404, 501])
async def test_a_refusal_is_quoted_and_never_retried(ask, hooks, status):
    text = "" if status == 204 else "paused by Ann"
    hooks.answer("rollout", status, text=text)

    answer = await ask(retries=3)

    assert answer == Answer(status, text)
    assert len(hooks.heard) == 1


async def test_a_server_error_is_retried_with_growing_pauses_and_its_body_is_dropped(ask, hooks, clock):
    hooks.answer("rollout", 503, text="database away")

    answer = await ask(retries=3)

    assert answer == Answer(503, f"POST {hooks.url}/rollout giving up after 4 attempt(s)")
    assert clock.slept == [1, 2, 4]


async def test_a_retry_that_passes_is_enough(ask, hooks):
    hooks.answer("rollout", 503, 200)

    assert (await ask(retries=1)).passes


async def test_nobody_at_home_does_not_pass(ask):
    answer = await ask(url=f"http://127.0.0.1:{unused_port()}/rollout")

    assert not answer.passes
    assert "giving up after 1 attempt(s): " in answer.text


async def test_an_answer_that_takes_too_long_does_not_pass(ask, hooks):
    late = hooks.hold("checkout")

    answer = await ask(timeout=timedelta(milliseconds=20))
    late.over.set()

    assert answer.status is None


async def test_the_engine_ticks_at_once_and_then_by_its_interval_until_the_canary_is_deleted(engine, gated, clock):
    ticks: list[datetime] = []

    def note() -> None:
        ticks.append(clock.now)
        if len(ticks) == 3:
            gated.delete()

    await engine.work(gated, then=note)

    assert ticks == [NOON, NOON + INTERVAL, NOON + 2 * INTERVAL]


async def test_a_restarted_engine_goes_on_from_what_is_written(engine, gated, hooks):
    Practice(gated, {HookType.ROLLBACK: 403}).initialized().deployed()
    half_way = hooks.hold("Advance checkout.shop canary weight 20")
    first_life = asyncio.create_task(engine.run(gated))
    await half_way.came.wait()
    first_life.cancel()
    with suppress(asyncio.CancelledError):
        await first_life
    half_way.over.set()

    await replace(engine).tick(gated)

    assert gated.status.weight == 40
    assert "canary weight 40" in hooks.heard[-1][2]


async def test_a_hook_that_hangs_for_one_canary_holds_up_no_other(engine, gated, hooks):
    stuck = canary()
    stuck.change(replace(gated.manifest, name="stuck"))
    held, done = hooks.hold('"stuck"'), hooks.hold("Initialization done! checkout")
    running = asyncio.create_task(engine.run(stuck, gated))

    await done.came.wait()

    assert held.came.is_set()
    assert (stuck.status.phase, gated.status.phase) == (Phase.INITIALIZING, Phase.INITIALIZED)
    stuck.delete()
    gated.delete()
    for moment in (held, done):
        moment.over.set()
    await running
