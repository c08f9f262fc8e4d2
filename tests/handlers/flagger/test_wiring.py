"""Manifests get their hooks, and nothing else of them changes: not a blank, not a comment, not a quote."""

import json
from difflib import ndiff
from pathlib import Path
from textwrap import dedent, indent

import pytest
import yaml

from handlers.flagger.manifests.canary import read_canary
from handlers.flagger.manifests.documents import ManifestError, canaries_in
from handlers.flagger.manifests.faults import faults_of
from handlers.flagger.manifests.wanted import Wanted
from handlers.flagger.manifests.wiring import wired

BASE = "http://pointsman.pointsman.svc:8080/hooks/TOKEN/flagger"
LOADTESTER = "http://flagger-loadtester.test"
NAMES = ("rollback", "confirm-promotion", "post-rollout", "event")
HEAD = """\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: checkout, namespace: shop}
spec:
  revertOnDeletion: true
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
"""
BARE = f"""{HEAD}\
  analysis:
    interval: 30s
    threshold: 5
    stepWeight: 10
"""


def canary(webhooks, head=BARE):
    return f"{head}    webhooks:\n{indent(dedent(webhooks), '      ')}"


def ours(hook_type, **fields):
    return f"- {json.dumps({'name': 'own', 'type': hook_type, 'url': f'{BASE}/{hook_type}', **fields})}\n"


COMPLETE = "".join(map(ours, NAMES))


def hooks_of(text, of=0):
    manifest = list(yaml.safe_load_all(text))[of]
    return manifest["spec"]["analysis"]["webhooks"]


def types_of(text):
    return [hook.get("type", "rollout") for hook in hooks_of(text)]


def removed(old, new):
    return [line[2:] for line in ndiff(old.splitlines(), new.splitlines()) if line.startswith("- ")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BARE, id="no hooks"),
        pytest.param(BARE.removesuffix("\n"), id="no end of the last line"),
        pytest.param(BARE.replace("\n", "\r\n"), id="lines of Windows"),
        pytest.param(f"\ufeff{BARE}", id="a byte order mark"),
        pytest.param(f"---\n{BARE}...\n", id="marks of a document"),
        pytest.param(f"{BARE}    webhooks:\n", id="a list without items"),
        pytest.param(f"{BARE}    webhooks:  # none yet\n    maxWeight: 50\n", id="a list that is only said"),
        pytest.param(f"{BARE}    # the end\n\n# of it\n", id="comments behind"),
        pytest.param(f"{BARE}  service:\n    port: 80\n", id="something behind the analysis"),
        pytest.param(canary("- {name: load, url: 'http://load.test/'}\n"), id="a hook of one line"),
        pytest.param(
            canary(
                '-   name: load   # it\n    url: "http://load.test/"\n    metadata:\n        cmd: |\n\n          hey\n'
            ),
            id="odd indentation, and text of many lines at the end",
        ),
        pytest.param(
            f"{BARE}    webhooks:\n    - name: load\n      url: http://load.test/\n", id="dashes below the key"
        ),
        pytest.param(f"{BARE}    metrics:\n    - name: errors\n    match: []\n", id="dashes of other lists"),
        pytest.param(
            canary("# the load\n- name: load\n  url: http://load.test/\n\n# and\n"), id="comments around hooks"
        ),
        pytest.param(canary("-\n  name: load\n  url: http://load.test/\n"), id="a dash on its own line"),
        pytest.param(
            f"a: 'b'\nc:   [ 1,2 ]   # d\n---\n{BARE}---\n# nothing\n---\n!own e: &x {{f: *x}}\n", id="others"
        ),
    ],
)
def test_hooks_are_added_and_not_a_line_is_lost(text):
    new = wired(text, Wanted())

    (found,) = canaries_in(new.removeprefix("\ufeff"))
    assert {hook.type for hook in found.canary.ours} == set(NAMES)
    assert faults_of(found.canary) == ()
    assert removed(text, new) == []
    assert wired(new, Wanted()) == new
    assert new.count("\r\n") in {0, new.count("\n")}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"{HEAD}  analysis: {{interval: 30s, threshold: 5, stepWeight: 10}}\n", id="an analysis of one line"
        ),
        pytest.param(f"{BARE}    webhooks: []\n", id="an empty list"),
        pytest.param(f"{BARE}    webhooks: null  # none\n", id="null"),
        pytest.param(f"{BARE}    webhooks: [{{name: load, url: 'http://load.test/'}}]\n", id="hooks of one line"),
        pytest.param(json.dumps(yaml.safe_load(BARE)), id="JSON"),
        pytest.param(json.dumps(yaml.safe_load(BARE), indent=2), id="JSON of many lines"),
        pytest.param(
            f"kind: List\nitems:\n{indent(dedent(BARE), '    ').replace('    api', '  - api', 1)}", id="a list"
        ),
    ],
)
def test_whatever_the_form_the_hooks_are_there_and_the_rest_is_the_same(text):
    new = wired(text, Wanted())

    before, after = ([found.canary for found in canaries_in(one)] for one in (text, new))
    assert {hook.type for hook in after[0].ours} == set(NAMES)
    assert faults_of(after[0]) == ()
    assert [hook.name for hook in before[0].hooks if hook.name == "load"] == [
        hook.name for hook in after[0].hooks if hook.name == "load"
    ]
    assert wired(new, Wanted()) == new


