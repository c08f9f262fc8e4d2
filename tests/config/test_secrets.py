"""Secrets are fetched from where the settings say, and shown nowhere."""

import pytest

from bot.config import digest, parse

ALL = pytest.mark.parametrize
SECRET = "must be {env: NAME} or {file: PATH}; a secret itself is never written into the settings"
HOOK_TOKEN = "must be letters, digits, '-' and '_', as it stands in a URL; `openssl rand -hex 32` makes a good one"


def test_a_secret_comes_from_the_environment(read):
    token = read("api_tokens: [{name: ci, token: {env: API_TOKEN}}]").api_tokens[0].token

    assert token.reveal() == "hidden-api-token-of-ann"


@ALL(
    ("content", "secret"),
    [
        pytest.param(b"from-a-file", "from-a-file", id="as it is"),
        pytest.param(b"from-a-file\n", "from-a-file", id="with an editor's newline"),
        pytest.param(b"from-a-file\r\n", "from-a-file", id="with another editor's newline"),
    ],
)
def test_a_secret_comes_from_a_file_beside_the_settings(read, tmp_path, content, secret):
    (tmp_path / "token").write_bytes(content)

    settings = read("api_tokens: [{name: ci, token: {file: token}}]")

    assert settings.api_tokens[0].token.reveal() == secret


def test_only_one_newline_is_the_editors(read, tmp_path):
    (tmp_path / "key.json").write_text("{\n}\n\n")

    read = read('chats: {google_chat: {service_account: {file: key.json}, project_number: "1"}}')
    assert read.chats.google_chat.service_account.reveal() == "{\n}\n"


def test_a_path_of_a_secret_may_be_absolute(read, tmp_path):
    (tmp_path / "token").write_text("from-a-file")

    assert (
        read(f"api_tokens: [{{name: ci, token: {{file: {tmp_path}/token}}}}]").api_tokens[0].token.reveal()
        == "from-a-file"
    )


def test_the_database_may_be_a_secret_as_a_whole(read):
    url = read("database: {url: {env: DATABASE_URL}}").database.url

    assert url.reveal() == "postgresql+asyncpg://bot:hidden-password@db/pointsman"


def test_a_database_with_a_password_written_out_is_shown_without_it(read):
    url = read("database: {url: 'postgresql+asyncpg://bot:hidden@db/x?password=hidden&ssl=require'}").database.url

    assert url.reveal() == "postgresql+asyncpg://bot:hidden@db/x?password=hidden&ssl=require"
    assert url.source == {"url": "postgresql+asyncpg://bot:***@db/x?password=***&ssl=require"}


@ALL(
    ("written", "told"),
    [
        pytest.param("hidden", SECRET, id="the secret itself"),
        pytest.param("12345678", SECRET, id="the secret itself, a number"),
        pytest.param("[hidden]", SECRET, id="in a list"),
        pytest.param("{hidden}", SECRET, id="in braces"),
        pytest.param("{value: hidden}", SECRET, id="under another key"),
        pytest.param("{env: API_TOKEN, file: x}", SECRET, id="both"),
        pytest.param("{env: 12}", SECRET, id="a number for a name"),
        pytest.param("{}", SECRET, id="nothing in braces"),
        pytest.param("", SECRET, id="nothing"),
        pytest.param(
            "{env: xoxb-hidden}",
            "`env` must be the name of an environment variable (letters, digits and _)",
            id="the secret in place of its name",
        ),
        pytest.param("{env: NOT_SET}", "the environment variable NOT_SET is not set", id="not set"),
        pytest.param("{env: EMPTY}", "the environment variable EMPTY is empty", id="set to nothing"),
        pytest.param("{file: gone}", "the file 'gone' cannot be read: No such file or directory", id="no such file"),
        pytest.param("{file: ''}", "'' is not a file", id="no path"),
        pytest.param("{file: .}", "'.' is not a file", id="a folder"),
        pytest.param("{file: /dev/zero}", "'/dev/zero' is not a file", id="a device"),
        pytest.param("{file: empty}", "the file 'empty' is empty", id="an empty file"),
        pytest.param("{file: blank}", "the file 'blank' is empty", id="a newline alone"),
        pytest.param("{file: large}", "the file 'large' is larger than 64 KiB", id="a large file"),
        pytest.param("{file: bytes}", "the file 'bytes' is not text in UTF-8", id="no text"),
        pytest.param("{file: empty/x}", "the file 'empty/x' cannot be read: Not a directory", id="a file as a folder"),
        pytest.param(
            "{env: WITH_SPACE}",
            "must be of visible ASCII characters without spaces, as it is sent in a header",
            id="a token with spaces",
        ),
    ],
)
def test_a_secret_that_cannot_be_had_is_named_by_its_place_alone(wrong, tmp_path, written, told):
    (tmp_path / "empty").write_text("")
    (tmp_path / "blank").write_text("\n")
    (tmp_path / "large").write_text("x" * 70_000)
    (tmp_path / "bytes").write_bytes(b"abc\xff")

    assert wrong(f"api_tokens:\n  - name: ci\n    token: {written}") == [f"3: api_tokens[0].token: {told}"]


