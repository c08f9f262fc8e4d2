"""What it costs to believe Google: a token judged with certificates that are kept, beside google-auth's own way."""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial

import aiohttp
from google.auth import jwt

from handlers.google_chat.certificates import Certificates
from handlers.google_chat.tokens import Tokens, issued_for_address
from tests.support.google_chat_events import AGENT, AUDIENCE, Google, running_google, token


async def run(*, quick: bool) -> None:
    times = 200 if quick else 2000
    print(f"\nGoogle Chat: {times} tokens judged")
    async with running_google() as google, aiohttp.ClientSession() as session:
        await _ours(google, session, times)
        await _fetching(google, session, times // 10)


async def _ours(google: Google, session: aiohttp.ClientSession, times: int) -> None:
    certificates = Certificates(url=google.url, session=session, clock=time.monotonic)
    issued = issued_for_address(AUDIENCE, email=AGENT)
    tokens = Tokens(issued=issued, verifier=certificates.verifier, now=partial(datetime.now, UTC))
    proof = token(time.time())
    begun = time.perf_counter()
    for _ in range(times):
        await tokens.prove(proof)
    _print("kept certificates", (time.perf_counter() - begun) / times, google)


async def _fetching(google: Google, session: aiohttp.ClientSession, times: int) -> None:
    """As `google.oauth2.id_token.verify_token` does it: each call fetches, here without blocking."""
    google.fetched, proof = 0, token(time.time())
    begun = time.perf_counter()
    for _ in range(times):
        async with session.get(google.url) as response:
            found = await response.json()
        await asyncio.to_thread(jwt.decode, proof, certs=found, audience=AUDIENCE, clock_skew_in_seconds=10)
    _print("fetched at each call", (time.perf_counter() - begun) / times, google)


def _print(name: str, seconds: float, google: Google) -> None:
    print(f"  {name:<22} {seconds * 1e6:>8.0f} µs a token, certificates fetched {google.fetched} times")
