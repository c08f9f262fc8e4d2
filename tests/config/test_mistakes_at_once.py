"""One look at the file finds everything, and nothing twice."""


def test_all_mistakes_of_a_file_are_told_at_once_by_line(wrong):
    told = wrong("""
        server: {port: 0, pubic_url: x}
        clusters:
          - {name: eu, hook_tokens: [{env: NOT_SET}]}
          - {name: eu, engine: x}
        policies:
          - {approvers: [sre, group:ops, token:ci], expires_after: 90, self_approval: false}
          - 3
          - {approvers: [group:opps], require: [{of: [group:ops]}]}
        server: {}
        groups: {ops: 3}
        api_tokens: [{name: ci, token: {env: NOT_SET}}, {name: ci, token: secret}]
    """)

    assert [": ".join(line.split(": ")[:2]) for line in told] == [
        "1: server.port",
        "1: server.pubic_url",
        "3: clusters[0].hook_tokens[0]",
        "4: clusters[1].engine",
        "4: clusters[1].hook_tokens",
        "4: clusters[1].name",
        "6: policies[0].approvers[0]",
        "6: policies[0].expires_after",
        "7: policies[1]",
        "8: policies[2].require",
        "8: policies[2].approvers[0]",
        "9: server",
        "10: groups.ops",
        "11: api_tokens[0].token",
        "11: api_tokens[1].token",
        "11: api_tokens[1].name",
    ]


def test_a_mistake_does_not_bring_others_that_only_follow_from_it(wrong):
    assert wrong("""
        server: {port: no, metrics_port: 8080}
        clusters: [{name: eu, kubernetes: in-clustre, hook_tokens: [{env: WITH_SLASH}]}]
        chats:
          slack: {mode: htp, bot_token: {env: SLACK_BOT_TOKEN}, signing_secret: {env: SLACK_SIGNING_SECRET}, team: T1}
          google_chat: {webhooks: {ops: {env: NOT_SET}}}
        groups: {sre: 3}
        policies: [{approvers: [group:sre, token:ci], self_approval: false}]
        routes: [{to: [google_chat:webhook/ops]}]
        api_tokens: [{name: ci, token: {env: NOT_SET}}]
    """) == [
        "1: server.port: must be a whole number, is text",
        "2: clusters[0].kubernetes: must be 'none' or 'in-cluster', is 'in-clustre'; did you mean in-cluster?",
        (
            "2: clusters[0].hook_tokens[0]: must be letters, digits, '-' and '_', as it stands in a URL;"
            " `openssl rand -hex 32` makes a good one"
        ),
        "4: chats.slack.mode: must be 'socket' or 'http', is 'htp'; did you mean http?",
        "5: chats.google_chat.webhooks.ops: the environment variable NOT_SET is not set",
        "6: groups.sre: must be a mapping (`key: value`), is a number",
        "9: api_tokens[0].token: the environment variable NOT_SET is not set",
    ]
