"""Manifests get their hooks, and nothing else of them changes: not a blank, not a comment, not a quote."""

import json
from difflib import ndiff
from pathlib import Path
from textwrap import dedent, indent

import pytest
import yaml

from handlers.flagger.manifests.documents import ManifestError, canaries_in
from handlers.flagger.manifests.faults import faults_of
from handlers.flagger.manifests.wanted import Wanted
from handlers.flagger.manifests.wiring import wired
from tests.handlers.flagger.manifest import BARE, BASE, COMPLETE, HEAD, NAMES, canary, ours


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
