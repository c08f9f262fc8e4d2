"""What docs/settings.md and the JSON schema say is what the settings are."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.config import parse, schema, warnings

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(?P<key>[^`]+)` \| (?P<default>.*?) \| (?P<what>.*?) ?\|$", re.MULTILINE)
SECRET = {"env", "file"}
SCHEMA = schema()

EVERYTHING = """
server:   {host: 0.0.0.0, port: 8080, metrics_port: 9090, public_url: https://pointsman.example.com}
database: {url: sqlite+aiosqlite:///pointsman.db}
clusters:
  - name: prod-eu
    kubernetes: in-cluster
    hook_tokens: [{env: PROD_EU_HOOK_TOKEN}]
    engines: [flagger, argo-rollouts, deployments]
    namespaces: ["*"]
    deployments: {namespaces: [], selector: pointsman.dev/watch=true}
    allow:
      {argo_rollouts: true, roll_back_promoted: false, restore_target: false, retry: false, gate_deployments: false}
    prometheus: http://prometheus.monitoring:9090
    flagger_metrics: http://flagger.flagger-system:8080/metrics
  - {name: dev, engines: [argo-rollouts], kubernetes: {context: dev, kubeconfig: /etc/kube/config}}
chats:
  slack:
    {bot_token: {env: SLACK_BOT_TOKEN}, app_token: {env: SLACK_APP_TOKEN}, signing_secret: {env: SLACK_SIGNING_SECRET},
     mode: socket, team: T0123, app: A0123}
  google_chat:
    service_account: {file: chat.json}
    project_number: "1234567890"
    dialect: add-on
    audience: https://pointsman.example.com/google-chat/events
    agent: service-1234567890@gcp-sa-gsuiteaddons.iam.gserviceaccount.com
    domains: [C01abcdef]
    spaces: [spaces/AAAA]
    commands: {release: 1}
    webhooks: {ops: {env: OPS_WEBHOOK}}
    pubsub: {subscription: projects/shop/subscriptions/chat}
  console:     {sign_in: token}
people:
  - {email: ann@example.com, also: [ann.lee@example.co.uk]}
groups:
  sre: {emails: [ann@example.com], slack_usergroup: S0123}
policies:
  - name: shop-prod
    match: {cluster: prod-*, namespace: shop, stage: promotion}
    approvers: [group:sre, bob@example.com]
    quorum: 2
    expires_after: 2h
    on_expiry: reject
  - {name: shop-prod-steps, match: {cluster: prod-*, namespace: shop}, approvers: [group:sre], expires_after: none}
  - {match: {cluster: dev}, require: [{of: [group:sre, token:ci]}], self_approval: false, expires_after: null}
routes:
  - match: {namespace: shop}
    to: [slack:C0RELEASES, google_chat:spaces/AAAA, google_chat:webhook/ops]
summaries:
  - {name: daily, at: "mon-fri 09:00", timezone: Europe/Rome, period: 1d, to: [slack:C0RELEASES]}
  - {name: often, at: "*/5 9-17 * * 1,2", to: [slack:C0RELEASES]}
api_tokens:
  - {name: ci, token: {env: CI_TOKEN}, may: [read, decide], email: ci@example.com}
"""


def environ(text: str) -> dict[str, str]:
    """Give every variable that the text names a value of its own."""
    return {name: f"{name}-of-sixteen-and-more" for name in re.findall(r"env: (\w+)", text)} | {
        "DATABASE_URL": "postgresql+asyncpg://pointsman:secret@db.example.com/pointsman"
    }


def example() -> str:
    return DOCUMENT.read_text().split("```yaml\n")[1].split("```")[0]


def described(of: dict[str, Any], place: str = "") -> dict[str, dict[str, Any]]:
    """Map each key that the schema describes, as the document writes it, to its description and need."""
    if "$ref" in of:
        of = SCHEMA["$defs"][of["$ref"].rpartition("/")[2]]
    found: dict[str, dict[str, Any]] = {}
    for choice in of.get("anyOf", of.get("oneOf", [])):
        found |= described(choice, place)
    if "items" in of:
        found |= described(of["items"], f"{place}[]")
    for named in of.get("patternProperties", {}).values():
        found |= described(named, f"{place}.NAME")
    for key, inner in of.get("properties", {}).items():
        if set(of["properties"]) <= SECRET:
            continue
        here = f"{place}.{key}".removeprefix(".")
        found |= {here: inner | {"needed": key in of.get("required", [])}} | described(inner, here)
    return found


def leaves() -> dict[str, dict[str, Any]]:
    """Keep the keys that have no keys below them, and those of forms that are a word or a mapping."""
    keys = described(SCHEMA)
    above = {re.sub(r"(\[\]|\.NAME)*\.\w+$", "", key) for key in keys}
    return {key: said for key, said in keys.items() if key not in above or key.endswith(("kubernetes", "require"))}


def test_the_example_of_the_document_is_right_and_has_no_warnings(tmp_path):
    (tmp_path / "slack-app-token").write_text("xapp-1\n")
    text = example().replace("/var/run/secrets/pointsman", str(tmp_path))

    settings = parse(text, name="settings.md", environ=environ(text) | {"SLACK_BOT_TOKEN": "xoxb-1"}, base=tmp_path)

    assert [policy.name for policy in settings.policies] == ["shop-prod", "payments", "production", "everything-else"]
    assert warnings(settings) == ()


def test_the_document_has_a_row_for_every_key_and_for_no_other():
    rows = [row["key"] for row in ROW.finditer(DOCUMENT.read_text())]

    assert sorted(rows) == sorted(leaves())


@pytest.mark.parametrize(("key", "said"), [pytest.param(key, said, id=key) for key, said in leaves().items()])
def test_the_document_tells_the_default(key, said):
    default = next(row["default"] for row in ROW.finditer(DOCUMENT.read_text()) if row["key"] == key)

    if said["needed"]:
        assert default == "required"
    elif said.get("default") is not None:
        assert yaml.safe_load(default.strip("`")) == said["default"]
    else:
        assert not default.startswith("`") or "and" in default


def test_every_key_of_the_schema_is_explained():
    unexplained = [key for key, said in described(SCHEMA).items() if "description" not in said and "$ref" not in said]

    assert unexplained == []


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("text", [pytest.param(EVERYTHING, id="every key"), pytest.param(example(), id="the example")])
def test_the_schema_takes_what_the_settings_take(tmp_path, text):
    (tmp_path / "chat.json").write_text("{}")
    (tmp_path / "slack-app-token").write_text("xapp-1\n")
    text = text.replace("/var/run/secrets/pointsman", str(tmp_path))
    parse(text, name="x", environ=environ(text), base=tmp_path)

    assert list(Draft202012Validator(schema()).iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "prots: {}",
        "server: {port: 0}",
        "clusters: [{}]",
        "policies: [{expires_after: 90}]",
        "policies: [{expires_after: 90x}]",
        "policies: [{approvers: [sre]}]",
        "routes: [{to: ['slack:#releases']}]",
        "api_tokens: [{name: ci, token: written-out}]",
        "database: {url: 'mysql://x'}",
        "groups: {sre: {slack_usergroup: sre}}",
    ],
)
def test_the_schema_refuses_what_an_editor_can_know(text):
    assert list(Draft202012Validator(schema()).iter_errors(yaml.safe_load(text)))


def test_the_schema_holds_no_value_of_a_secret():
    assert "_value" not in str(schema())
