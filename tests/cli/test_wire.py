"""`pointsman wire` shows before it writes, writes whole files or none, and says what it cannot do."""

import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import pointsman

CANARY = """\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: checkout, namespace: shop}
spec:
  revertOnDeletion: true
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
  analysis:
    interval: 30s # looks
    threshold: 5
    stepWeight: 10
"""
SETTINGS = """\
server: {public_url: "https://pointsman.example.com"}
clusters:
  - {name: prod-eu, hook_tokens: [{env: NEW}, {env: OLD}]}
  - {name: far, kubernetes: {context: far}, hook_tokens: [{env: FAR}]}
"""
SECRETS = {"NEW": "new-token-of-prod", "OLD": "old-token-of-prod", "FAR": "token-of-far"}
SERVICE = "http://pointsman.pointsman.svc:8080"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("canary.yaml").write_text(CANARY)
    Path("pointsman.yaml").write_text(SETTINGS)
    return tmp_path


def run(*arguments, **more):
    return CliRunner().invoke(pointsman, ["wire", *arguments], env=SECRETS, **more)


def urls(text):
    return {hook["url"].rpartition("/flagger/")[0] for hook in yaml.safe_load(text)["spec"]["analysis"]["webhooks"]}


def test_nothing_is_written_unless_it_is_said(folder):
    result = run("canary.yaml")

    assert result.exit_code == 0
    assert f"+        url: {SERVICE}/hooks/TOKEN/flagger/rollback\n" in result.stdout
    assert "Nothing was written" in result.stderr
    assert Path("canary.yaml").read_text() == CANARY


def test_what_is_shown_is_a_patch_that_leads_to_what_is_written(folder):
    patch = run("canary.yaml").stdout
    run("canary.yaml", "--write")
    written = Path("canary.yaml").read_text()
    Path("canary.yaml").write_text(CANARY)
    subprocess.run(["git", "apply", "-p0"], input=patch, text=True, check=True, cwd=folder)

    assert Path("canary.yaml").read_text() == written


def test_twice_is_as_once(folder):
    run("canary.yaml", "--write")
    once = Path("canary.yaml").read_text()

    again = run("canary.yaml", "--write")

    assert Path("canary.yaml").read_text() == once
    assert (again.stdout, "nothing to change" in again.stderr) == ("", True)


def test_what_is_piped_in_comes_out_whole():
    result = run("--write", "-", input=CANARY)

    assert [line for line in CANARY.splitlines() if line not in result.stdout.splitlines()] == []
    assert urls(result.stdout) == {f"{SERVICE}/hooks/TOKEN"}


def test_a_pipeline_can_ask_whether_something_would_change(folder):
    before = run("--check", "canary.yaml")
    run("--write", "canary.yaml")

    assert (before.exit_code, run("--check", "canary.yaml").exit_code) == (1, 0)


@pytest.mark.parametrize(
    ("arguments", "base"),
    [
        pytest.param(["--cluster", "prod-eu"], f"{SERVICE}/hooks/new-token-of-prod", id="its first token"),
        pytest.param(
            ["--cluster", "far"], "https://pointsman.example.com/hooks/token-of-far", id="a cluster seen from outside"
        ),
        pytest.param(
            ["--cluster", "far", "--url", "http://p.test/"], "http://p.test/hooks/token-of-far", id="another address"
        ),
        pytest.param(["--token", "${HOOK_TOKEN}"], SERVICE + "/hooks/${HOOK_TOKEN}", id="another placeholder"),
    ],
)
def test_hooks_lead_where_it_is_said(folder, arguments, base):
    result = run("--write", "canary.yaml", *arguments)

    assert result.exit_code == 0
    assert urls(Path("canary.yaml").read_text()) == {base}


def test_a_token_that_is_about_to_be_changed_still_holds(folder):
    run("--write", "--token", "old-token-of-prod", "canary.yaml")

    assert run("--check", "--cluster", "prod-eu", "canary.yaml").exit_code == 0
    assert run("--check", "--cluster", "far", "canary.yaml").exit_code == 1


