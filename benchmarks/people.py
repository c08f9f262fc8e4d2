"""How long people wait: from the first hook to the card in Slack, from the click to the open gate."""

import asyncio
import time

import aiohttp

from benchmarks.serving import TOKEN, body_of, bot_server
from tests.support.postgres import running_postgres
from tests.support.slack import running_slack

PROMOTION = f"/hooks/{TOKEN}/flagger/confirm-promotion"

WITH_SLACK = """
chats:
  slack: {{bot_token: {{env: HOOK_TOKEN}}, signing_secret: {{env: API_TOKEN}}, mode: http, team: T0TEAM, app: A0APP,
          api_url: "{url}/api/"}}
routes: [{{to: [{channels}]}}]
"""


async def run(*, quick: bool) -> None:
    times = 20 if quick else 100
    print("\nFrom the first hook to the card, from the click to the open gate")
    await _first_card(times)
    with running_postgres() as server, server.new_database() as database:  # noqa: SIM117  The bot needs the database.
        with bot_server(database) as here, bot_server(database) as there:
            await _click_to_yes("the same replica", here, here, times)
            await _click_to_yes("the other replica", here, there, times)


async def _first_card(times: int) -> None:
    async with running_slack() as slack:
        more = WITH_SLACK.format(url=slack.url, channels='"slack:C0RELEASES"')
        with bot_server(more=more) as url:
            waited = []
            async with aiohttp.ClientSession(url) as session:
                for number in range(times):
                    cards = len(slack.cards())
                    begun = time.perf_counter()
                    async with session.post(PROMOTION, data=body_of(number)) as response:
                        await response.read()
                    while len(slack.cards()) == cards:  # noqa: ASYNC110  The mock tells nobody.
                        await asyncio.sleep(0.001)
                    waited.append(time.perf_counter() - begun)
                    await asyncio.sleep(1.05)  # Slack takes about one message a second in a channel.
    _print("first hook → card", waited, "200 ms")


async def _click_to_yes(name: str, decides: str, answers: str, times: int) -> None:
    headers = {"Authorization": "Bearer ann-of-the-benchmarks"}
    waited = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for number in range(times):
            body = body_of(number + (0 if name == "the same replica" else 100_000))
            for _ in range(2):
                async with session.post(answers + PROMOTION, data=body) as response:
                    await response.read()
            async with session.get(f"{decides}/api/v1/releases?limit=1") as response:
                gate = (await response.json())["items"][0]["gates"][0]["id"]
            begun = time.perf_counter()
            url = f"{decides}/api/v1/gates/{gate}/decisions"
            async with session.post(url, json={"decision": "approve"}) as response:
                response.raise_for_status()
            while True:
                async with session.post(answers + PROMOTION, data=body) as response:
                    if response.status == 200:
                        break
                await asyncio.sleep(0.002)
            waited.append(time.perf_counter() - begun)
    _print(f"click → yes, {name}", waited, "200 ms" if decides == answers else "1200 ms")


def _print(name: str, waited: list[float], goal: str) -> None:
    ordered = sorted(1000 * seconds for seconds in waited)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(f"  {name:32}   p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   goal {goal}")
