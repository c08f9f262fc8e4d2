"""The commands that a newcomer types, and the promises of the files around the code."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.support.needs import missing

ROOT = Path(__file__).parents[1]


def make(*arguments):
    return subprocess.run(["make", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_make_alone_tells_what_there_is():
    told = make()

    for target in ("demo", "test", "check"):
        assert f"make {target} " in told


def test_ci_runs_what_people_run():
    *_, last = (ROOT / ".ci" / "run").read_text().splitlines()

    assert last == "exec make test"


def test_what_is_missing_is_skipped_by_people_and_fails_in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get"):
        missing("A browser", remedy="apt-get install chromium")

    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="apt-get"):
        missing("A browser", remedy="apt-get install chromium")


def test_the_image_has_the_version_of_the_project():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    kustomization = yaml.safe_load((ROOT / "deploy" / "base" / "kustomization.yaml").read_text())

    assert f"ARG VERSION={version}\n" in (ROOT / "Dockerfile").read_text()
    assert [image["newTag"] for image in kustomization["images"]] == [version]


def test_the_image_runs_without_a_shell_and_not_as_root():
    instructions = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    _, runtime = instructions.split("\n\n\nFROM ")

    assert re.search(r"^USER [1-9]\d*:\d+$", runtime, re.MULTILINE)
    for command in re.findall(r"^\s*(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK.*CMD) (.+)$", runtime, re.MULTILINE):
        assert command.startswith("[")


def test_a_pod_that_is_stopped_has_the_time_it_needs():
    deployment = yaml.safe_load((ROOT / "deploy" / "base" / "deployment.yaml").read_text())

    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= 15  # Seconds: its own limit.
