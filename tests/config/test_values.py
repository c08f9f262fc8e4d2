"""What the settings say becomes plain, frozen values."""

from datetime import timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from bot.config.policies import KINDS, STAGES, Policy
from bot.domain.policy import OnExpiry, OnMismatch, ReasonRule, Stage, Traffic, UnknownAuthor


def test_an_almost_empty_file_gives_the_defaults(read):
    settings = read("server: {}")

    assert (settings.server.host, settings.server.port, settings.server.metrics_port) == ("0.0.0.0", 8080, 9090)
    assert settings.database.url.reveal() == "sqlite+aiosqlite:///pointsman.db"
    assert settings.chats.slack is None
    assert settings.chats.console.sign_in == "token"
    assert settings.policies == settings.routes == settings.clusters == ()


def test_a_policy_without_terms_gets_those_of_the_contract(read):
    policy = read("policies: [{approvers: [ann@example.com]}]").policies[0]

    assert policy.name == "policy-1"
    assert {policy.match.cluster, policy.match.namespace, policy.match.name, policy.match.kind, policy.match.stage} == {
        "*"
    }
    assert (policy.quorum, policy.require, policy.self_approval, policy.unknown_author) == (1, (), True, "refuse")
    assert (policy.reason, policy.expires_after, policy.on_expiry) == ("on_reject", None, "hold")
    assert (policy.traffic, policy.on_mismatch) == ("each_step", "roll_back")


def test_policies_without_a_name_are_named_after_their_place(read):
    settings = read("policies: [{match: {name: a}}, {name: mine, match: {name: b}}, {match: {name: c}}]")

    assert [policy.name for policy in settings.policies] == ["policy-1", "mine", "policy-3"]


def test_a_duration_becomes_a_length_of_time(read):
    settings = read("policies: [{expires_after: 1h30m}, {expires_after: none}, {expires_after: null}]")

    assert [policy.expires_after for policy in settings.policies] == [timedelta(minutes=90), None, None]


def test_addresses_are_kept_in_lower_case(read):
    settings = read("""
        groups: {sre: {emails: [Ann@Example.COM]}}
        policies: [{approvers: [BOB@example.com]}]
        api_tokens: [{name: lea, token: {env: API_TOKEN}, email: LEA@example.com}]
    """)

    assert settings.groups["sre"].emails == ("ann@example.com",)
    assert settings.policies[0].approvers == ("bob@example.com",)
    assert settings.api_tokens[0].email == "lea@example.com"


def test_a_further_address_means_the_main_one_wherever_it_stands(read):
    settings = read("""
        people: [{email: Ann@example.com, also: [ann.lee@Example.co.uk]}]
        groups: {sre: {emails: [ANN.lee@example.co.uk]}}
        policies: [{approvers: [ann.lee@example.co.uk]}, {require: [{of: [ann.lee@example.co.uk]}]}]
        api_tokens: [{name: ann, token: {env: API_TOKEN}, email: ann.lee@example.co.uk}]
    """)

    assert settings.people[0].also == ("ann.lee@example.co.uk",)
    assert settings.groups["sre"].emails == ("ann@example.com",)
    assert settings.policies[0].approvers == ("ann@example.com",)
    assert settings.policies[1].require[0].of == ("ann@example.com",)
    assert settings.api_tokens[0].email == "ann@example.com"


@pytest.mark.parametrize(
    ("kubernetes", "context"),
    [
        pytest.param("none", None, id="by hooks alone"),
        pytest.param("in-cluster", None, id="in the cluster"),
        pytest.param("{context: prod, kubeconfig: /etc/kube}", "prod", id="from outside"),
        pytest.param("{context: prod}", "prod", id="with the usual kubeconfig"),
    ],
)
def test_access_to_a_cluster_has_three_forms(read, kubernetes, context):
    text = f"clusters: [{{name: eu, kubernetes: {kubernetes}, hook_tokens: [{{env: HOOK_TOKEN}}]}}]"

    access = read(text).clusters[0].kubernetes

    assert getattr(access, "context", None) == context
    assert context or access == kubernetes


def test_links_lose_the_slash_at_their_end(read):
    assert read("server: {public_url: 'https://example.com/bot//'}").server.public_url == "https://example.com/bot"


def test_without_a_public_url_links_lead_to_the_port_of_this_machine(read):
    assert read("server: {port: 18080}").server.public_url == "http://localhost:18080"


def test_the_address_of_slack_ends_in_one_slash(read):
    text = "chats: {slack: {bot_token: {env: SLACK_BOT_TOKEN}, app_token: {env: SLACK_APP_TOKEN}, team: T1%s}}"

    assert read(text % "").chats.slack.api_url == "https://slack.com/api/"
    assert read(text % ", api_url: 'http://localhost:1/api'").chats.slack.api_url == "http://localhost:1/api/"
    assert read(text % ", api_url: 'http://localhost:1/api/'").chats.slack.api_url == "http://localhost:1/api/"


def test_anchors_may_save_repetition(read):
    settings = read("""
        policies:
          - {match: {stage: start}, approvers: &sre [ann@example.com, bob@example.com]}
          - {match: {stage: promotion}, approvers: *sre}
    """)

    assert settings.policies[1].approvers == ("ann@example.com", "bob@example.com")


def test_nothing_in_the_settings_can_be_changed(read):
    settings = read("groups: {sre: {emails: [ann@example.com]}}")

    with pytest.raises(ValidationError):
        settings.server.port = 1
    with pytest.raises(TypeError):
        settings.groups["all"] = settings.groups["sre"]


def test_the_words_of_the_settings_are_those_of_the_domain():
    def words(field):
        return set(get_args(Policy.model_fields[field].annotation))

    assert tuple(Stage) == STAGES
    assert words("reason") == set(ReasonRule)
    assert words("on_expiry") == set(OnExpiry)
    assert words("traffic") == set(Traffic)
    assert words("unknown_author") == set(UnknownAuthor)
    assert words("on_mismatch") == set(OnMismatch)
    assert KINDS == ("Canary", "Rollout", "Deployment")
