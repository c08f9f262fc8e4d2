"""Mistakes that no value has by itself: it does not go together with another one."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any

from bot.config.draft import Draft, original
from bot.config.mistakes import Place, dotted, hint, quoted
from bot.config.policies import Policy, Route, Summary

Found = tuple[Place, str]
"""Where, and what is wrong."""


NO_AUTHOR = (
    "no gate could open: by hooks alone (kubernetes: none) the author of a change is never known;"
    " say unknown_author: count, or let the bot read the cluster"
)


def found_in(draft: Draft) -> Iterator[Found]:
    """Find them all; the places are those of the file."""
    for check in (_ports, _slack, _google_chat, _hook_tokens, _policies, _approvers, _webhooks, _people, _same_tokens):
        yield from ((original(place, draft.kept), message) for place, message in check(draft))
    yield from _names(draft.written)


def _ports(draft: Draft) -> Iterator[Found]:
    server = draft.settings.server
    if server.port == server.metrics_port and not draft.lacks("server"):
        yield ("server", "metrics_port"), f"must differ from server.port, which is {server.port} too"


def _slack(draft: Draft) -> Iterator[Found]:
    slack = None if draft.lacks("chats", "slack", "mode") else draft.settings.chats.slack
    if slack and slack.mode == "socket" and slack.app_token is None:
        yield ("chats", "slack", "app_token"), "is missing; mode socket needs it (or say mode: http)"
    if slack and slack.mode == "http" and slack.signing_secret is None:
        yield ("chats", "slack", "signing_secret"), "is missing; mode http needs it (or say mode: socket)"


def _google_chat(draft: Draft) -> Iterator[Found]:
    chat, place = draft.settings.chats.google_chat, ("chats", "google_chat")
    if chat is None or draft.lacks(*place):
        return
    if chat.pubsub and chat.service_account is None:
        yield (*place, "service_account"), "is missing; pubsub needs it"
    if chat.service_account is None or chat.pubsub or chat.project_number:
        return
    if chat.dialect == "add-on" and chat.agent is None:
        yield (*place, "project_number"), "is missing; it tells whose tokens are believed (or say agent)"
    if chat.dialect == "classic" and chat.audience is None:
        yield (*place, "project_number"), "is missing; Google's tokens are made out for it (or say audience)"


def _hook_tokens(draft: Draft) -> Iterator[Found]:
    for index, cluster in enumerate(draft.settings.clusters):
        if "flagger" in cluster.engines and not cluster.hook_tokens:
            message = "is missing; Flagger's hooks carry one: [{env: NAME}]"
            yield ("clusters", index, "hook_tokens"), message


def _policies(draft: Draft) -> Iterator[Found]:
    for index, policy in enumerate(draft.settings.policies):
        beside = policy.model_fields_set & {"approvers", "quorum"}
        if policy.require and beside:
            yield ("policies", index, "require"), f"stands in place of approvers and quorum; leave {_told(beside)} out"
        if not policy.self_approval and policy.unknown_author == "refuse" and _author_unknown(draft, policy):
            yield ("policies", index, "self_approval"), NO_AUTHOR


def _told(keys: Iterable[str]) -> str:
    return " and ".join(sorted(keys))


def _author_unknown(draft: Draft, policy: Policy) -> bool:
    clusters = [] if draft.lacks("clusters") else draft.settings.clusters
    matched = [cluster for cluster in clusters if fnmatchcase(cluster.name, policy.match.cluster)]
    return bool(matched) and all(cluster.kubernetes == "none" for cluster in matched)


def _approvers(draft: Draft) -> Iterator[Found]:
    known = {"group": draft.names("groups"), "token": draft.names("api_tokens")}
    sections = {"group": "groups", "token": "api_tokens"}
    for index, policy in enumerate(draft.settings.policies):
        for place, approver in _named_by(policy, ("policies", index)):
            kind, colon, name = approver.partition(":")
            if colon and name not in known[kind]:
                yield place, f"{kind} {quoted(name)} is not defined in {sections[kind]}{hint(name, known[kind])}"


def _named_by(policy: Policy, place: Place) -> Iterator[tuple[Place, str]]:
    for index, approver in enumerate(policy.approvers):
        yield (*place, "approvers", index), approver
    for index, requirement in enumerate(policy.require):
        for of, approver in enumerate(requirement.of):
            yield (*place, "require", index, "of", of), approver


def _names(written: Mapping[str, Any]) -> Iterator[Found]:
    """Find a name that two have, those too that are wrong otherwise."""
    for section in ("clusters", "policies", "summaries", "api_tokens"):
        items = written.get(section)
        named = enumerate(items if isinstance(items, tuple) else ())
        yield from _twice(
            ((section, index, "name"), item["name"])
            for index, item in named
            if isinstance(item, dict) and isinstance(item.get("name"), str)
        )


def _twice(values: Iterable[tuple[Place, str]]) -> Iterator[Found]:
    first: dict[str, Place] = {}
    for place, value in values:
        if first.setdefault(value, place) != place:
            yield place, f"{quoted(value)} is taken by {dotted(first[value])}"


def _webhooks(draft: Draft) -> Iterator[Found]:
    known = draft.names("chats", "google_chat", "webhooks")
    prefix = "google_chat:webhook/"
    sections: tuple[tuple[str, tuple[Route | Summary, ...]], ...] = (
        ("routes", draft.settings.routes),
        ("summaries", draft.settings.summaries),
    )
    for section, posted in sections:
        for index, item in enumerate(posted):
            for to, destination in enumerate(item.to):
                name = destination.removeprefix(prefix)
                if destination.startswith(prefix) and name not in known:
                    message = f"webhook {quoted(name)} is not defined in chats.google_chat.webhooks{hint(name, known)}"
                    yield (section, index, "to", to), message


def _people(draft: Draft) -> Iterator[Found]:
    people = enumerate(draft.settings.people)
    yield from _twice(
        chain.from_iterable(
            (
                (("people", index, "email"), person.email),
                *((("people", index, "also", also), address) for also, address in enumerate(person.also)),
            )
            for index, person in people
        )
    )


def _same_tokens(draft: Draft) -> Iterator[Found]:
    """Find a token that would say two things: of which cluster a hook is, or who calls the API."""
    first: dict[str, Place] = {}
    for place, token in _tokens(draft):
        known = first.setdefault(token, place)
        if known[:2] != place[:2]:
            yield place, f"holds the same token as {dotted(known)}; each needs its own"


def _tokens(draft: Draft) -> Iterator[tuple[Place, str]]:
    for index, cluster in enumerate(draft.settings.clusters):
        for at, token in enumerate(cluster.hook_tokens):
            yield ("clusters", index, "hook_tokens", at), token.reveal()
    for index, entry in enumerate(draft.settings.api_tokens):
        yield ("api_tokens", index, "token"), entry.token.reveal()
