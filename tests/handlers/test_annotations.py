"""What annotations say of a change, and what they ask for."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.sight import Change
from bot.domain.tightening import NOTHING, Tightening
from handlers.cluster.annotations import authors_of, change_of, channel_of, tightening_of


def annotated(**values):
    named = {f"pointsman.dev/{key.replace('_', '-')}": value for key, value in values.items()}
    return {"metadata": {"annotations": named}}


NONE = annotated()


def test_the_pod_template_tells_whose_change_it_is():
    template = annotated(author="Lea <Lea@Example.com>, bot", change_url="https://git/1", ticket="S-1")

    assert authors_of(template, NONE, NONE) == {"lea@example.com"}
    assert change_of(template, NONE, NONE) == Change(url="https://git/1", ticket="S-1")


@pytest.mark.parametrize(("before", "counts"), [("ann@example.com", False), ("bob@example.com", True)])
def test_the_object_tells_it_only_if_the_value_came_with_the_revision(before, counts):
    found = authors_of(NONE, annotated(author="ann@example.com"), annotated(author=before))

    assert found == ({"ann@example.com"} if counts else frozenset())


def test_the_strictest_of_each_counts():
    workload = annotated(quorum="2", expires_after="2h", approvers="ann@example.com, group:sre")
    template = annotated(quorum="3", expires_after="90m", approvers="group:sre")

    found, wrong = tightening_of(workload, template)

    assert found == Tightening(quorum=3, expires_after=timedelta(minutes=90), approvers=("group:sre",))
    assert wrong == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("quorum", "two"),
        ("quorum", "-1"),
        ("quorum", "0"),
        ("expires_after", "2"),
        ("expires_after", "soon"),
        ("expires_after", "999999999d999999999h"),
    ],
)
def test_what_cannot_be_read_is_said_and_tightens_nothing(key, value):
    found, wrong = tightening_of(annotated(**{key: value}))

    assert found == NOTHING
    assert wrong == (f"pointsman.dev/{key.replace('_', '-')} cannot be read, and tightens nothing.",)


@pytest.mark.parametrize("metadata", [{}, {"annotations": None}, {"annotations": [1]}, {"annotations": {"a": 1}}])
def test_what_has_another_form_says_nothing(metadata):
    fields = {"metadata": metadata}

    assert tightening_of(fields, {}, {"metadata": 1})[0] == NOTHING
    assert authors_of(fields, fields, fields) == frozenset()
    assert channel_of(fields) is None


def test_an_empty_list_of_approvers_means_nobody():
    assert tightening_of(annotated(approvers=""))[0].approvers == ()


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-03-02T09:00:00+01:00", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T09:00:00", None),
        ("yesterday", None),
    ],
)
def test_when_its_author_made_the_change_counts_with_its_zone_alone(said, at):
    assert change_of(annotated(changed_at=said), NONE, NONE).at == at


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2026-03-02", "now", ""])
def test_a_time_that_no_calendar_has_is_not_said(at):
    assert change_of(annotated(changed_at=at), NONE, NONE).at is None


def test_a_time_is_kept_in_utc():
    at = change_of(annotated(changed_at="2026-03-02T10:00:00+02:00"), NONE, NONE).at

    assert at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert at.tzinfo is UTC