@ALL(
    ("written", "told"),
    [
        pytest.param("{env: WITH_SLASH}", HOOK_TOKEN, id="not for a path"),
        pytest.param("hook-token-of-sixteen-and-more", SECRET, id="written out"),
    ],
)
def test_a_hook_token_must_fit_into_a_path(wrong, written, told):
    assert wrong(f"clusters: [{{name: eu, hook_tokens: [{written}]}}]") == [f"1: clusters[0].hook_tokens[0]: {told}"]


def test_a_file_that_may_not_be_read_is_named(wrong, tmp_path, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "token").write_text("hidden")
    monkeypatch.setattr("pathlib.Path.open", refuse)

    told = wrong("api_tokens: [{name: ci, token: {file: token}}]")

    assert told == ["1: api_tokens[0].token: the file 'token' cannot be read: Permission denied"]


EVERY_SECRET = """
database: {url: {env: DATABASE_URL}}
clusters: [{name: eu, hook_tokens: [{env: HOOK_TOKEN}]}]
chats:
  slack:
    team: T1
    bot_token: {env: SLACK_BOT_TOKEN}
    app_token: {env: SLACK_APP_TOKEN}
    signing_secret: {env: SLACK_SIGNING_SECRET}
  google_chat: {service_account: {env: API_TOKEN}, project_number: "1", webhooks: {ops: {env: API_TOKEN}}}
api_tokens: [{name: ci, token: {env: API_TOKEN}}]
"""


def hidden(text: str) -> bool:
    return not any(secret in text for secret in ("hidden", "hook-token"))


def test_settings_show_no_secret_however_they_are_shown(read):
    settings = read(EVERY_SECRET)

    for shown in (repr(settings), str(settings), f"{settings.api_tokens[0].token}", settings.model_dump_json()):
        assert hidden(shown)
    assert not hidden(settings.api_tokens[0].token.reveal())


def test_mistakes_show_no_secret_that_was_found(wrong):
    assert hidden(" ".join(wrong(EVERY_SECRET + "people: 3\nserver: {port: 0}")))


@ALL(
    "place",
    [
        "database: {url: 'postgres://ann:hidden@db/x'}",
        "database: {url: 'postgresql+asyncpg://ann:hidden@db'}",
        "database: {url: 'hidden'}",
        "clusters: [{name: eu, hook_tokens: hidden-1}]",
        "clusters: [{name: eu, hook_tokens: [hidden-1]}]",
        "chats: {slack: {bot_token: hidden-1}}",
        "chats: {slack: {bot_token: {hidden-1: }}}",
        "chats: {slack: {team: xoxb-hidden-1}}",
        "chats: {slack: {mode: xoxb-hidden-1}}",
        "chats: {slack: {app: xapp-hidden-1}}",
        "chats: {slack: xoxb-hidden-1}",
        "server: {public_url: 'https://ann:hidden@example.com'}",
        "api_tokens: [{name: 'hidden token', token: hidden-1}]",
        "api_tokens: hidden-1",
        "api_tokens: [{name: ci, token: *hidden-1}]",
        "api_tokens: [{name: ci, token: !hidden-1}]",
        "api_tokens: [{name: ci, token: !hidden!1}]",
        "api_tokens: [{name: ci, token: !!int hidden-1}]",
        "api_tokens: [{name: ci, token: @hidden-1}]",
        "api_tokens: [{name: ci, token: %hidden-1}]",
        "api_tokens: [{name: ci, token: hidden: 1}]",
        'api_tokens: [{name: ci, token: "hidden-1\\q"}]',
        "api_tokens:\n%hidden-1",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(wrong, place):
    assert all(hidden(line) for line in wrong(place))


def test_the_digest_counts_a_secret_by_where_it_is(tmp_path):
    def digested(environ, text=EVERY_SECRET):
        return digest(parse(text, name="x", environ=environ, base=tmp_path))

    names = ("HOOK_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "API_TOKEN")
    database = {"DATABASE_URL": "postgresql+asyncpg://db/x"}
    first = digested({name: f"{name}-1-of-many-characters" for name in names} | database)

    assert first == digested({name: f"{name}-2-of-many-characters" for name in names} | database)
    assert first != digested(
        {name: f"{name}-1-of-many-characters" for name in (*names, "OTHER")} | database,
        EVERY_SECRET.replace("HOOK_TOKEN", "OTHER"),
    )


def test_the_digest_is_that_of_the_meaning_and_not_of_the_text(read):
    short = digest(read("policies: [{approvers: [ann@example.com], expires_after: 1h}]"))
    long = digest(
        read("""
            # the same
            policies:
              - approvers: [Ann@Example.com]
                quorum: 1
                expires_after: 60m
        """)
    )
    other = digest(read("policies: [{approvers: [ann@example.com], expires_after: 2h}]"))

    assert short == long != other
    assert len(short) == 64
    assert set(short) <= set("0123456789abcdef")
