"""What a summary says: first what needs somebody, then what was; and of a quiet day one line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.audit import Head
from bot.domain.card import PUSH_LENGTH
from bot.domain.cards.seen import Seen
from bot.domain.commands.figure_replies import told_insights, told_summary
from bot.domain.commands.plain import plain
from bot.domain.decision import Mark, Principal, Surface
from bot.domain.effects import ReleaseId
from bot.domain.figures.insights import Insights, Outcomes, Period, Share, Spread, Waiting, period_length
from bot.domain.figures.lengths import in_words
from bot.domain.figures.recap import Noted, Recap
from bot.domain.figures.summing_up import NAMED, sum_up
from bot.domain.gate import Gate, GateId, Terms
from bot.domain.policy import Rights, Stage
from bot.domain.release import Cause, Release, ReleaseState, RollBack
from bot.domain.workload import Workload

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PERIOD = Period(start=NINE - timedelta(days=1), end=NINE, zone="Europe/Rome")
QUIET = Insights(period=PERIOD)
CHECKOUT = Workload("prod-eu", "Canary", "shop", "checkout")
ANN, BOB = Principal("ann@example.com"), Principal("bob@example.com")
HEAD = Head(94, "e" * 64)


def recap(**more):
    given: dict[str, Any] = {
        "figures": QUIET,
        "chart": QUIET,
        "before": QUIET,
        "now": NINE,
        "head": HEAD,
        "name": "daily",
        "due_at": NINE,
        "several_clusters": False,
    }
    return Recap(**(given | more))


def ended(state=ReleaseState.PROMOTED, **more):
    given: dict[str, Any] = {
        "workload": CHECKOUT,
        "number": 142,
        "engine": "flagger",
        "started_at": NINE - timedelta(hours=2),
    }
    images = {"before": {"app": "shop:1.8.1"}, "after": {"app": "shop:1.8.2"}}
    at = NINE - timedelta(hours=1)
    return Release(**({"id": ReleaseId("1"), "state": state, "ended_at": at} | given | images | more))


def approved(*people):
    marks = tuple(Mark(by, NINE, "", Surface.SLACK) for by in people)
    return Gate(
        id=GateId("g"),
        stage=Stage.PROMOTION,
        terms=Terms(policy="shop", quorum=1),
        reached_at=NINE,
        approvals=marks,
        told_at=NINE,
    )


def noted(**more):
    given: dict[str, Any] = {"release": ReleaseId("1"), "workload": CHECKOUT, "number": 7, "at": NINE, "by": BOB}
    return Noted(**(given | more))


def lines(summary, title):
    return [plain(line) for section in summary.sections if section.title == title for line in section.lines]


def test_of_a_quiet_day_there_is_one_line():
    summary = sum_up(recap())

    assert [plain(line) for line in summary.lead] == ["No release ended, and nothing waits for people."]
    assert summary.sections == ()
    assert plain(summary.footer) == f"Record {HEAD}"


def test_the_title_names_the_period_as_clocks_there_show_it():
    assert sum_up(recap()).title == "Summary daily · Mon 23 Nov 09:00 to Tue 24 Nov 09:00 CET"


@pytest.mark.parametrize(("seconds", "late"), [(60, False), (61, True)])
def test_more_than_a_minute_after_its_time_it_says_so(seconds, late):
    summary = sum_up(recap(now=NINE + timedelta(seconds=seconds)))

    assert (plain(summary.lead[0]) == "Late: it was due at 24 Nov 08:00:00 UTC.") == late


def test_who_asks_is_never_told_late():
    assert not recap(due_at=None, now=NINE + timedelta(days=1)).is_late


@pytest.mark.parametrize(
    ("release", "told"),
    [
        pytest.param(
            ended(gates=(approved(ANN, BOB),)),
            "✓ shop/checkout#142 · 1.8.1 → 1.8.2 · promoted 24 Nov 07:00:00 UTC, approved by ann and bob",
            id="approved",
        ),
        pytest.param(
            ended(before={}, after={}, revision="7c9f"),
            "✓ shop/checkout#142 · revision 7c9f · promoted 24 Nov 07:00:00 UTC, without an approval",
            id="by nobody",
        ),
        pytest.param(
            ended(
                ReleaseState.ROLLED_BACK,
                cause=Cause.PERSON,
                roll_back=RollBack(mark=Mark(BOB, NINE, "p99 doubled"), cause=Cause.PERSON),
            ),
            "✗ shop/checkout#142 · 1.8.1 → 1.8.2 · rolled back 24 Nov 07:00:00 UTC by bob: p99 doubled",
            id="rolled back by a person",
        ),
        pytest.param(
            ended(ReleaseState.ROLLED_BACK, cause=Cause.CHECKS),
            "✗ shop/checkout#142 · 1.8.1 → 1.8.2 · rolled back 24 Nov 07:00:00 UTC by the engine's own checks",
            id="by the engine",
        ),
        pytest.param(
            ended(ReleaseState.ROLLED_BACK, cause=Cause.DEADLINE),
            "✗ shop/checkout#142 · 1.8.1 → 1.8.2 · rolled back 24 Nov 07:00:00 UTC: nobody answered in time",
            id="by the deadline",
        ),
        pytest.param(
            ended(ReleaseState.FAILED),
            "✗ shop/checkout#142 · 1.8.1 → 1.8.2 · failed 24 Nov 07:00:00 UTC",
            id="failed",
        ),
        pytest.param(
            ended(ReleaseState.SUPERSEDED),
            "· shop/checkout#142 · 1.8.1 → 1.8.2 · superseded 24 Nov 07:00:00 UTC",
            id="superseded",
        ),
    ],
)
def test_each_end_is_told_with_the_change_and_who_decided(release, told):
    assert lines(sum_up(recap(ended=(release,))), "prod-eu") == [told]


def test_a_start_that_was_refused_is_told_and_one_that_ended_a_release_is_told_once():
    refused = noted(release=ReleaseId("2"), stage="start", why="not before the sale ends")
    same = noted(release=ReleaseId("1"), stage="promotion")
    expired = noted(release=ReleaseId("3"), stage="start", by=Principal("policy:shop"), at=NINE - timedelta(minutes=1))

    told = lines(sum_up(recap(ended=(ended(),), stopped=(refused, same, expired))), "prod-eu")

    assert told[0] == "✗ shop/checkout#7 · start refused by bob 24 Nov 08:00:00 UTC: not before the sale ends"
    assert told[1] == "✗ shop/checkout#7 · start expired 24 Nov 07:59:00 UTC"
    assert len(told) == 3


def test_each_cluster_has_its_section_and_labels_say_which_where_there_are_several():
    other = ended(workload=replace(CHECKOUT, cluster="prod-us"), id=ReleaseId("2"))

    summary = sum_up(recap(ended=(ended(), other), several_clusters=True))

    assert [section.title for section in summary.sections] == ["prod-eu", "prod-us"]
    assert lines(summary, "prod-us")[0].startswith("✓ prod-us/shop/checkout#142")


def test_what_finds_no_room_is_counted():
    many = tuple(ended(id=ReleaseId(str(number))) for number in range(NAMED + 3))
    asked = tuple(noted(why="you may not", decision="roll_back") for _ in range(NAMED))

    summary = sum_up(recap(ended=many, refused=asked, figures=replace(QUIET, refused=500)))

    assert lines(summary, "prod-eu")[-1] == "… and 3 more"
    assert lines(summary, "Refused attempts")[-1] == "… and 490 more"
    assert lines(summary, "Refused attempts")[0].startswith("bob, roll back shop/checkout#7 · 24 Nov")


def test_what_waits_is_told_first_with_what_moves_it():
    gate = replace(approved(), told_at=None)
    release = ended(state=ReleaseState.PROGRESSING, ended_at=None, gates=(gate,))
    seen = Seen(release=release, rights=Rights(rules={}), now=NINE)

    summary = sum_up(recap(waiting=(seen,), ended=(ended(),)))

    assert summary.sections[0].title == "Needs somebody now"
    assert lines(summary, "Needs somebody now") == [
        (
            "shop/checkout#142 · 1.8.2 · ready for promotion since 24 Nov 08:00:00 UTC:"
            " no policy names anybody who may approve."
        ),
    ]
    assert summary.push == "Summary daily: nothing ended, 1 waits for people"


def test_the_push_fits_a_phone():
    every = Outcomes(promoted=10**6, rolled_back=10**6, failed=10**6, superseded=10**6, ended=10**6)

    assert len(sum_up(recap(figures=replace(QUIET, outcomes=every), name="n" * 60)).push) == PUSH_LENGTH


MINUTE = timedelta(minutes=1)
BUSY = replace(
    QUIET,
    outcomes=Outcomes(promoted=12, rolled_back=2),
    failures=Share(part=2, of=14),
    restore=Spread(count=2),
    rework=Share(part=1, of=12),
    waiting=Waiting(
        all=Spread(count=20, median=4 * MINUTE, p90=31 * MINUTE),
        by_stage={Stage.PROMOTION: Spread(count=20, median=4 * MINUTE, p90=31 * MINUTE)},
        by_team={name: Spread(count=5, median=n * MINUTE, p90=n * MINUTE) for n, name in enumerate("abcd", 1)},
        by_hour={9: Spread(count=2)},
    ),
    decisions={Surface.SLACK: 20, Surface.GOOGLE_CHAT: 4},
    refused=3,
    unasked=1,
)


def test_figures_are_told_with_those_of_before_and_too_few_say_nothing():
    before = replace(QUIET, outcomes=Outcomes(promoted=8), failures=Share(part=1, of=10))

    told = told_insights(BUSY, before).text.splitlines()

    assert told == [
        "Figures · Mon 23 Nov 09:00 to Tue 24 Nov 09:00 CET",
        "",
        "Delivery",
        "Promoted: 12 (before 8), 12.0 a day",
        "Went wrong: 2 of 14, 14 % (before 10 %)",
        "Until users had a good version again: 2 only, too few to say",
        "Rework, promoted after one that went wrong: 1 of 12, 8 %",
        "",
        "Waiting for people",
        "Waited for people: half within 4 min, 90 % within 31 min",
        "Longest by team: d 4 min, c 3 min, b 2 min",
        "",
        "Deciding",
        "Decisions: 24 (slack 20, google chat 4)",
        "Refused attempts: 3",
        "Went on without a decision: 1",
    ]


def test_an_answer_holds_the_whole_summary():
    summary = sum_up(recap(figures=BUSY, ended=(ended(),)))

    text = told_summary(summary).text

    assert text.splitlines()[0] == summary.title
    assert text.endswith(f"Record {HEAD}")
    assert all(plain(line) in text for section in summary.sections for line in section.lines)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0, "0 s"), (0.4, "0 s"), (41, "41 s"), (60, "1 min"), (200, "3 min 20 s")),
        *((7200, "2 h"), (7201, "2 h"), (90061, "1 d 1 h"), (86400 * 400, "400 d")),
    ],
)
def test_lengths_are_told_by_their_two_largest_units(seconds, words):
    assert in_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("text", "days"), [("7d", 7), (" 4W ", 28), ("12h", 0.5), ("366d", 366)])
def test_a_period_is_hours_days_or_weeks(text, days):
    assert period_length(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "1.5d", "7 d", "367d", "99999w", "٧d", "1m", "7d7d"])
def test_what_is_no_period_is_told_with_what_would_be(text):
    with pytest.raises(ValueError, match="A period is"):
        period_length(text)
