"""Clusters, chats, routes and tokens: mistakes are told with line, key and cure."""

import pytest

ALL = pytest.mark.parametrize
CLUSTER = "hook_tokens: [{env: HOOK_TOKEN}]"
SLACK = "bot_token: {env: SLACK_BOT_TOKEN}, app_token: {env: SLACK_APP_TOKEN}"


@ALL(
    ("text", "told"),
    [
        pytest.param(
            "routes: [{match: {cluster: ''}, to: [slack:C1]}]",
            "1: routes[0].match.cluster: matches nothing; leave the key out to match everything",
            id="a glob of nothing",
        ),
        pytest.param(
            "clusters: [{name: eu}]",
            "1: clusters[0].hook_tokens: is missing; Flagger's hooks carry one: [{env: NAME}]",
            id="Flagger without a hook token",
        ),
        pytest.param(
            f"clusters: [{{name: prod eu, {CLUSTER}}}]",
            "1: clusters[0].name: must be a name: up to 63 letters, digits, '.', '_' and '-' without accents or spaces",
            id="a name with a space",
        ),
        pytest.param(
            f"clusters: [{{name: eu, kubernetes: no, {CLUSTER}}}]",
            "1: clusters[0].kubernetes: must be 'none' or 'in-cluster', is 'no'; did you mean none?",
            id="an unknown way to a cluster",
        ),
        pytest.param(
            f"clusters: [{{name: eu, kubernetes: {{kubeconfig: x}}, {CLUSTER}}}]",
            "1: clusters[0].kubernetes.context: is missing",
            id="a kubeconfig without a context",
        ),
        pytest.param(
            f"clusters: [{{name: eu, engines: [fluger], {CLUSTER}}}]",
            "1: clusters[0].engines[0]: must be 'flagger', 'argo-rollouts' or 'deployments', is 'fluger';"
            " did you mean flagger?",
            id="an unknown engine",
        ),
        pytest.param(
            f"clusters:\n  - {{name: eu, {CLUSTER}}}\n  - {{name: eu, hook_tokens: [{{env: OTHER_HOOK_TOKEN}}]}}",
            "3: clusters[1].name: 'eu' is taken by clusters[0].name",
            id="two clusters of one name",
        ),
        pytest.param(
            f"clusters:\n  - {{name: eu, {CLUSTER}}}\n  - name: us\n    hook_tokens:\n"
            "      - {env: OTHER_HOOK_TOKEN}\n      - {env: HOOK_TOKEN}",
            "6: clusters[1].hook_tokens[1]: holds the same token as clusters[0].hook_tokens[0]; each needs its own",
            id="one hook token for two clusters",
        ),
        pytest.param(
            "api_tokens:\n  - {name: a, token: {env: API_TOKEN}}\n  - {name: a, token: {env: OTHER_API_TOKEN}}",
            "3: api_tokens[1].name: 'a' is taken by api_tokens[0].name",
            id="two tokens of one name",
        ),
        pytest.param(
            "api_tokens: [{name: a, token: {env: API_TOKEN}}, {name: b, token: {env: API_TOKEN}}]",
            "1: api_tokens[1].token: holds the same token as api_tokens[0].token; each needs its own",
            id="one token of two names",
        ),
        pytest.param("routes: [{}]", "1: routes[0].to: is missing", id="a route that leads nowhere"),
        pytest.param("routes: [{to: []}]", "1: routes[0].to: must not be empty", id="a route to nothing"),
        pytest.param(
            "routes: [{to: ['slack:#releases']}]",
            "1: routes[0].to[0]: must name a channel by its id, such as slack:C0123ABCD, is 'slack:#releases';"
            " Slack shows the id at the end of the channel's details",
            id="a channel by its name",
        ),
        pytest.param(
            "routes: [{to: [teams:x]}]",
            "1: routes[0].to[0]: must be slack:CHANNEL_ID, google_chat:spaces/SPACE or google_chat:webhook/NAME,"
            " is 'teams:x'",
            id="a route to an unknown chat",
        ),
        pytest.param(
            "routes: [{to: [google_chat:webhook/ops]}]",
            "1: routes[0].to[0]: webhook 'ops' is not defined in chats.google_chat.webhooks",
            id="a webhook that is not defined",
        ),
        pytest.param(
            f"chats: {{slack: {{{SLACK}, team: acme}}}}",
            "1: chats.slack.team: must be the id of a workspace or an organisation, such as T0123ABCD",
            id="a workspace by its name",
        ),
        pytest.param(
            "chats:\n  slack: {bot_token: {env: SLACK_BOT_TOKEN}, team: T1}",
            "2: chats.slack.app_token: is missing; mode socket needs it (or say mode: http)",
            id="socket mode without its token",
        ),
        pytest.param(
            f"chats: {{slack: {{mode: http, {SLACK}, team: T1}}}}",
            "1: chats.slack.signing_secret: is missing; mode http needs it (or say mode: socket)",
            id="HTTP mode without its secret",
        ),
        pytest.param(
            "chats: {google_chat: {project_number: 123}}",
            "1: chats.google_chat.project_number: must be text, is a number; put it in quotes",
            id="a number in place of an id",
        ),
        pytest.param(
            "chats: {google_chat: {commands: {release: 0}}}",
            "1: chats.google_chat.commands.release: must be 1 or more, is 0",
            id="a command without a number",
        ),
        pytest.param(
            "chats: {google_chat: {service_account: {env: API_TOKEN}}}",
            "1: chats.google_chat.project_number: is missing; it tells whose tokens are believed (or say agent)",
            id="an add-on of no project",
        ),
        pytest.param(
            "chats: {google_chat: {service_account: {env: API_TOKEN}, dialect: classic}}",
            "1: chats.google_chat.project_number: is missing; Google's tokens are made out for it (or say audience)",
            id="a classic app of no project",
        ),
        pytest.param(
            "chats: {google_chat: {pubsub: {subscription: projects/shop/subscriptions/chat}}}",
            "1: chats.google_chat.service_account: is missing; pubsub needs it",
            id="Pub/Sub without a service account",
        ),
        pytest.param(
            "chats: {google_chat: {pubsub: {subscription: chat}}}",
            "1: chats.google_chat.pubsub.subscription: must be the full name of a subscription:"
            " projects/PROJECT/subscriptions/NAME",
            id="a subscription by its last name",
        ),
        pytest.param(
            "chats: {google_chat: {spaces: [AAAA]}}",
            "1: chats.google_chat.spaces[0]: must be the name of a space, such as spaces/AAAA1234",
            id="a space by half its name",
        ),
        pytest.param(
            "summaries: [{name: d, at: noon, to: [slack:C1]}]",
            "1: summaries[0].at: must be days and a time, such as `mon-fri 09:00`, or the five fields of cron,"
            " is 'noon'",
            id="a time that is none",
        ),
        pytest.param(
            "summaries: [{name: d, at: mon 09:00, timezone: Rome!, to: [slack:C1]}]",
            "1: summaries[0].timezone: must be the name of a time zone, such as Europe/Rome, is 'Rome!'",
            id="a time zone that cannot be one",
        ),
        pytest.param(
            "summaries: [{name: d, at: mon 09:00, timezone: Europe/Roma, to: [slack:C1]}]",
            "1: summaries[0].timezone: must be the name of a time zone, such as Europe/Rome, is 'Europe/Roma'",
            id="a time zone that there is not",
        ),
        pytest.param(
            "summaries: [{name: d, at: 0 9 31 2 *, to: [slack:C1]}]",
            "1: summaries[0].at: never comes: no month has such a day, is '0 9 31 2 *'",
            id="a time that never comes",
        ),
    ],
)
def test_a_mistake_is_named_with_line_key_and_cure(wrong, text, told):
    assert wrong(text) == [told]
