"""What every HTTP surface shares: JSON from strangers, read strictly; refusals as statuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal, RefusalKind
from handlers.web import MAX_DEPTH, UnreadableError, parse_json, status_of

PRINTABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PRINTABLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PRINTABLE, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_every_proper_value_is_read(value):
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(alphabet='{}[]",:0123456789eE+-.truefalsn\\u \0\ud800'))
def test_no_text_breaks_it(text):
    try:
        parse_json(text)
    except UnreadableError:
        return


def test_depth_has_a_bound():
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert parse_json(deep)
    with pytest.raises(UnreadableError, match="deep"):
        parse_json(f"[{deep}]")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 1}', "twice"),
        ('{"a": {"b": 1, "b": 2}}', "twice"),
        ('["\\u0000"]', "character"),
        ('{"\\ud800": 1}', "character"),
        ("[NaN]", "NaN"),
        ("-Infinity", "Infinity"),
        ("-1e999", "bounds"),
        ("{'a': 1}", "not JSON"),
        ("9" * 5000, "not JSON"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(text, why):
    with pytest.raises(UnreadableError, match=why):
        parse_json(text)


@pytest.mark.parametrize(
    ("kind", "status"), [(RefusalKind.NOT_ALLOWED, 403), (RefusalKind.SETTLED, 409), (RefusalKind.NO_REASON, 422)]
)
def test_a_refusal_is_told_by_its_status(kind, status):
    assert status_of(Refusal("No.", kind=kind)) == status
