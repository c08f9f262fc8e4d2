"""`pointsman doctor` as people and programs see it."""

import json

import pytest
from click.testing import CliRunner

from bot.cli import pointsman
from bot.cli.doctor import counted, lines
from bot.domain.finding import broken, caution, good, unknown


@pytest.fixture
def doctor(tmp_path):
    def run(settings, *arguments):
        path = tmp_path / "pointsman.yaml"
        path.write_text(settings)
        return CliRunner().invoke(pointsman, ["doctor", "--config", str(path), *arguments])

    return run


def test_a_fault_stands_below_its_area_with_its_mend_and_the_exit_code_tells_it(doctor):
    result = doctor("policies: [{aprovers: [ann@example.com]}]")

    area, fault, mend, blank, count = result.output.splitlines()[1:]
    assert (result.exit_code, area, blank, count) == (1, "settings", "", "1 broken.")
    assert fault.startswith("  ✗ ")
    assert "aprovers" in fault
    assert mend.startswith("      Mend it")


def test_programs_get_json(doctor):
    result = doctor("policies: [{aprovers: [ann@example.com]}]", "--format", "json")

    (finding,) = json.loads(result.stdout)["findings"]
    assert (result.exit_code, finding["area"], finding["grade"]) == (1, "settings", "broken")


@pytest.mark.parametrize(
    ("finding", "sign"),
    [
        (good("slack", "Well."), "✓"),
        (caution("slack", "Well?"), "!"),
        (broken("slack", "Bad.", "Mend it."), "✗"),
        (unknown("slack", "Away."), "?"),
    ],
)
def test_each_grade_has_a_sign_of_its_own(finding, sign):
    assert sign in next(lines(finding))


def test_the_worst_is_counted_first():
    found = [good("a", "x"), broken("a", "x", "y"), good("a", "x"), caution("a", "x"), unknown("a", "x")]

    assert counted(found) == "1 broken, 1 not known, 1 doubtful, 2 good."
