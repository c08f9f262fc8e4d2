"""What stands wrong in a manifest is put right where it stands."""

from textwrap import indent

import pytest
import yaml

from handlers.flagger.manifests.canary import read_canary
from handlers.flagger.manifests.documents import canaries_in
from handlers.flagger.manifests.faults import faults_of
from handlers.flagger.manifests.wanted import Wanted
from handlers.flagger.manifests.wiring import wired
from tests.handlers.flagger.manifest import (
    BARE,
    BASE,
    COMPLETE,
    HEAD,
    LOADTESTER,
    NAMES,
    canary,
    hooks_of,
    ours,
    types_of,
)


@pytest.mark.parametrize(
    ("hook", "right"),
    [
        pytest.param(
            {"type": "confirm-promotion", "url": f"{LOADTESTER}/gate/check"},
            "confirm-promotion",
            id="loadtester's gate",
        ),
        pytest.param(
            {"type": "confirm-promotion", "url": f"{LOADTESTER}/gate/halt"}, "confirm-promotion", id="loadtester's halt"
        ),
        pytest.param(
            {"type": "confirm-promotion", "url": f"{LOADTESTER}/gate/approve"}, "confirm-promotion", id="always yes"
        ),
        pytest.param(
            {"type": "rollback", "url": f"{LOADTESTER}/rollback/check"}, "rollback", id="loadtester's rollback"
        ),
        pytest.param(
            {"type": "confirm-promotion", "url": "https://hooks.slack.com/services/T/B/x"},
            "confirm-promotion",
            id="chat",
        ),
        pytest.param({"url": f"{BASE}/confirm-promotion"}, "confirm-promotion", id="type left out"),
        pytest.param({"url": f"{BASE}/event", "type": ""}, "event", id="type left empty"),
        pytest.param({"type": "confirm-rollout", "url": f"{BASE}/confirm-promotion"}, "confirm-rollout", id="path"),
        pytest.param(
            {"type": "confirm-rollout", "url": f"{BASE}/confirmrollout"}, "confirm-rollout", id="path misspelt"
        ),
        pytest.param(
            {"type": "confirm-rollout", "url": BASE.replace("/flagger", "/gate/halt")}, "confirm-rollout", id="our halt"
        ),
        pytest.param(
            {"type": "event", "url": BASE.replace("/TOKEN/flagger", "/event")}, "event", id="path without its token"
        ),
    ],
)
def test_a_hook_that_stands_wrong_is_put_right(hook, right):
    text = canary(yaml.safe_dump([{"name": "it", **hook}]))

    new = wired(text, Wanted())

    (mended,) = (one for one in hooks_of(new) if one["name"] == "it")
    assert (mended["type"], mended["url"]) == (right, f"{BASE}/{right}")
    assert types_of(new).count(right) == 1


def test_a_start_that_the_manifest_approves_stays_so_unless_people_want_to_be_asked():
    text = canary(f"- {{name: it, type: confirm-rollout, url: '{LOADTESTER}/gate/approve'}}\n")

    assert f"{LOADTESTER}/gate/approve" in wired(text, Wanted())
    assert f"{LOADTESTER}/gate/approve" not in wired(text, Wanted(gates=frozenset({"confirm-rollout"})))


def test_a_loadtester_beside_one_of_ours_goes():
    text = canary(f"{COMPLETE}# old\n- name: gate\n  type: confirm-promotion\n  url: {LOADTESTER}/gate/check\n")

    assert wired(text, Wanted()) == canary(COMPLETE)


def test_quotes_are_kept_around_what_is_replaced():
    text = canary(f"- name: it\n  type: confirm-promotion\n  url: '{LOADTESTER}/gate/check' # why\n")

    assert f"url: '{BASE}/confirm-promotion' # why\n" in wired(text, Wanted())


def test_the_rollback_hook_comes_first_with_its_comment():
    last = f"# back\n- name: back\n  type: rollback\n  url: {BASE}/rollback\n"
    others = "".join(ours(hook_type) for hook_type in NAMES[1:])

    assert wired(canary(others + last), Wanted()) == canary(last + others)


def test_the_end_is_told_before_another_hook_can_fail():
    text = canary(f"- {{name: mail, type: post-rollout, url: 'http://mail.test/'}}\n{COMPLETE}")

    assert types_of(wired(text, Wanted())) == ["post-rollout", "post-rollout", "rollback", "confirm-promotion", "event"]
    assert [hook["name"] for hook in hooks_of(wired(text, Wanted()))[:2]] == ["own", "mail"]


def test_numbers_that_mean_something_else_are_put_right():
    text = BARE.replace("30s", "1s").replace("stepWeight: 10", "iterations: 1  # why")

    new = wired(text, Wanted())

    assert "    interval: 10s\n" in new
    assert "    iterations: 2  # why\n" in new


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(BARE.replace("  analysis:", "  canaryAnalysis:"), id="the old name"),
        pytest.param(f"{HEAD}  service:\n    port: 80\n{indent(BARE.removeprefix(HEAD), '  ')}", id="in the service"),
        pytest.param(f"{HEAD}  analysis:\n{indent(BARE.removeprefix(HEAD), '  ')}", id="in itself"),
        pytest.param(BARE.removeprefix(HEAD).replace("\n  ", "\n")[2:] + HEAD, id="beside the spec"),
    ],
)
def test_an_analysis_comes_to_where_flagger_looks(wrong):
    new = wired(wrong, Wanted())

    assert faults_of(read_canary(yaml.safe_load(new))) == ()
    assert yaml.safe_load(new)["spec"]["analysis"]["stepWeight"] == 10


def test_hooks_beside_the_analysis_come_into_it():
    text = f"{BARE}  webhooks:\n{indent(COMPLETE, '    ')}  provider: istio\n"

    new = wired(text, Wanted())

    assert types_of(new) == list(NAMES)
    assert "webhooks" not in yaml.safe_load(new)["spec"]


def test_what_stands_twice_is_left_to_people():
    text = f"{BARE}    analysis:\n      interval: 1m\n"

    assert faults_of(canaries_in(wired(text, Wanted()))[0].canary)[0].says.startswith("spec.analysis.analysis")
