"""Any file that is no settings at all ends in one clear line."""

import pytest

from bot.config import SettingsError, parse
from bot.config.reading import read

ALL = pytest.mark.parametrize
TAG = "has a tag (!) that is not known here; leave it out, or put text that begins with ! in quotes"


@ALL(
    ("text", "told"),
    [
        pytest.param("", "is empty; it must hold settings, as `key: value`", id="nothing"),
        pytest.param("# only a comment\n", "is empty; it must hold settings, as `key: value`", id="a comment"),
        pytest.param("- 1\n- 2", "1: must be a mapping (`key: value`) of settings", id="a list"),
        pytest.param("\n\nhello", "1: must be a mapping (`key: value`) of settings", id="a word"),
        pytest.param("---\n", "2: must be a mapping (`key: value`) of settings", id="the beginning of a document"),
        pytest.param("a: b: c", "1: is not valid YAML: mapping values are not allowed here", id="two colons"),
        pytest.param(
            "server: {}\n\tport: 1",
            "2: is not valid YAML: found character '\\t' that cannot start any token",
            id="a tab",
        ),
        pytest.param(
            "server: {\n",
            "2: is not valid YAML: expected the node content, but found '<stream end>'",
            id="an open brace",
        ),
        pytest.param(
            "server: {}\n---\nserver: {}", "2: is not valid YAML: but found another document", id="two documents"
        ),
        pytest.param("policies: *sre", "1: is not valid YAML: found undefined alias", id="an alias of nothing"),
        pytest.param("a: 1\nb: \x00", "2: holds a character that YAML does not allow (U+0000)", id="a NUL"),
        pytest.param(
            "a: 1\nb: \ud800", "2: holds a character that YAML does not allow (U+D800)", id="half a character"
        ),
        pytest.param('a: "\\U00110000"', "is not valid YAML", id="a character past the last"),
        pytest.param("[" * 1000, "1: is nested deeper than 40 levels", id="a thousand brackets"),
        pytest.param(
            "a: &a [*a]", "1: holds more than 20000 values, or an alias to what it stands in", id="an endless list"
        ),
        pytest.param(
            "a: &a {b: *a}",
            "1: holds more than 20000 values, or an alias to what it stands in",
            id="an endless mapping",
        ),
        pytest.param("a" * (1024 * 1024 + 1), "is larger than 1024 KiB", id="more than is read"),
    ],
)
def test_what_is_no_settings_is_one_line(wrong, text, told):
    assert wrong(text) == [told]


def test_a_billion_laughs_are_cut_short(wrong):
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    told = wrong("\n".join(lines))

    assert told == ["1: holds more than 20000 values, or an alias to what it stands in"]


@ALL(
    ("text", "told"),
    [
        pytest.param(
            'server: {host: "a\\0b"}',
            "1: server.host: holds a character that settings may not have (U+0000)",
            id="an escaped NUL",
        ),
        pytest.param(
            'server: {host: "\\uD83D"}',
            "1: server.host: holds a character that settings may not have (U+D83D)",
            id="half of a pair",
        ),
        pytest.param(
            'policies: [{name: "a\\u202Eb"}]',
            "1: policies[0].name: holds a character that settings may not have (U+202E)",
            id="text that runs backwards",
        ),
        pytest.param(
            "policies:\n  - name: |\n      a\n      b",
            "2: policies[0].name: holds a character that settings may not have (U+000A)",
            id="two lines",
        ),
        pytest.param(
            '"ser\\nver": 1',
            "1: ser\\u000aver: holds a character that settings may not have (U+000A) in a key",
            id="two lines in a key",
        ),
        pytest.param(
            "server: {host: !!python/object:os.system x}",
            f"1: server.host: {TAG}",
            id="a tag that would run code",
        ),
        pytest.param(
            "server: !mine {}",
            f"1: server: {TAG}",
            id="a tag of one's own",
        ),
        pytest.param(
            "server: {port: !!int x}",
            "1: server.port: is not what YAML calls int; if it is text, put it in quotes",
            id="a number that is none",
        ),
        pytest.param(
            "%YAML 1.1\n---\npolicies: [{self_approval: on}]",
            "3: policies[0].self_approval: is not what YAML calls bool; if it is text, put it in quotes",
            id="a word of YAML 1.1",
        ),
        pytest.param(
            "server: {port: 1111111111_}",
            "1: server.port: is not what YAML calls int; if it is text, put it in quotes",
            id="a number that YAML alone knows",
        ),
        pytest.param(
            f"server: {{port: {'1' * 5000}}}",
            "1: server.port: is not what YAML calls int; if it is text, put it in quotes",
            id="a number of five thousand digits",
        ),
        pytest.param("[a]: 1", "1: a key must be a word, not a list or a mapping", id="a list as a key"),
        pytest.param(
            "server:\n  {a: 1}: 1", "2: server: a key must be a word, not a list or a mapping", id="a mapping as a key"
        ),
        pytest.param(
            "server: {<<: {port: 1}}",
            "1: server.<<: is not a known key; known here: host, port, metrics_port, public_url",
            id="a merge",
        ),
    ],
)
def test_an_odd_value_is_named_with_line_and_key(wrong, text, told):
    assert wrong(text) == [told]


@ALL(
    ("written", "value"),
    [
        pytest.param("true", True, id="yes"),
        pytest.param("False", False, id="no"),
        pytest.param("yes", "yes", id="a word that was yes in YAML 1.1"),
        pytest.param("~", None, id="nothing"),
        pytest.param("", None, id="silence"),
        pytest.param("12", 12, id="a number"),
        pytest.param("-1_000", -1000, id="a number with a gap"),
        pytest.param("017", 17, id="a number that begins with 0"),
        pytest.param("0o17", 15, id="octal"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("1.5", 1.5, id="a fraction"),
        pytest.param("1e3", 1000.0, id="a power of ten"),
        pytest.param("'12'", "12", id="a number in quotes"),
        pytest.param("!!str 12", "12", id="a number that is said to be text"),
        pytest.param("2026-11-24", "2026-11-24", id="a date"),
        pytest.param("12:30:45", "12:30:45", id="a time"),
        pytest.param("=", "=", id="an equals sign"),
        pytest.param("1h", "1h", id="a duration"),
        pytest.param('"👩\\u200d🚀"', "👩\u200d🚀", id="an emoji that is joined of two"),
    ],
)
def test_values_are_those_of_yaml_1_2(written, value):
    found = read(f"key: {written}", name="x").values["key"]

    assert (type(found), found) == (type(value), value)


def test_keys_are_words_as_they_are_written():
    assert read("{on: 1, 1: 2, ~: 3, true: 4}", name="x").values == {"on": 1, "1": 2, "~": 3, "true": 4}


def test_a_byte_order_mark_is_no_part_of_the_settings(tmp_path):
    assert parse("\ufeffserver: {port: 81}", name="x", environ={}, base=tmp_path).server.port == 81


def test_an_anchor_may_be_named_again():
    assert read("{a: &x 1, b: &x 2, c: *x}", name="x").values == {"a": 1, "b": 2, "c": 2}


def test_the_mistakes_are_there_one_by_one(read):
    with pytest.raises(SettingsError) as raised:
        read("server:\n  port: 0")

    mistake = raised.value.mistakes[0]
    assert (mistake.key, mistake.line, mistake.message) == ("server.port", 2, "must be 1 or more, is 0")
    assert str(raised.value) == "pointsman.yaml:2: server.port: must be 1 or more, is 0"