def test_what_is_left_to_people_is_said_with_its_line_and_its_mend(folder):
    Path("canary.yaml").write_text(CANARY.replace("threshold: 5", "threshold: 2\n    metrics: [{name: errors}]"))

    result = run("canary.yaml")

    assert "canary.yaml:9: shop/checkout: Checks go on while people think" in result.stderr
    assert "Raise the threshold" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(["missing.yaml"], 1, "missing.yaml: cannot be read: No such file", id="no file"),
        pytest.param(["."], 1, ".: cannot be read: Is a directory", id="a folder"),
        pytest.param(["broken.yaml"], 1, "broken.yaml:2: is not valid YAML", id="no YAML"),
        pytest.param(["binary.yaml"], 1, "binary.yaml:2: is not text in UTF-8", id="no text"),
        pytest.param(["canary.yaml", "--gates", "begin"], 2, "'begin' is no gate; there are start", id="no gate"),
        pytest.param(["canary.yaml", "--url", "pointsman:8080"], 2, "is no address such as", id="no address"),
        pytest.param(["canary.yaml", "--url", "http://p/?a=b"], 2, "is no address such as", id="a query"),
        pytest.param(["canary.yaml", "--token", "a/b"], 2, "it stands in a URL", id="no token"),
        pytest.param(
            ["canary.yaml", "--cluster", "prod"], 1, "no cluster of pointsman.yaml; there are", id="no cluster"
        ),
        pytest.param(["canary.yaml", "--cluster", "far", "--token", "t"], 2, "exclude each other", id="two tokens"),
        pytest.param(["canary.yaml", "--check", "--write"], 2, "exclude each other", id="two wishes"),
        pytest.param([], 2, "Missing argument 'FILE...'", id="no file at all"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(folder, arguments, code, says):
    Path("broken.yaml").write_text("a: 1\nb: }\n")
    Path("binary.yaml").write_bytes(b"a: 1\n\xff\n")

    result = run(*arguments)

    assert (result.exit_code, says in result.stderr) == (code, True), result.output
    assert Path("canary.yaml").read_text() == CANARY


def test_one_file_that_cannot_be_read_keeps_all_from_being_written(folder):
    assert run("--write", "canary.yaml", "missing.yaml").exit_code == 1

    assert Path("canary.yaml").read_text() == CANARY


def test_a_file_without_canaries_is_named(folder):
    Path("other.yaml").write_text("kind: Deployment\n")

    assert "other.yaml: holds no Canary" in run("other.yaml").stderr


def test_the_rights_of_a_file_and_a_link_to_it_are_kept(folder):
    Path("canary.yaml").chmod(0o640)
    Path("link.yaml").symlink_to("canary.yaml")

    run("--write", "link.yaml")

    assert Path("link.yaml").is_symlink()
    assert urls(Path("canary.yaml").read_text())
    assert Path("canary.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["canary.yaml", "link.yaml", "pointsman.yaml"]


def test_a_folder_that_takes_no_file_is_said_and_the_file_stays(folder, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)

    result = run("--write", "canary.yaml")

    assert (result.exit_code, "canary.yaml: cannot be written: No space left" in result.stderr) == (1, True)
    assert Path("canary.yaml").read_text() == CANARY


def test_the_difference_has_colours_on_a_terminal_alone(folder):
    assert "\x1b[32m+" in run("canary.yaml", color=True).stdout
    assert "\x1b[" not in run("canary.yaml").stdout


def test_a_last_line_without_an_end_is_shown_as_patch_reads_it(folder):
    Path("canary.yaml").write_text(CANARY.rstrip("\n"))

    assert "-    stepWeight: 10\n\\ No newline at end of file\n+    stepWeight: 10\n" in run("canary.yaml").stdout
