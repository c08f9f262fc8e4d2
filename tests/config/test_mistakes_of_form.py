"""Keys that nobody knows, values of the wrong kind, links and databases: told with line, key and cure."""

import pytest

ALL = pytest.mark.parametrize
CLUSTER = "hook_tokens: [{env: HOOK_TOKEN}]"


@ALL(
    ("text", "told"),
    [
        pytest.param(
            "server: {}\ndatabase: {}\nserver: {port: 1}",
            "3: server: is given twice, first in line 1",
            id="a section given twice",
        ),
        pytest.param(
            "policies:\n- quorum: 1\n  quorum: 2",
            "3: policies[0].quorum: is given twice, first in line 2",
            id="a key given twice, deep inside",
        ),
        pytest.param(
            "server:\n  prt: 1",
            "2: server.prt: is not a known key; did you mean port?",
            id="an unknown key, nearly known",
        ),
        pytest.param(
            "server: {xyz: 1}",
            "1: server.xyz: is not a known key; known here: host, port, metrics_port, public_url",
            id="an unknown key like no other",
        ),
        pytest.param("sever: {}", "1: sever: is not a known key; did you mean server?", id="an unknown section"),
        pytest.param(
            "clusters:\n  - name: a\n    hook_tokens: [{env: HOOK_TOKEN}]\n    kubernetes: {contxt: x, context: y}",
            "4: clusters[0].kubernetes.contxt: is not a known key; did you mean context?",
            id="an unknown key in one of several forms",
        ),
        pytest.param(
            f"clusters:\n\n  - {CLUSTER}", "3: clusters[0].name: is missing", id="a missing key, told at its parent"
        ),
        pytest.param(
            "chats:\n  slack:\n    bot_token: {env: SLACK_BOT_TOKEN}\n    app_token: {env: SLACK_APP_TOKEN}",
            "2: chats.slack.team: is missing",
            id="a missing key of a section",
        ),
        pytest.param(
            "clusters: {}",
            "1: clusters: must be a list, is a mapping; begin each item with `- `, or write [a, b]",
            id="a mapping in place of a list",
        ),
        pytest.param("policies:", "1: policies: must be a list, is empty", id="nothing in place of a list"),
        pytest.param(
            "server: [1]", "1: server: must be a mapping (`key: value`), is a list", id="a list in place of a mapping"
        ),
        pytest.param(
            "groups: all", "1: groups: must be a mapping (`key: value`), is text", id="text in place of a mapping"
        ),
        pytest.param(
            "policies: [3]", "1: policies[0]: must be a mapping (`key: value`), is a number", id="a number as a policy"
        ),
        pytest.param(
            "server: {port: '80'}",
            "1: server.port: must be a whole number, is text; leave the quotes out",
            id="a number in quotes",
        ),
        pytest.param("server: {port: web}", "1: server.port: must be a whole number, is text", id="a word for a port"),
        pytest.param(
            "server: {port: true}", "1: server.port: must be a whole number, is true or false", id="yes as a port"
        ),
        pytest.param("server: {port: 80.5}", "1: server.port: must be a whole number, is a number", id="half a port"),
        pytest.param("server: {port: 0}", "1: server.port: must be 1 or more, is 0", id="port 0"),
        pytest.param(
            "server: {metrics_port: 65536}",
            "1: server.metrics_port: must be 65535 or less, is 65536",
            id="a port too high",
        ),
        pytest.param(
            "server:\n  port: 9090",
            "1: server.metrics_port: must differ from server.port, which is 9090 too",
            id="one port for two things",
        ),
        pytest.param("server: {host: ' '}", "1: server.host: is empty", id="blanks for a host"),
        pytest.param(
            "server: {host: 12}", "1: server.host: must be text, is a number; put it in quotes", id="a number for text"
        ),
        pytest.param(
            "policies: [{self_approval: yes}]",
            "1: policies[0].self_approval: must be true or false, is text; yes, no, on and off are mere words",
            id="yes in place of true",
        ),
    ],
)
def test_a_mistake_is_named_with_line_key_and_cure(wrong, text, told):
    assert wrong(text) == [told]


CLUSTER = "clusters: [{name: eu, kubernetes: in-cluster, engines: [deployments], deployments: {selector: SELECTOR}}]"


