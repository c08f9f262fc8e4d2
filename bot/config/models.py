"""The settings as a whole: plain, frozen values, each checked by itself."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, PrivateAttr, Tag, field_validator

from bot.config.chats import Chats
from bot.config.database import DatabaseUrl
from bot.config.mistakes import Place
from bot.config.policies import Policy, Route, Summary
from bot.config.secret import Secret, SecretValue
from bot.config.words import (
    CLOSED,
    Address,
    Glob,
    Link,
    Name,
    OwnAddress,
    Section,
    Selector,
    Text,
    frozen_mapping,
    id_of,
    mistake,
    nothing,
)

PORT = Field(ge=1, le=65535)
DEFAULT_PORT = 8080
DEFAULT_DATABASE = "sqlite+aiosqlite:///pointsman.db"
UserGroup = Annotated[str, *id_of("the id of a Slack user group, such as S0123ABCD", "S[A-Z0-9]+")]
HOOK_TOKEN = re.compile(r"[A-Za-z0-9_-]+")  # It stands in a URL's path.


def _hook_token(secret: Secret) -> Secret:
    if not HOOK_TOKEN.fullmatch(secret.reveal()):
        raise mistake(
            "must be letters, digits, '-' and '_', as it stands in a URL; `openssl rand -hex 32` makes a good one"
        )
    return secret


def _bearer_token(secret: Secret) -> Secret:
    if not re.fullmatch(r"[!-~]+", secret.reveal()):
        raise mistake("must be of visible ASCII characters without spaces, as it is sent in a header")
    return secret


class Server(Section):
    """The ports that the bot listens on."""

    host: Text = Field(default="0.0.0.0", description="The address to listen on.")  # noqa: S104 - a container's only way to be reached
    port: Annotated[int, PORT] = Field(default=DEFAULT_PORT, description="Hooks, chats, console and API.")
    metrics_port: Annotated[int, PORT] = Field(default=9090, description="Metrics for Prometheus, at /metrics.")
    public_url: Link = Field(
        default_factory=lambda given: f"http://localhost:{given.get('port', DEFAULT_PORT)}",
        description="Where people reach the console; links on cards begin with it. Left out, they lead to localhost.",
    )


class Database(Section):
    """Where the record is kept."""

    url: DatabaseUrl = Field(
        default_factory=lambda: Secret({"url": DEFAULT_DATABASE}, DEFAULT_DATABASE),
        json_schema_extra={"default": DEFAULT_DATABASE},
        description=(
            "sqlite+aiosqlite:///FILE (one replica) or postgresql+asyncpg://HOST/DATABASE (any number);"
            " with a password in it, {env: NAME} or {file: PATH}."
        ),
    )


class Kubeconfig(Section):
    """A cluster that is reached from outside."""

    context: Text = Field(description="The context's name in the kubeconfig.")
    kubeconfig: Text | None = Field(default=None, description="The file; left out, the one kubectl would use.")


def _form_of_access(value: object) -> str:
    return "<kubeconfig>" if isinstance(value, dict | Kubeconfig) else "<word>"


class WatchedDeployments(Section):
    """Which plain Deployments are looked at."""

    namespaces: tuple[Glob, ...] = Field(default=(), description="Where they are; none by default.")
    selector: Selector = Field(default="pointsman.dev/watch=true", description="The label selector that picks them.")


class Allow(Section):
    """What the bot may change in the cluster."""

    argo_rollouts: bool = Field(default=True, description="Promote, abort, pause and retry Rollouts.")
    roll_back_promoted: bool = Field(default=False, description="Put back the old template after the promotion.")
    restore_target: bool = Field(default=False, description="Put back a Canary's target after a roll back.")
    retry: bool = Field(default=False, description="Let a failed release be tried again.")
    gate_deployments: bool = Field(default=False, description="Let people decide about plain Deployments.")


class Cluster(Section):
    """A cluster whose releases the bot gates."""

    name: Name = Field(description="What people call it; policies and routes match it.")
    kubernetes: Annotated[
        Annotated[Literal["none", "in-cluster"], Tag("<word>")] | Annotated[Kubeconfig, Tag("<kubeconfig>")],
        Discriminator(_form_of_access),
    ] = Field(
        default="none",
        description=(
            "How the bot sees the cluster: none (by hooks alone), in-cluster (the one it runs in),"
            " or {context: NAME, kubeconfig: PATH}."
        ),
    )
    hook_tokens: tuple[Annotated[SecretValue, AfterValidator(_hook_token)], ...] = Field(
        default=(),
        description=(
            "Secrets that Flagger's hooks carry in their path: which cluster calls, and that it may."
            " Several may be valid, so that they can be changed one after the other."
        ),
    )
    engines: tuple[Literal["flagger", "argo-rollouts", "deployments"], ...] = Field(
        default=("flagger",), min_length=1, description="What carries out releases there."
    )
    namespaces: tuple[Glob, ...] = Field(default=("*",), description="The namespaces that count, as globs.")
    deployments: WatchedDeployments = Field(
        default_factory=WatchedDeployments, description="Which plain Deployments are looked at."
    )
    allow: Allow = Field(default_factory=Allow, description="What the bot may change in the cluster.")
    prometheus: Link | None = Field(default=None, description="A Prometheus to read metric values for the card from.")
    flagger_metrics: Link | None = Field(
        default=None, description="Flagger's own /metrics: the last value of each metric, whatever its provider."
    )


class Person(Section):
    """Somebody with more than one address."""

    email: OwnAddress = Field(description="The main address: this one is shown, counted and recorded.")
    also: tuple[OwnAddress, ...] = Field(default=(), description="Further addresses, which mean the same person.")


class Group(Section):
    """People who decide together; all of both lists belong to it."""

    emails: tuple[Address, ...] = Field(default=(), description="Members by address.")
    slack_usergroup: UserGroup | None = Field(
        default=None, description="The id (S…) of a Slack user group, whose members are asked for when it matters."
    )


class ApiToken(Section):
    """Lets a program use the API, and a person sign in to the console."""

    name: Name = Field(description="Without an e-mail it acts as token:NAME.")
    token: Annotated[SecretValue, AfterValidator(_bearer_token)] = Field(description="The secret itself.")
    may: tuple[Literal["read", "decide"], ...] = Field(default=("read",), description="read, or read and decide.")
    email: Address | None = Field(default=None, description="The person it acts as.")


def numbered(policies: object) -> object:
    """Name each policy that has no name after its place."""
    if not isinstance(policies, tuple | list):
        return policies
    return tuple(
        {"name": f"policy-{place}", **policy} if isinstance(policy, dict) else policy
        for place, policy in enumerate(policies, 1)
    )


class Settings(Section):
    """Everything that the bot is told before it starts."""

    server: Server = Field(default_factory=Server, description="The ports that the bot listens on.")
    database: Database = Field(default_factory=Database, description="Where the record is kept.")
    clusters: tuple[Cluster, ...] = Field(default=(), description="The clusters whose releases the bot gates.")
    chats: Chats = Field(default_factory=Chats, description="Where people see cards and decide.")
    people: tuple[Person, ...] = Field(default=(), description="Only those who have more than one address.")
    groups: Annotated[Mapping[Name, Group], *frozen_mapping] = Field(
        default_factory=nothing,
        json_schema_extra=CLOSED,
        description="People who decide together, by the group's name.",
    )
    policies: tuple[Policy, ...] = Field(
        default=(), description="Who decides, and on what terms. The first that matches a gate counts."
    )
    routes: tuple[Route, ...] = Field(
        default=(), description="Where cards are posted: to every route that matches. The console shows them all."
    )
    summaries: tuple[Summary, ...] = Field(default=(), description="What is told regularly.")
    api_tokens: tuple[ApiToken, ...] = Field(
        default=(), description="Who may use the API, the command line and the console."
    )

    _lines: Mapping[Place, int] = PrivateAttr(default_factory=dict)  # Of the file they were read from, for warnings.

    _number = field_validator("policies", mode="before")(numbered)
