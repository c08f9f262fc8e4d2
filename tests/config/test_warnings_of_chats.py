"""A chat that nobody hears of, or that is not set up where something needs it, is told by `config check`."""

import pytest

POLICY = "policies: [{approvers: [ann@example.com]}]\n"


def test_slack_that_nobody_hears_of_is_told(doubts):
    text = """
clusters: [{name: eu, hook_tokens: [{env: HOOK_TOKEN}]}]
chats:
  slack:
    bot_token: {env: SLACK_APP_TOKEN}
    app_token: {env: SLACK_BOT_TOKEN}
    team: T1
"""

    assert doubts(text + POLICY) == [
        "1: server.public_url: is left out: links on cards lead to http://localhost:8080",
        "1: routes: none leads to Slack, so cards are shown in the console alone",
        "4: chats.slack.bot_token: does not begin with xoxb-, as Slack's bot tokens do",
        "5: chats.slack.app_token: does not begin with xapp-, as Slack's app-level tokens do",
    ]


def test_google_chat_that_nobody_hears_of_is_told(doubts):
    text = """
clusters: [{name: eu, hook_tokens: [{env: HOOK_TOKEN}]}]
chats:
  google_chat:
    service_account: {env: OTHER_API_TOKEN}
    project_number: "1"
    webhooks: {ops: {env: API_TOKEN}}
api_tokens: [{name: a, token: {env: API_TOKEN}, email: ann@example.com}]
"""

    assert doubts(text + POLICY) == [
        "1: server.public_url: is left out: links on cards lead to http://localhost:8080",
        "1: server.public_url: does not begin with https://, and Google Chat calls no other addresses",
        "1: routes: none leads to Google Chat, so no cards are shown there",
        "4: chats.google_chat.service_account: is not the key file of a service account",
        (
            "6: chats.google_chat.webhooks.ops: does not begin with https://chat.googleapis.com/,"
            " as the webhooks of spaces do"
        ),
    ]


def test_an_add_on_whose_events_are_never_published_is_told(doubts):
    text = """
chats:
  google_chat: {service_account: {env: API_TOKEN}, pubsub: {subscription: projects/p/subscriptions/s}}
"""

    told = "2: chats.google_chat.dialect: must be classic for pubsub: Google publishes no events of add-ons"
    assert told in doubts(text + POLICY)


@pytest.mark.parametrize("chats", ["{}", "{google_chat: {}}"])
def test_without_an_app_in_google_chat_what_needs_it_is_told(doubts, chats):
    text = f"""
server: {{public_url: "https://pointsman.example.com"}}
clusters: [{{name: eu, hook_tokens: [{{env: HOOK_TOKEN}}]}}]
routes: [{{to: [google_chat:spaces/A]}}]
api_tokens: [{{name: a, token: {{env: API_TOKEN}}, email: ann@example.com}}]
chats: {chats}
"""

    told = doubts(text + POLICY)

    missing = "chats.google_chat.service_account is left out, so nothing is posted there"
    assert f"3: routes[0].to[0]: {missing}" in told
    empty = "5: chats.google_chat: has neither a service account nor a webhook, so nothing is posted there"
    assert (empty in told) == (chats != "{}")


def test_without_slack_what_needs_it_is_told(doubts):
    text = """
clusters: [{name: eu, hook_tokens: [{env: HOOK_TOKEN}]}]
groups: {sre: {slack_usergroup: S1}, nobody: {}}
routes: [{to: [slack:C1]}]
summaries: [{name: daily, at: mon 09:00, to: [slack:C1]}]
api_tokens: [{name: a, token: {env: SHORT}}]
"""

    assert doubts(text + POLICY) == [
        "2: groups.sre.slack_usergroup: chats.slack is left out, so nobody can tell who belongs to it",
        "2: groups.nobody: has no members",
        "3: routes[0].to[0]: chats.slack is left out, so nothing is posted there",
        "4: summaries[0].to[0]: chats.slack is left out, so nothing is posted there",
        "5: api_tokens[0].token: is shorter than 16 characters: it can be guessed",
        "5: api_tokens: none has an e-mail, so nobody can sign in to the console",
    ]
