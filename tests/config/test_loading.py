"""Settings come from a file; one that cannot be read is one clear line."""

from pathlib import Path

import pytest

from bot.config import SettingsError, load

ALL = pytest.mark.parametrize


def test_load_reads_a_file_and_the_secrets_beside_it(tmp_path):
    (tmp_path / "token").write_text("from-a-file\n")
    (tmp_path / "pointsman.yaml").write_text("api_tokens: [{name: ci, token: {file: token}}]")

    settings = load(tmp_path / "pointsman.yaml", environ={})

    assert settings.api_tokens[0].token.reveal() == "from-a-file"


def test_load_names_the_file_as_it_was_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("server:\n  port: 0\n")

    with pytest.raises(SettingsError) as raised:
        load(Path("mine.yaml"), environ={})

    assert str(raised.value) == "mine.yaml:2: server.port: must be 1 or more, is 0"


@ALL(
    ("content", "told"),
    [
        pytest.param(None, ": cannot be read: No such file or directory", id="no file"),
        pytest.param(b"server: {}\nx: \xff", ":2: is not text in UTF-8", id="no text"),
        pytest.param("server: {}".encode("utf-16"), ":1: is not text in UTF-8", id="UTF-16"),
        pytest.param(b"#" * (1024 * 1024 + 1), ": is larger than 1024 KiB", id="too large"),
        pytest.param(
            b"\xef\xbb\xbf", ": is empty; it must hold settings, as `key: value`", id="a byte order mark alone"
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, content, told):
    path = tmp_path / "pointsman.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError) as raised:
        load(path, environ={})

    assert str(raised.value) == f"{path}{told}"


def test_a_folder_is_no_settings_file(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path, environ={})