@ALL("selector", ["=== ,", "a b", "-team=shop", "team=shop,", "tier in web", "tier in (web", "a/b/c=d", "=shop"])
def test_a_selector_that_kubernetes_would_refuse_is_a_mistake(wrong, selector):
    told = "must be a label selector, such as team=shop or 'tier in (web, api)'"

    assert wrong(CLUSTER.replace("SELECTOR", f"'{selector}'")) == [
        f"1: clusters[0].deployments.selector: {told}, is '{selector}'"
    ]


@ALL(
    "selector",
    [
        "pointsman.dev/watch=true",
        "team",
        "!team",
        "team=",
        "a=b,c!=d",
        "tier in (web, api), !old",
        "tier notin (db)",
        "n>1",
    ],
)
def test_a_selector_that_kubernetes_takes_is_taken(read, selector):
    assert read(CLUSTER.replace("SELECTOR", f"'{selector}'")).clusters[0].deployments.selector == selector


LINK = "must be a URL that begins with http:// or https:// and names a host"


@ALL(
    ("url", "told"),
    [
        pytest.param("pointsman.example.com", LINK, id="no scheme"),
        pytest.param("ftp://example.com", LINK, id="another scheme"),
        pytest.param("https://", LINK, id="no host"),
        pytest.param("https://example.com:port", LINK, id="a port that is none"),
        pytest.param("https://[::1", LINK, id="half an address"),
        pytest.param("https://exa mple.com", LINK, id="a blank"),
        pytest.param(
            "https://ann:pw@example.com", "must be a URL without user, query (?) and fragment (#)", id="a user"
        ),
        pytest.param(
            "https://example.com/?a=1", "must be a URL without user, query (?) and fragment (#)", id="a query"
        ),
        pytest.param(
            "https://example.com/#a", "must be a URL without user, query (?) and fragment (#)", id="a fragment"
        ),
    ],
)
def test_a_public_url_must_be_a_link_that_can_be_added_to(wrong, url, told):
    assert wrong(f"server: {{public_url: '{url}'}}") == [f"1: server.public_url: {told}"]


@ALL(
    ("url", "told"),
    [
        pytest.param(
            "postgresql://db/x",
            "must begin with postgresql+asyncpg://, as this bot speaks to PostgreSQL through asyncpg",
            id="PostgreSQL without its driver",
        ),
        pytest.param(
            "postgres://db/x",
            "must begin with postgresql+asyncpg://, as this bot speaks to PostgreSQL through asyncpg",
            id="PostgreSQL's short name",
        ),
        pytest.param(
            "postgresql+psycopg://db/x",
            "must begin with postgresql+asyncpg://, as this bot speaks to PostgreSQL through asyncpg",
            id="PostgreSQL with another driver",
        ),
        pytest.param(
            "sqlite:///x.db",
            "must begin with sqlite+aiosqlite://, as this bot speaks to SQLite through aiosqlite",
            id="SQLite without its driver",
        ),
        pytest.param(
            "mysql://db/x",
            "must be sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/DATABASE",
            id="another database",
        ),
        pytest.param(
            "pointsman.db",
            "is not a URL; it must be sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/DATABASE",
            id="a file alone",
        ),
        pytest.param(
            "sqlite+aiosqlite://x.db",
            "needs three slashes before a file (sqlite+aiosqlite:///pointsman.db), four before an absolute path",
            id="too few slashes",
        ),
        pytest.param(
            "sqlite+aiosqlite:///:memory:",
            "must name a file (sqlite+aiosqlite:///pointsman.db): what is kept in memory is no record",
            id="memory",
        ),
        pytest.param(
            "sqlite+aiosqlite://",
            "must name a file (sqlite+aiosqlite:///pointsman.db): what is kept in memory is no record",
            id="memory, by silence",
        ),
        pytest.param(
            "postgresql+asyncpg://db",
            "names no database; it must be postgresql+asyncpg://USER@HOST/DATABASE",
            id="no database",
        ),
        pytest.param(
            "postgresql+asyncpg://u:hidden/x@db/x",
            "is not a URL; in a password, characters such as / ? # @ and : are written as %2F and the like",
            id="an odd character in a password",
        ),
    ],
)
def test_a_database_is_of_two_kinds(wrong, url, told):
    assert wrong(f"database: {{url: '{url}'}}") == [f"1: database.url: {told}"]
