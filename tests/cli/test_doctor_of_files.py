"""`pointsman doctor FILE` looks at Canaries before a cluster has them, without any settings."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import pointsman

EXAMPLE = Path(__file__).parents[2] / "deploy" / "examples" / "canary.yaml"


@pytest.fixture
def doctor(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(pointsman, ["doctor", *map(str, arguments)])


def test_the_example_has_nothing_to_mend(doctor):
    result = doctor(EXAMPLE)

    assert (result.exit_code, "1 good." in result.stdout) == (0, True), result.output


def test_what_is_broken_is_told_with_its_mend_and_an_exit_code(doctor):
    broken = Path("broken.yaml")
    broken.write_text(EXAMPLE.read_text().replace("flagger/confirm-promotion", "flagger/confirm-promote"))

    result = doctor(broken)

    assert result.exit_code == 1
    assert "broken.yaml shop/checkout" in result.stdout
    assert "End the URL with /hooks/TOKEN/flagger/confirm-promotion" in result.stdout


def test_a_file_that_is_not_there_is_one_clear_line(doctor):
    result = doctor("missing.yaml")

    assert (result.exit_code, result.stderr) == (1, "missing.yaml: cannot be read: No such file or directory\n")
