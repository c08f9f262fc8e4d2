"""A token proves that Google called, for this bot, now; whatever else it says proves nothing."""

import base64
import json

import pytest
from google.auth.crypt import RSAVerifier

from handlers.google_chat import Dialect
from handlers.google_chat.tokens import Tokens, UnprovedError, issued_to
from tests.support.desk import TWO_O_CLOCK
from tests.support.google_chat_events import AGENT, AUDIENCE, CHAT, PROJECT, key_pair, token, unsigned

NOW = TWO_O_CLOCK.timestamp()


async def published(key):
    """Google publishes one certificate."""
    return RSAVerifier.from_string(key_pair(key)[1]) if key == "k1" else None


def tokens(dialect, *, audience=None):
    usual = AUDIENCE if dialect is Dialect.ADD_ON else PROJECT
    issued = issued_to(dialect, audience=audience or usual, agent=AGENT)
    return Tokens(issued=issued, verifier=published, now=lambda: TWO_O_CLOCK)


@pytest.fixture(params=list(Dialect))
def dialect(request):
    return request.param


@pytest.fixture(autouse=True)
def quiet(logged):
    """What is logged is looked at elsewhere."""


async def test_what_google_signed_for_us_holds(dialect):
    await tokens(dialect).prove(token(NOW, dialect=dialect))


FOR_OTHERS = [
    pytest.param({"aud": "https://elsewhere.example.com/google-chat/events"}, id="another address"),
    pytest.param({"aud": AUDIENCE + "/"}, id="nearly this address"),
    pytest.param({"aud": "999"}, id="another project"),
    pytest.param({"aud": [AUDIENCE]}, id="several"),
    pytest.param({"aud": None}, id="nobody"),
    pytest.param({"iss": "https://evil.example.com"}, id="another issuer"),
    pytest.param({"iss": None}, id="no issuer"),
    pytest.param({"exp": 1}, id="expired"),
    pytest.param({"exp": None}, id="never expires"),
    pytest.param({"exp": "later"}, id="expires at no time"),
    pytest.param({"iat": 9_999_999_999}, id="made tomorrow"),
    pytest.param({"iat": None}, id="made at no time"),
    pytest.param({"key": "k2"}, id="a key that Google does not have"),
]


@pytest.mark.parametrize("claims", FOR_OTHERS)
async def test_a_token_that_says_something_else_proves_nothing(dialect, claims):
    with pytest.raises(UnprovedError):
        await tokens(dialect).prove(token(NOW, dialect=dialect, **claims))


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"email": "eve@gmail.com"}, id="somebody with a Google account"),
        pytest.param({"email": CHAT}, id="the classic Chat"),
        pytest.param({"email": AGENT.replace("1234567890", "999")}, id="the add-ons of another project"),
        pytest.param({"email": None}, id="nobody"),
        pytest.param({"email_verified": False}, id="not verified"),
        pytest.param({"email_verified": "true"}, id="verified in words"),
    ],
)
async def test_the_right_issuer_with_another_address_proves_nothing(claims):
    with pytest.raises(UnprovedError):
        await tokens(Dialect.ADD_ON).prove(token(NOW, **claims))


async def test_a_token_of_the_other_dialect_proves_nothing(dialect):
    (other,) = set(Dialect) - {dialect}

    with pytest.raises(UnprovedError):
        await tokens(dialect).prove(token(NOW, dialect=other))


async def test_a_classic_app_may_have_its_address_for_an_audience():
    by_address = tokens(Dialect.CLASSIC, audience=AUDIENCE)

    await by_address.prove(token(NOW, iss="accounts.google.com", email=CHAT))
    for wrong in (token(NOW, email=AGENT), token(NOW, dialect=Dialect.CLASSIC)):
        with pytest.raises(UnprovedError):
            await by_address.prove(wrong)


def with_header(good, **header):
    """The same token under another header; the signature does not fit any more."""
    said = json.dumps({"alg": "RS256", "kid": "k1", "typ": "JWT"} | header).encode()
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode() + "." + good.partition(".")[2]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(unsigned, id="alg none"),
        pytest.param(lambda good: good[:-8] + "AAAAAAAA", id="another signature"),
        pytest.param(lambda good: good.rpartition(".")[0] + ".", id="no signature"),
        pytest.param(lambda good: good.replace(".", ""), id="one part"),
        pytest.param(lambda good: "." + good.partition(".")[2], id="no header"),
        pytest.param(lambda good: "W10." + good.partition(".")[2], id="a list for a header"),
        pytest.param(lambda _: "x", id="junk"),
        pytest.param(lambda good: good + "A" * 9000, id="without end"),
        pytest.param(lambda good: with_header(good, alg="HS256"), id="another algorithm"),
        pytest.param(lambda good: with_header(good, kid=7), id="a number for a key"),
        pytest.param(lambda good: with_header(good, typ="x"), id="a header that was not signed"),
        pytest.param(lambda good: good + "é", id="no ASCII"),
        pytest.param(lambda _: None, id="none"),
    ],
)
async def test_a_spoilt_token_proves_nothing(dialect, spoil):
    with pytest.raises(UnprovedError):
        await tokens(dialect).prove(spoil(token(NOW, dialect=dialect)))


@pytest.mark.parametrize(
    ("ago", "holds"),
    [
        pytest.param(3600 + 59, True, id="just expired by our clock"),
        pytest.param(3600 + 61, False, id="expired"),
        pytest.param(-59, True, id="Google's clock a little ahead"),
        pytest.param(-61, False, id="Google's clock far ahead"),
    ],
)
async def test_clocks_may_differ_by_a_minute(dialect, ago, holds):
    try:
        await tokens(dialect).prove(token(NOW - ago, dialect=dialect))
    except UnprovedError:
        assert not holds
    else:
        assert holds
