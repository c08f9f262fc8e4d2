"""What speaks for a release and against it, and what it changes, as its card says it."""

from dataclasses import replace

import pytest

from bot.domain import run
from bot.domain.card import Evidence, Mark
from bot.domain.cards.evidence import changes, evidence
from bot.domain.cards.seen import Seen
from bot.domain.decision import Principal
from bot.domain.run import Check, Facts, Signal
from bot.domain.sight import Change, Sight, Standing

OURS = "registry.example.com:5000/shop/app"


def lines_of(world):
    seen = Seen(release=world.release, rights=world.rights, now=world.now, hooks=world.known.hooks)
    return [(line.mark, line.line[0]) for line in evidence(seen)]


@pytest.fixture
def running(world):
    world.hears(Signal.SCALING_UP, at=1)
    return world


def test_the_newest_result_of_each_test_counts(running):
    for passed in (False, True):
        running.hears(Signal.NOTE, facts=Facts(test=run.Test(name="conformance", passed=passed)), at=2 + passed)
    running.hears(Signal.NOTE, facts=Facts(test=run.Test(name="load", passed=False), check_failed=True), at=4)

    assert lines_of(running)[:2] == [(Mark.GOOD, "conformance passed"), (Mark.BAD, "load failed")]


def test_a_metric_that_was_measured_is_not_told_again_from_an_event(running):
    failed = Check(name="success rate", value="98 %", limit="≥ 99 %")
    running.hears(Signal.NOTE, facts=Facts(failed=failed, check_failed=True), at=2)
    measured = Evidence(mark=Mark.BAD, line=("success 98 % (≥ 99)",))
    sight = Sight(uid="u", standing=Standing.PROGRESSING, details=(measured,))
    running.known = replace(
        running.known, latest=replace(running.release, run=replace(running.release.run, sight=sight, threshold=5))
    )

    assert lines_of(running) == [
        (Mark.BAD, "success 98 % (≥ 99)"),
        (Mark.CAUTION, "1 of 5 checks failed; at 5 Flagger rolls back by itself"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        pytest.param(f"{OURS}:1.8.1", f"{OURS}:1.8.2", "app 1.8.1 → 1.8.2", id="another tag"),
        pytest.param(f"{OURS}:1", f"{OURS}:1", "app 1 unchanged", id="the same image"),
        pytest.param(None, f"{OURS}:1", f"app new: {OURS}:1", id="a new container"),
        pytest.param("old/app:1", "new/app:2", "app old/app:1 → new/app:2", id="another registry"),
        pytest.param(
            f"{OURS}@sha256:{'a' * 64}", f"{OURS}@sha256:{'b' * 64}", f"app {'a' * 12} → {'b' * 12}", id="by digest"
        ),
        pytest.param(
            "localhost:5000/app", "localhost:5000/app:2", "app localhost:5000/app → localhost:5000/app:2", id="no tag"
        ),
    ],
)
def test_images_are_told_as_short_as_tells_them_apart(running, before, after, says):
    release = replace(running.release, before={"app": before} if before else {}, after={"app": after})

    assert changes(release) == ((says,),)


def test_who_changed_what_stands_in_one_line(running):
    release = replace(
        running.release,
        authors=frozenset({Principal("lea@example.com"), Principal("ann@example.com")}),
        run=replace(
            running.release.run,
            behind=3,
            change=Change(url="https://git.example.com/1", ticket="S-1", text="Fix it", tool="helm"),
        ),
    )

    assert changes(release) == (
        ("“Fix it” · by ann and lea · S-1 · https://git.example.com/1 · written by helm",),
        ("3 releases since the version that users have",),
    )


def test_how_far_behind_counts_from_what_users_have(world):
    told = []
    for number, end in enumerate((Signal.FAILED, Signal.FAILED, Signal.COMPLETED, Signal.FAILED)):
        world.hears(Signal.SCALING_UP, at=10 * number + 1)
        told.append(world.release.run.behind)
        world.hears(end, at=10 * number + 2)

    assert told == [0, 1, 2, 1]
