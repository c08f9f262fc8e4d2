"""The roles of deploy/, what the engines ask for, and what the documentation says: all three the same."""

import re
from pathlib import Path

import pytest
import yaml

from handlers.argo_rollouts.rights import rights as of_rollouts
from handlers.deployments.rights import rights as of_deployments
from handlers.flagger.rights import rights as of_canaries

ROOT = Path(__file__).parents[2]
ALL = (
    *of_canaries(acts=True),
    *of_rollouts(acts=True, puts_back=True),
    *of_deployments(acts=True, puts_back=True),
    *of_deployments(acts=False, puts_back=True),
)


def given(place):
    """Collect the rights that a manifest, or each one of a folder, gives."""
    files = sorted((ROOT / place).glob("*.yaml")) if (ROOT / place).is_dir() else [ROOT / place]
    rules = [
        rule
        for file in files
        for manifest in yaml.safe_load_all(file.read_text())
        if manifest["kind"] == "ClusterRole"
        for rule in manifest["rules"]
    ]
    return {
        f"{verb} {of_group(resource, group)}"
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def of_group(resource, group):
    plural, slash, subresource = resource.partition("/")
    return f"{plural}.{group}{slash}{subresource}" if group else resource


@pytest.mark.parametrize("right", ALL, ids=str)
def test_what_an_engine_asks_for_is_given_by_what_it_says_to_apply(right):
    (place,) = re.findall(r"deploy/[a-z/-]+(?:\.yaml)?", right.mend)

    assert str(right) in given(place)


@pytest.mark.parametrize("place", ["deploy/seeing", "deploy/acting", "deploy/argo-rollouts", "deploy/deployments"])
def test_no_role_gives_what_no_engine_asks_for(place):
    assert given(place) - {str(right) for right in ALL} == set()


def test_the_documentation_names_what_is_read():
    page = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
    section = page.partition("## What it reads")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \| ([a-z, ]+) \|", section, re.MULTILINE)

    named = {
        f"{verb} {kind}"
        for kinds, verbs in rows
        for kind in re.findall(r"`(.+?)`", kinds)
        for verb in verbs.split(", ")
    }
    assert named == given("deploy/seeing")
