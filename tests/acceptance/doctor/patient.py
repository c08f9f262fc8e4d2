"""A bot's surroundings, where something can be wrong."""

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from sqlalchemy import make_url, text

from bot.app import doctor
from bot.usecases.examine import examine
from storage.database import open_database
from tests.support.slack import SECRET, Slack

SETTINGS = """
server: {public_url: PUBLIC}
database: {url: {env: DATABASE_URL}}
clusters: [{name: prod-eu, hook_tokens: [{env: HOOK_TOKEN}]}]
chats:
  slack:
    bot_token: {env: BOT_TOKEN}
    signing_secret: {env: SIGNING_SECRET}
    app_token: {env: APP_TOKEN}
    mode: socket
    team: T0TEAM
    api_url: SLACK/api/
groups: {sre: {emails: [ann@example.com], slack_usergroup: S0SRE}}
policies: [{name: shop, approvers: [group:sre, bob@example.com]}]
routes: [{match: {namespace: shop}, to: [slack:C0RELEASES]}]
api_tokens: [{name: ann, token: {env: ANN_TOKEN}, may: [read, decide], email: ann@example.com}]
"""
SECRETS = {
    "HOOK_TOKEN": "hook-token-of-the-tests",
    "ANN_TOKEN": "ann-token-of-the-tests",
    "BOT_TOKEN": "xoxb-of-the-tests",
    "APP_TOKEN": "xapp-of-the-tests",
    "SIGNING_SECRET": SECRET,
}


@dataclass
class Patient:
    """A bot's surroundings, where something can be wrong.

    Attributes:
        answers: what the public address answers, by path: status and body.
    """

    folder: Any
    slack: Slack
    text: str
    environ: dict[str, str]
    answers: dict[str, tuple[int, Any]] = field(
        default_factory=lambda: {
            "/version": (200, {"version": version("pointsman")}),
            "/readyz": (200, {"ready": True, "parts": {"database": True, "slack": True}}),
            "/slack/events": (405, {}),
        }
    )

    def change(self, old: str, new: str) -> None:
        assert old in self.text
        self.text = self.text.replace(old, new)

    def http_mode(self) -> None:
        self.change("mode: socket", "mode: http")

    @property
    def public_url(self) -> str:
        return self.text.partition("public_url: ")[2].partition("}")[0]

    @property
    def database(self) -> str:
        return make_url(self.environ["DATABASE_URL"]).database or ""

    async def execute(self, *statements: str) -> None:
        database = open_database(self.environ["DATABASE_URL"])
        async with database.transaction() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await database.close()

    async def findings(self):
        path = self.folder / "pointsman.yaml"
        path.write_text(self.text)
        looks = doctor.examinations(path, self.environ)
        return [found async for found in examine(looks, began=lambda _area: None)]
