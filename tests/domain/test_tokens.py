"""A secret stands for one token, or for nobody."""

import pytest

from bot.domain.decision import Principal
from bot.domain.tokens import ApiToken, ApiTokens

CI = ApiToken(name="ci", principal=Principal("token:ci"), may_decide=True)
ANN = ApiToken(name="ann", principal=Principal("ann@example.com"), person=True)


@pytest.fixture
def tokens():
    return ApiTokens([("secret-of-ci", CI), ("secret-of-ann", ANN)])


@pytest.mark.parametrize(
    ("secret", "found"),
    [
        pytest.param("secret-of-ci", CI, id="a program's"),
        pytest.param("secret-of-ann", ANN, id="a person's"),
        pytest.param("Secret-of-ci", None, id="another case"),
        pytest.param("secret-of-ci ", None, id="a blank behind it"),
        pytest.param("", None, id="nothing"),
        pytest.param("\ud800", None, id="no text at all"),
    ],
)
def test_a_secret_is_found_as_it_is_and_no_other_way(tokens, secret, found):
    assert tokens.find(secret) is found


def test_a_token_is_known_by_its_name(tokens):
    assert tokens.named("ci") is CI
    assert tokens.named("other") is None


def test_no_secret_is_kept(tokens):
    assert b"secret" not in b"".join(tokens._by_digest)
