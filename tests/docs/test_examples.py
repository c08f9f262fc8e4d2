"""What the documentation gives to be copied works when it is copied."""

import re
from pathlib import Path

import click
import pytest

from bot.cli import pointsman
from bot.config import parse, warnings

DOCS = Path(__file__).parents[2] / "docs"
CLUSTERS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in sorted(DOCS.glob("*.md"))
    for number, block in enumerate(
        re.findall(r"^```yaml\n(clusters:\n.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    )
]
PEOPLE = "policies: [{approvers: [ann@example.com]}]\n"


@pytest.mark.parametrize("block", CLUSTERS)
def test_a_cluster_that_is_copied_is_right_and_nothing_in_it_doubtful(block, tmp_path):
    secrets = {name: f"{name}-of-sixteen-and-more" for name in re.findall(r"env: (\w+)", block)}

    settings = parse(block + PEOPLE, name="copied", environ=secrets, base=tmp_path)

    assert [doubt.message for doubt in warnings(settings) if doubt.key.startswith("clusters")] == []


def test_the_page_of_the_command_line_names_every_command_that_looks_after_the_bot():
    page = (DOCS / "command-line.md").read_text(encoding="utf-8")
    context = click.Context(pointsman)
    commands = {name: pointsman.get_command(context, name) for name in pointsman.list_commands(context)}
    groups = {name: command for name, command in commands.items() if isinstance(command, click.Group)}
    rows = re.findall(r"^\| `pointsman ([^|]+) \|", page, re.MULTILINE)

    assert groups
    for name, group in groups.items():
        told = " ".join(row for row in rows if row.split()[0].rstrip("`") == name)
        assert {one for one in group.commands if one not in told} == set()


def test_the_help_names_every_engine_and_surface():
    told = " ".join(pointsman.get_help(click.Context(pointsman)).split())

    for name in ("Flagger", "Argo Rollouts", "Deployments", "Slack", "Google Chat", "console"):
        assert name in told
