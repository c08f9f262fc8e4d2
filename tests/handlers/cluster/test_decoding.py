"""What is passed over of an object, and what is not."""

import json
from typing import Any, TypedDict

import msgspec
import pytest

from bot.domain.errors import ClusterUnavailableError
from handlers.cluster import Metadata
from handlers.cluster.decoding import decode, decode_thing


class Spec(TypedDict, total=False):
    wanted: Any


class Shape(TypedDict, total=False):
    metadata: Metadata
    spec: Spec | None


def seen(thing):
    return decode_thing(msgspec.Raw(json.dumps(thing).encode()), Shape, what="it")


def test_what_nobody_looks_at_is_passed_over():
    thing = {"metadata": {"name": "cart", "managedFields": [{}]}, "spec": {"wanted": 1, "more": 2}, "status": {}}

    assert seen(thing) == {"metadata": {"name": "cart"}, "spec": {"wanted": 1}}


@pytest.mark.parametrize("spec", ["text", 7, [], [{"wanted": 1}], True])
def test_a_part_of_another_form_is_seen_as_it_is(spec):
    thing = {"metadata": {"name": "cart"}, "spec": spec, "status": {"phase": "Failed"}}

    assert seen(thing) == thing


@pytest.mark.parametrize("thing", [7, "text", [], {}, {"metadata": None}, {"metadata": "cart"}, {"metadata": []}])
def test_what_has_no_metadata_is_no_object(thing):
    with pytest.raises(ClusterUnavailableError):
        seen(thing)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(r"a\u0000b", "a\ufffdb", id="NUL"),
        pytest.param(r"\\u0000", r"\u0000", id="the words for NUL"),
        pytest.param(r"\\\u0000", "\\\ufffd", id="NUL after a backslash"),
        pytest.param(r"\ud83d\ude80", "\U0001f680", id="a character of two halves"),
        pytest.param(r"\uD83D\uDE80", "\U0001f680", id="in capitals"),
        pytest.param(r"\ud83d", "\ufffd", id="its first half"),
        pytest.param(r"\ude80", "\ufffd", id="its second half"),
        pytest.param(r"\ude80\ud83d", "\ufffd\ufffd", id="the wrong way round"),
        pytest.param(r"\ud83d\ud83d\ude80", "\ufffd\U0001f680", id="a half before a whole"),
        pytest.param(r"\ud83d\\ude80", "\ufffd\\ude80", id="a half before the words for the other"),
        pytest.param(r"\ud55c \u0001\n\" \ud800", '한 \x01\n" \ufffd', id="others beside it"),
    ],
)
def test_only_what_a_database_keeps_is_read(written, read):
    assert decode(f'["{written}"]'.encode(), what="it") == [read]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1,]", b'"\xff"', b'"\xed\xa0\x80"', b'{"a": NaN}', b"{} {}", b"\x00", rb'"\ud8"']
)
def test_what_is_no_json_is_no_answer(body):
    with pytest.raises(ClusterUnavailableError, match="it is no JSON"):
        decode(body, what="it")
