"""What is allowed and yet hardly meant is told by `config check`."""

import pytest

ALL = pytest.mark.parametrize

SOUND = """
server: {public_url: https://pointsman.example.com}
clusters: [{name: eu, hook_tokens: [{env: HOOK_TOKEN}]}]
chats: {slack: {bot_token: {env: SLACK_BOT_TOKEN}, app_token: {env: SLACK_APP_TOKEN}, team: T1}}
"""
ROUTES = "routes: [{to: [slack:C1]}]\n"
POLICY = "policies: [{approvers: [ann@example.com]}]\n"


def test_sound_settings_have_no_warnings(doubts):
    assert doubts(SOUND + ROUTES + POLICY) == []


@ALL(
    ("policies", "told"),
    [
        pytest.param(
            "[{quorum: 2, approvers: [ann@example.com]}]",
            "4: policies[0].quorum: is 2, but only 1 can approve",
            id="a quorum of more than there are",
        ),
        pytest.param(
            "[{quorum: 3, approvers: [group:two, ANN@example.com]}]",
            "4: policies[0].quorum: is 3, but only 2 can approve",
            id="somebody in a group and by address",
        ),
        pytest.param(
            "[{quorum: 2, self_approval: false, unknown_author: count, approvers: [group:two]}]",
            "4: policies[0].quorum: is 2, but only 2 can approve, and the author does not count",
            id="a quorum of all, one of whom may be the author",
        ),
        pytest.param(
            "[{require: [{of: [group:two]}, {of: [ann@example.com], quorum: 2}]}]",
            "4: policies[0].require[1].quorum: is 2, but only 1 can approve",
            id="a quorum of a requirement",
        ),
        pytest.param(
            "[{quorum: 9}]",
            "4: policies[0].approvers: names nobody, so the gates that this policy matches stay closed",
            id="nobody",
        ),
        pytest.param(
            "[{approvers: [ann@example.com, bob@example.com, ANN@example.com]}]",
            "4: policies[0].approvers: ann@example.com is named 2 times, and counts once",
            id="one approver twice",
        ),
        pytest.param(
            "[{name: all, approvers: [ann@example.com]}, {match: {name: web}, approvers: [ann@example.com]}]",
            "4: policies[1]: never counts, as 'all' before it matches all of it",
            id="behind one that matches all",
        ),
        pytest.param(
            "[{name: shop, match: {namespace: sh*}, approvers: [ann@example.com]},"
            " {match: {namespace: shop, stage: promotion}, approvers: [ann@example.com]}]",
            "4: policies[1]: never counts, as 'shop' before it matches all of it",
            id="behind one that matches more",
        ),
        pytest.param(
            "[{name: shop, match: {namespace: sh*}, approvers: [ann@example.com]},"
            " {match: {namespace: sh*, kind: Canary}, approvers: [ann@example.com]}]",
            "4: policies[1]: never counts, as 'shop' before it matches all of it",
            id="behind the same glob",
        ),
        pytest.param(
            "[{on_expiry: reject, approvers: [ann@example.com]}]",
            "4: policies[0].on_expiry: never happens, as expires_after is left out",
            id="an expiry without a time",
        ),
        pytest.param(
            "[{traffic: once, match: {stage: promotion}, approvers: [ann@example.com]}]",
            "4: policies[0].traffic: has no effect, as the policy does not match stage traffic",
            id="traffic of another stage",
        ),
        pytest.param(
            "[{on_mismatch: hold, match: {stage: promotion}, approvers: [ann@example.com]}]",
            "4: policies[0].on_mismatch: has no effect, as the policy does not match stage start",
            id="a start of another stage",
        ),
        pytest.param(
            "[{match: {cluster: EU}, approvers: [ann@example.com]}]",
            "4: policies[0].match.cluster: 'EU' matches none of eu",
            id="no such cluster",
        ),
        pytest.param(
            "[{match: {kind: canary}, approvers: [ann@example.com]}]",
            "4: policies[0].match.kind: 'canary' matches none of Canary, Rollout, Deployment",
            id="a kind in small letters",
        ),
        pytest.param(
            "[{approvers: [token:reader]}]",
            "4: policies[0].approvers[0]: token:reader may not decide (api_tokens: may)",
            id="a token that only reads",
        ),
        pytest.param(
            "[{require: [{of: [token:lea]}]}]",
            "4: policies[0].require[0].of[0]: token:lea acts as lea@example.com; name that address in its place",
            id="a token of a person",
        ),
        pytest.param("[]", "4: policies: there are none, so nobody may approve anything", id="no policies"),
    ],
)
def test_a_policy_that_is_hardly_meant_is_told(doubts, policies, told):
    rest = """
groups: {two: {emails: [ann@example.com, bob@example.com]}}
api_tokens:
  - {name: reader, token: {env: API_TOKEN}}
  - {name: lea, token: {env: OTHER_API_TOKEN}, may: [read, decide], email: lea@example.com}
"""

    assert doubts(SOUND + f"policies: {policies}\n" + ROUTES + rest) == [told]


