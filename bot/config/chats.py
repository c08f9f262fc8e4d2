"""Where people see cards and decide."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.config.secret import SecretValue
from bot.config.words import CLOSED, Link, Name, Section, Text, frozen_mapping, id_of, nothing

Team = Annotated[str, *id_of("the id of a workspace or an organisation, such as T0123ABCD", "[TE][A-Z0-9]+")]
App = Annotated[str, *id_of("the id of an app, such as A0123ABCD", "A[A-Z0-9]+")]
ProjectNumber = Annotated[str, *id_of("the project's number: digits, in quotes", "[0-9]+")]


Space = Annotated[str, *id_of("the name of a space, such as spaces/AAAA1234", "spaces/[A-Za-z0-9_-]+")]
SubscriptionName = Annotated[
    str,
    *id_of(
        "the full name of a subscription: projects/PROJECT/subscriptions/NAME", "projects/[^/]+/subscriptions/[^/]+"
    ),
]


class Slack(Section):
    """A Slack app in one workspace, or in one organisation."""

    bot_token: SecretValue = Field(description="The app's bot token, which begins with xoxb-.")
    signing_secret: SecretValue | None = Field(
        default=None, description="Proves that a request comes from Slack. Needed with mode http."
    )
    app_token: SecretValue | None = Field(
        default=None, description="The app-level token, which begins with xapp-. Needed with mode socket."
    )
    mode: Literal["socket", "http"] = Field(
        default="socket",
        description=(
            "How Slack reaches the bot: over a connection that the bot opens, or by requests to /slack/events."
        ),
    )
    team: Team = Field(description="The id of the workspace (T…) or organisation (E…) whose members may decide.")
    app: App | None = Field(
        default=None, description="The app's id (A…). Left out, the bot asks Slack once, at its start."
    )
    api_url: Annotated[Link, AfterValidator(lambda link: f"{link}/")] = Field(
        default="https://slack.com/api/", description="Where Slack's API is; another one only for tests."
    )


class Subscription(Section):
    subscription: SubscriptionName = Field(description="The full name: projects/PROJECT/subscriptions/NAME.")


class GoogleChat(Section):
    """A Google Chat app."""

    service_account: SecretValue | None = Field(default=None, description="The key file of the app's service account.")
    project_number: ProjectNumber | None = Field(
        default=None, description="The number of the app's Google Cloud project, in quotes."
    )
    dialect: Literal["add-on", "classic"] = Field(
        default="add-on", description="How the app is registered: as a Workspace add-on, or as a Chat app of old."
    )
    audience: Text | None = Field(
        default=None,
        description=(
            "What Google's tokens must be made out for. Left out: public_url and /google-chat/events (add-on),"
            " or the project number (classic)."
        ),
    )
    agent: Text | None = Field(
        default=None,
        description=(
            "Whose tokens are believed. Left out: service-PROJECT_NUMBER@gcp-sa-gsuiteaddons.iam.gserviceaccount.com."
        ),
    )
    domains: tuple[Text, ...] = Field(
        default=(), description="The domainIds (C0…) whose people count. None: Google Chat is asked at each click."
    )
    spaces: tuple[Space, ...] = Field(
        default=(), description="The spaces that may use the bot. None: those of the routes, and direct messages."
    )
    commands: Annotated[Mapping[Name, Annotated[int, Field(ge=1)]], *frozen_mapping] = Field(
        default_factory=nothing,
        json_schema_extra=CLOSED,
        description="The number of each command in the app's configuration.",
    )
    webhooks: Annotated[Mapping[Name, SecretValue], *frozen_mapping] = Field(
        default_factory=nothing,
        json_schema_extra=CLOSED,
        description="Webhooks of spaces, one way, by a name of your own; routes say google_chat:webhook/NAME.",
    )
    pubsub: Subscription | None = Field(default=None, description="To take events from Pub/Sub in place of requests.")
    api_url: Link = Field(
        default="https://chat.googleapis.com", description="Where Google Chat's API is; another one only for tests."
    )
    certs_url: Link | None = Field(
        default=None, description="Where the certificates of Google's tokens are; only for tests."
    )


class Console(Section):
    """The bot's own web pages."""

    sign_in: Literal["token"] = Field(
        default="token", description="How people sign in: with the token of an entry of api_tokens that has an e-mail."
    )


class Chats(Section):
    """Where people see cards and decide; the console is always there."""

    slack: Slack | None = Field(default=None, description="A Slack app; left out, there is no Slack.")
    google_chat: GoogleChat | None = Field(default=None, description="A Google Chat app; left out, there is none.")
    console: Console = Field(default_factory=Console, description="The bot's own web pages.")
