"""The record's chain: the same bytes as anybody else's, and no change unseen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import GENESIS, Action, BrokenChainError, Entry, Head, canonical, follow, seal
from bot.domain.decision import Principal, Surface

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | texts | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcXYZ_09", max_size=5), inner, max_size=3),
    max_leaves=8,
)


def entry(**fields):
    return Entry(actor=Principal("ann@example.com"), action=Action.DECISION_TAKEN, surface=Surface.SLACK, **fields)


@given(reason=texts, details=st.dictionaries(st.text("abc_", max_size=5), values, max_size=3))
def test_our_bytes_are_those_of_rfc_8785(reason, details):
    sealed = seal(entry(reason=reason, details=details), after=Head(), at=NOON)

    fields = follow(Head(), sealed.text, sealed.hash)[1]
    assert rfc8785.dumps(fields).decode() == sealed.text == canonical(fields)


@pytest.mark.parametrize("details", [{"a": 1.5}, {"a": 2**53}, {"ü": 1}, {"a": [object()]}, {1: 2}])
def test_what_has_no_canonical_form_is_refused(details):
    with pytest.raises(ValueError, match="record"):
        seal(entry(details=details), after=Head(), at=NOON)


def chain(many):
    head, found = Head(), []
    for number in range(many):
        sealed = seal(entry(reason=str(number)), after=head, at=NOON)
        head = Head(sealed.seq, sealed.hash)
        found.append(sealed)
    return found


def verified(records):
    head = Head()
    for record in records:
        head, _ = follow(head, record.text, record.hash)
    return head


def test_a_whole_chain_is_followed_to_its_head():
    records = chain(5)

    assert str(verified(records)) == f"5:{records[-1].hash}"
    assert str(Head()) == f"0:{GENESIS}"
    assert '"at":"2026-03-02T12:00:00.123Z"' in records[0].text


def forged(records):
    records[2] = replace(records[2], text=records[2].text.replace("ann", "eve"))


def rehashed(records):
    records[2] = replace(records[2], hash="0" * 64)


def cut_out(records):
    del records[2]


def swapped(records):
    records[2], records[3] = records[3], records[2]


def doubled(records):
    records.insert(2, records[1])


@pytest.mark.parametrize("change", [forged, rehashed, cut_out, swapped, doubled])
def test_every_change_is_found_at_its_place(change):
    records = chain(5)
    change(records)

    with pytest.raises(BrokenChainError) as broken:
        verified(records)
    assert broken.value.seq == 3