def test_json_stays_json():
    text = json.dumps(yaml.safe_load(f"{BARE}    webhooks: [{{name: load, url: 'http://load.test/'}}]\n"))

    assert len(json.loads(wired(text, Wanted()))["spec"]["analysis"]["webhooks"]) == 5


def test_a_file_without_a_canary_is_left_as_it_is():
    text = "kind:   Deployment\nspec: {}\n---\nkind: Canary\napiVersion: other/v1\n"

    assert wired(text, Wanted()) == text


def test_what_is_complete_is_left_as_it_is():
    text = canary(COMPLETE)

    assert wired(text, Wanted()) == text


def test_the_example_is_left_as_it_is():
    text = (Path(__file__).parents[3] / "deploy" / "examples" / "canary.yaml").read_text()

    assert wired(text, Wanted()) == text


@pytest.mark.parametrize(
    ("spec", "gates", "asked"),
    [
        pytest.param("stepWeight: 10", None, ["confirm-promotion"], id="weighted, nothing said"),
        pytest.param("iterations: 5", None, ["confirm-promotion"], id="Blue/Green, nothing said"),
        pytest.param("stepWeight: 10", {"confirm-rollout"}, ["confirm-rollout"], id="the start alone"),
        pytest.param(
            "stepWeight: 10",
            {"confirm-promotion", "confirm-traffic-increase"},
            ["confirm-traffic-increase", "confirm-promotion"],
            id="each step",
        ),
        pytest.param(
            "iterations: 5",
            {"confirm-promotion", "confirm-traffic-increase"},
            ["confirm-promotion"],
            id="Blue/Green has no steps",
        ),
    ],
)
def test_people_are_asked_where_it_was_wished(spec, gates, asked):
    text = BARE.replace("stepWeight: 10", spec)

    new = wired(text, Wanted(gates=None if gates is None else frozenset(gates)))

    assert [hook for hook in types_of(new) if hook.startswith("confirm")] == asked


def test_where_the_analysis_is_skipped_people_are_asked_at_the_start():
    text = BARE.replace("spec:\n", "spec:\n  skipAnalysis: true\n")

    assert "confirm-rollout" in types_of(wired(text, Wanted()))
    assert "confirm-promotion" not in types_of(wired(text, Wanted()))


def test_a_hook_that_comes_later_leads_where_the_others_do():
    text = canary(ours("confirm-promotion")).replace("pointsman.pointsman.svc:8080/hooks/TOKEN", "own.test/p/hooks/own")

    assert {hook["url"].rpartition("/")[0] for hook in hooks_of(wired(text, Wanted()))} == {
        "http://own.test/p/hooks/own/flagger"
    }


def test_a_base_that_was_said_is_that_of_each_hook():
    new = wired(canary(COMPLETE), Wanted(base="https://p.test", moves=True))

    assert {hook["url"].partition("/hooks/")[0] for hook in hooks_of(new)} == {"https://p.test"}


def test_a_wrong_token_is_replaced_and_a_right_one_is_kept():
    text = canary(ours("rollback") + ours("confirm-promotion").replace("TOKEN", "older"))

    new = wired(text, Wanted(token="newer", tokens=frozenset({"newer", "older"})))

    assert [hook["url"].split("/")[4] for hook in hooks_of(new)] == ["newer", "older", "newer", "newer"]


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


def test_hooks_that_two_canaries_share_by_an_alias_are_written_once():
    first = canary(f"{ours('rollback')}{ours('confirm-promotion')}").replace("webhooks:", "webhooks: &hooks")
    second = f"{BARE}    webhooks: *hooks\n"
    items = "".join(indent(one, "    ").replace("    api", "  - api", 1) for one in (first, second))
    text = f"kind: List\nitems:\n{items}"

    new = wired(text, Wanted())

    assert new.count(f"{BASE}/event") == 1
    assert [len(found.canary.ours) for found in canaries_in(new)] == [4, 4]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("a: 1\nb: [\n", 3, "not valid YAML", id="no YAML"),
        pytest.param("a: 1\nb: {{ .Values.b }}\nc: }\n", 3, "helm template", id="a template"),
        pytest.param("a: 1\n\tb: 2\n", 2, "not valid YAML", id="a tab"),
        pytest.param("a: 1\nb: \x07\n", 2, r"U\+0007", id="a character that is none"),
        pytest.param(BARE + "    metrics: &a [*a]\n", 11, "alias", id="an alias to itself"),
        pytest.param("[" * 99 + "]" * 99, 1, "deeper", id="too deep"),
        pytest.param(f"{BARE}    webhooks: soon\n", 11, "no list", id="hooks that are no list"),
    ],
)
def test_what_cannot_be_changed_is_said_with_its_line(text, line, says):
    with pytest.raises(ManifestError, match=says) as failed:
        wired(text, Wanted())

    assert failed.value.line == line
