"""Who decides about which gate, where its card is shown, and what is told regularly."""

from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.config.mistakes import quoted
from bot.config.words import (
    Approver,
    Destination,
    Duration,
    Glob,
    Name,
    Section,
    Text,
    length_of_time,
    mistake,
    pattern,
)
from bot.domain.figures.timetable import timetable, zone_named

STAGES = ("start", "traffic", "promotion", "step", "analysis")
KINDS = ("Canary", "Rollout", "Deployment")

DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
AT = rf"{DAY}(?:-{DAY})? (?:[01][0-9]|2[0-3]):[0-5][0-9]|[0-9*,/A-Za-z-]+(?: [0-9*,/A-Za-z-]+){{4}}"
TIMEZONE = r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*"


def _some_stage(glob: str) -> str:
    if not any(fnmatchcase(stage, glob) for stage in STAGES):
        raise mistake(f"matches no stage; the stages are {', '.join(STAGES)}")
    return glob


def _deadline(value: object) -> object:
    return None if value in (None, "none") else length_of_time(value)


def _at(text: str) -> str:
    try:
        timetable(text)
    except ValueError as error:
        raise mistake(f"{error}, is {quoted(text)}") from error
    return text


def _timezone(text: str) -> str:
    try:
        zone_named(text)
    except ValueError as error:
        raise mistake(f"{error}, is {quoted(text)}") from error
    return text


Deadline = Annotated[
    timedelta | None,
    BeforeValidator(_deadline),
    WithJsonSchema({"oneOf": [Duration.__metadata__[-1].json_schema, {"enum": ["none", None]}]}),
]


class Match(Section):
    """Which gates: shell-style globs (`*`, `?`, `[…]`) in which capital letters count; one left out matches all."""

    cluster: Glob = Field(default="*", description="The cluster's name in these settings.")
    namespace: Glob = Field(default="*", description="The workload's namespace.")
    name: Glob = Field(default="*", description="The workload's own name.")
    kind: Glob = Field(default="*", description="The workload's kind: Canary, Rollout or Deployment.")
    stage: Annotated[Glob, AfterValidator(_some_stage)] = Field(
        default="*",
        description=(
            "Where the release waits: start (may it begin), traffic (the next weight), promotion (it becomes primary),"
            " step and analysis (both of Argo Rollouts)."
        ),
    )


class Requirement(Section):
    """One of several groups of people, each of which must approve."""

    of: tuple[Approver, ...] = Field(min_length=1, description="Who counts: addresses, group:NAME, token:NAME.")
    quorum: int = Field(default=1, ge=1, description="How many different ones of them must approve.")


class Policy(Section):
    """Who decides, and on what terms.  The first policy that matches a gate counts."""

    name: Text = Field(
        default="policy-N",
        description="Stands on the card and in the record. Left out, it is policy- and the policy's place, from 1.",
    )
    match: Match = Field(default_factory=Match, description="Which gates it is about; left out, all of them.")
    approvers: tuple[Approver, ...] = Field(
        default=(), description="Who may decide: addresses, group:NAME, token:NAME. None at all means nobody."
    )
    quorum: int = Field(default=1, ge=1, description="How many different approvers must approve.")
    require: tuple[Requirement, ...] = Field(
        default=(),
        min_length=1,
        description="In place of approvers and quorum: several groups, each with its own quorum, that must all be met.",
    )
    self_approval: bool = Field(default=True, description="Whether the author of a change counts as its approver.")
    unknown_author: Literal["refuse", "count"] = Field(
        default="refuse",
        description=(
            "With self_approval false, what to do when the author is not known:"
            " refuse keeps the gate closed, count lets every approver count."
        ),
    )
    reason: Literal["never", "on_reject", "always"] = Field(
        default="on_reject", description="When a decision needs a reason; rolling back counts as rejecting."
    )
    expires_after: Deadline = Field(
        default=None, description="How long the gate waits before on_expiry is done: 90s, 15m, 2h, 3d, or none."
    )
    on_expiry: Literal["hold", "reject"] = Field(
        default="hold", description="hold marks the gate overdue and goes on waiting; reject does what a reject does."
    )
    traffic: Literal["each_step", "once", "automatic"] = Field(
        default="each_step",
        description="Whether each step of traffic waits for people, only the first one, or none. For stage traffic.",
    )
    on_mismatch: Literal["roll_back", "hold"] = Field(
        default="roll_back",
        description=(
            "What follows when another revision starts than the one approved: it is rolled back,"
            " or waits for people at its gates. For stage start."
        ),
    )


class Route(Section):
    """Where cards are posted.  Every route that matches posts them."""

    match: Match = Field(default_factory=Match, description="Which gates it is about; left out, all of them.")
    to: tuple[Destination, ...] = Field(
        min_length=1,
        description="slack:CHANNEL_ID, google_chat:spaces/SPACE or google_chat:webhook/NAME, any number of them.",
    )


class Summary(Section):
    """What is told regularly."""

    name: Name = Field(description="What people call it.")
    at: Annotated[str, AfterValidator(_at), WithJsonSchema(pattern(AT))] = Field(
        description="When: a day or days and a time (`mon-fri 09:00`), or five fields of cron (0 is Sunday)."
    )
    timezone: Annotated[str, AfterValidator(_timezone), WithJsonSchema(pattern(TIMEZONE))] = Field(
        default="UTC", description="The time zone of `at`, by its name, such as Europe/Rome."
    )
    period: Duration = Field(
        default=timedelta(days=1),
        description="How far it looks back at least; back to the one before it, where that is longer ago.",
        json_schema_extra={"default": "1d"},
    )
    to: tuple[Destination, ...] = Field(min_length=1, description="Where it is posted, as in routes.")
