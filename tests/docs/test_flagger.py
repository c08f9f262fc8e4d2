"""The page about Flagger shows what really comes out, and names what really is there."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import pointsman
from bot.cli.wire import wire
from bot.config.models import Allow

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "flagger.md").read_text()
CANARY = """\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: checkout
  namespace: shop
spec:
  revertOnDeletion: true
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
  analysis:
    interval: 30s # how often Flagger looks
    threshold: 5
    stepWeight: 10
    webhooks:
      # opened by hand so far
      - name: gate
        type: confirm-promotion
        url: http://flagger-loadtester.test/gate/check
"""


def test_the_difference_that_is_shown_is_the_one_that_comes_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("canary.yaml").write_text(CANARY)

    printed = CliRunner().invoke(pointsman, ["wire", "canary.yaml"]).stdout

    assert f"```console\n$ pointsman wire canary.yaml\n{printed}```\n" in PAGE


@pytest.mark.parametrize("option", [parameter.opts[0] for parameter in wire.params if parameter.name != "files"])
def test_each_option_is_explained(option):
    assert f"`{option}" in PAGE or option == "--config"


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE))
def test_each_link_leads_somewhere(link):
    assert (DOCS / link).exists()


def test_each_switch_is_one_of_the_settings():
    named = set(re.findall(r"`allow\.(\w+)`", PAGE))

    assert named == {file.stem.replace("-", "_") for file in (DOCS.parent / "deploy" / "acting").glob("*.yaml")}
    assert named <= set(Allow.model_fields)
