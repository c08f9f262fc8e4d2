"""Google's certificates: fetched once, picked up when they change, and kept on while Google is away."""

import asyncio

import pytest

from handlers.google_chat.certificates import (
    APART_SECONDS,
    LONGEST_SECONDS,
    USUAL_SECONDS,
    Certificates,
    lasting,
)
from handlers.google_chat.connection import new_session
from tests.support.seconds import Seconds


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
async def certificates(google, clock):
    async with new_session() as session:
        yield Certificates(url=google.url, session=session, clock=clock)


async def test_they_are_fetched_once(certificates, google):
    found = [await certificates.verifier("k1") for _ in range(5)]

    assert all(found)
    assert google.fetched == 1


async def test_all_who_ask_at_the_same_time_wait_for_one_fetch(certificates, google):
    found = await asyncio.gather(*(certificates.verifier("k1") for _ in range(5)))

    assert all(found)
    assert google.fetched == 1


async def test_a_new_key_is_picked_up(certificates, google, clock):
    await certificates.verifier("k1")
    google.keys = ["k1", "k2"]
    clock.pass_(APART_SECONDS)

    assert await certificates.verifier("k2")


async def test_junk_cannot_hammer_google(certificates, google, clock):
    await certificates.verifier("k1")
    for _ in range(10):
        clock.pass_(APART_SECONDS / 10 - 0.01)
        assert await certificates.verifier("junk") is None

    assert google.fetched == 1


async def test_while_google_is_away_known_keys_go_on_and_unknown_refuse(certificates, google, clock):
    await certificates.verifier("k1")
    google.away = True
    clock.pass_(LONGEST_SECONDS - 1)

    assert await certificates.verifier("k1")
    assert await certificates.verifier("k2") is None
    assert certificates.known


async def test_nothing_goes_on_for_longer_than_a_day(certificates, google, clock):
    await certificates.verifier("k1")
    google.away = True
    clock.pass_(LONGEST_SECONDS)

    assert await certificates.verifier("k1") is None
    assert not certificates.known


async def test_a_key_that_google_took_back_is_gone_with_the_next_fetch(certificates, google, clock):
    await certificates.verifier("k1")
    google.keys = ["k2"]
    clock.pass_(APART_SECONDS)
    await certificates.verifier("k2")

    assert await certificates.verifier("k1") is None


@pytest.mark.parametrize("body", [[], {}, {"k1": "no certificate"}, {"k1": 7}, "x"])
async def test_what_is_no_map_of_certificates_changes_nothing(certificates, google, clock, body):
    await certificates.verifier("k1")
    google.body = body
    clock.pass_(APART_SECONDS)

    assert await certificates.verifier("k2") is None
    assert await certificates.verifier("k1")


async def test_without_any_nothing_is_known_until_google_is_back(certificates, google, clock):
    google.away = True
    assert await certificates.verifier("k1") is None
    assert not certificates.known

    google.away = False
    clock.pass_(APART_SECONDS)
    assert await certificates.verifier("k1")


async def test_they_are_fetched_before_they_are_needed(google, clock):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        clock.pass_(seconds)
        google.away = len(slept) == 2
        if len(slept) == 4:
            raise asyncio.CancelledError

    google.lasts = 1000
    async with new_session() as session:
        certificates = Certificates(url=google.url, session=session, clock=clock, sleep=sleep)
        with pytest.raises(asyncio.CancelledError):
            await certificates.keep_warm()

    assert slept == [500, 500, APART_SECONDS, 500]
    assert google.fetched == 4


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("public, max-age=19845, must-revalidate", 19845),
        ("max-age=99999999", LONGEST_SECONDS),
        ("no-store", USUAL_SECONDS),
        ("", USUAL_SECONDS),
        ("max-age=-1", USUAL_SECONDS),
    ],
)
def test_google_says_how_long_they_count(header, seconds):
    assert lasting(header) == seconds