@ALL(
    "policies",
    [
        pytest.param("[{quorum: 9, approvers: [ann@example.com, group:slack]}]", id="a group that Slack alone knows"),
        pytest.param(
            "[{match: {name: web}, approvers: [ann@example.com]}, {approvers: [ann@example.com]}]",
            id="the particular before the general",
        ),
        pytest.param(
            "[{match: {name: web*}, approvers: [ann@example.com]},"
            " {match: {name: '*web'}, approvers: [ann@example.com]}]",
            id="two globs that overlap",
        ),
        pytest.param(
            "[{match: {stage: traffic}, traffic: once, approvers: [ann@example.com]}]", id="traffic of its stage"
        ),
    ],
)
def test_a_policy_that_may_well_be_meant_is_not_told(doubts, policies):
    assert doubts(SOUND + f"policies: {policies}\n" + ROUTES + "groups: {slack: {slack_usergroup: S1}}") == []


SIGNS_IN = "api_tokens: [{name: a, token: {env: API_TOKEN}, email: ann@example.com}]\n"
UNSEEN = "has no effect, as the cluster is not in sight (kubernetes: none)"


@ALL(
    "cluster",
    [
        pytest.param("kubernetes: in-cluster, engines: [argo-rollouts]", id="Rollouts"),
        pytest.param("kubernetes: {context: eu}, engines: [argo-rollouts]", id="by kubeconfig"),
        pytest.param(
            "kubernetes: in-cluster, engines: [deployments], deployments: {namespaces: [shop]}", id="Deployments"
        ),
        pytest.param(
            "kubernetes: in-cluster, hook_tokens: [{env: HOOK_TOKEN}], prometheus: http://p, flagger_metrics: http://f,"
            " allow: {retry: true}",
            id="Flagger in sight",
        ),
    ],
)
def test_what_a_cluster_can_do_is_not_told(doubts, cluster):
    policy = "policies: [{approvers: [ann@example.com, bob@example.com], self_approval: false}]\n"

    assert doubts(f"clusters: [{{name: eu, {cluster}}}]\n" + policy + SIGNS_IN) == []


@ALL(
    ("cluster", "told"),
    [
        pytest.param(
            "engines: [argo-rollouts]",
            "engines[0]: argo-rollouts calls nobody: without kubernetes (in-cluster, or a kubeconfig) nothing of it"
            " is watched",
            id="Rollouts by hooks alone",
        ),
        pytest.param(
            "hook_tokens: [{env: HOOK_TOKEN}], engines: [flagger, deployments], deployments: {namespaces: [shop]}",
            "engines[1]: deployments calls nobody: without kubernetes (in-cluster, or a kubeconfig) nothing of it"
            " is watched",
            id="Deployments by hooks alone",
        ),
        pytest.param(
            "kubernetes: in-cluster, engines: [deployments]",
            "deployments.namespaces: names none, so no Deployment is watched",
            id="Deployments nowhere",
        ),
        pytest.param(
            "hook_tokens: [{env: HOOK_TOKEN}], allow: {argo_rollouts: true, retry: false}",
            f"allow.argo_rollouts: {UNSEEN}",
            id="a switch by hooks alone",
        ),
        pytest.param(
            "hook_tokens: [{env: HOOK_TOKEN}], prometheus: http://p", f"prometheus: {UNSEEN}", id="a Prometheus"
        ),
        pytest.param(
            "hook_tokens: [{env: HOOK_TOKEN}], flagger_metrics: http://f",
            f"flagger_metrics: {UNSEEN}",
            id="Flagger's metrics",
        ),
    ],
)
def test_what_a_cluster_cannot_do_is_told(doubts, cluster, told):
    assert doubts(f"clusters: [{{name: eu, {cluster}}}]\n" + POLICY + SIGNS_IN) == [f"1: clusters[0].{told}"]


def test_a_policy_that_needs_an_author_is_told_where_some_of_its_clusters_tell_none(doubts):
    text = """
clusters:
  - {name: eu, kubernetes: in-cluster, hook_tokens: [{env: HOOK_TOKEN}]}
  - {name: us, hook_tokens: [{env: OTHER_HOOK_TOKEN}]}
policies: [{approvers: [ann@example.com, bob@example.com], self_approval: false}]
"""

    assert doubts(text + SIGNS_IN) == [
        (
            "4: policies[0].self_approval: gates of us cannot open, as by hooks alone the author of a change is never"
            " known; let the bot read the cluster, or write a policy for it before this"
        )
    ]


def test_a_hook_token_that_can_be_guessed_is_told(doubts):
    text = "clusters: [{name: eu, hook_tokens: [{env: SHORT}]}]\n"

    assert "1: clusters[0].hook_tokens[0]: is shorter than 16 characters: it can be guessed" in doubts(text + POLICY)


def test_settings_of_nothing_are_told(doubts):
    assert doubts("server: {}") == [
        "1: clusters: there are none, so no hook is answered",
        "1: api_tokens: none has an e-mail, so nobody can sign in to the console",
        "1: policies: there are none, so nobody may approve anything",
    ]


def test_a_password_in_the_file_is_told(doubts):
    assert doubts("database: {url: 'postgresql+asyncpg://bot:hidden@db/x'}" + SOUND + ROUTES + POLICY) == [
        "1: database.url: holds a password; name the whole URL as {env: NAME} or {file: PATH}"
    ]
