"""Puts right what stands in a manifest already: values, addresses of hooks, their order."""

import json
from collections.abc import Iterator

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handlers.flagger.canaries import GATES, QUESTION
from handlers.flagger.manifests.addresses import Leads, hook_url
from handlers.flagger.manifests.canary import ANALYSIS, LEAST_INTERVAL_SECONDS, WEBHOOKS, Hook, Strategy
from handlers.flagger.manifests.documents import Edit, Entry, Found, entry_at, entry_of
from handlers.flagger.manifests.hooks import COUNTED
from handlers.flagger.manifests.lines import after, dash_of, end_of, flows, next_line, with_comments
from handlers.flagger.manifests.wanted import ORDER, Wanted


def numbers(text: str, found: Found, _wanted: Wanted) -> Iterator[Edit]:
    canary = found.canary
    interval = entry_at(found.node, (*ANALYSIS, "interval"))
    if interval is not None and canary.interval_seconds < LEAST_INTERVAL_SECONDS:
        yield _replaced(text, interval[1], f"{LEAST_INTERVAL_SECONDS:.0f}s")
    iterations = entry_at(found.node, (*ANALYSIS, "iterations"))
    if iterations is not None and canary.iterations == 1 and canary.strategy is Strategy.BLUE_GREEN:
        yield _replaced(text, iterations[1], "2")


def types(text: str, found: Found, _wanted: Wanted) -> Iterator[Edit]:
    """A hook without its type is a rollout hook; the path says what was meant."""
    for hook in found.canary.ours:
        if hook.type in COUNTED and hook.address.leads is Leads.HOOK and hook.address.path in ORDER:
            yield from _set(text, _fields(found, hook), "type", hook.address.path)


def addresses(text: str, found: Found, wanted: Wanted) -> Iterator[Edit]:
    for hook in found.canary.hooks:
        url = entry_of(_fields(found, hook), "url")
        right = _right_url(hook, found, wanted)
        if url is not None and right != hook.url:
            yield _replaced(text, url[1], right)


def alerts(text: str, found: Found, _wanted: Wanted) -> Iterator[Edit]:
    for hook in found.canary.ours:
        if hook.type == "confirm-traffic-increase" and not hook.muted:
            yield from _set(text, _fields(found, hook), "muteAlert", "true", bare=True)


def doubles(text: str, found: Found, wanted: Wanted) -> Iterator[Edit]:
    """Take out a loadtester's gate beside one of ours: as one of ours it would ask the same again."""
    webhooks = entry_at(found.node, WEBHOOKS)
    ours = {hook.type for hook in found.canary.ours}
    for hook in found.canary.hooks:
        if hook.type in ours and _asks_a_loadtester(hook, found, wanted) and webhooks is not None:
            if not flows(webhooks[1]):
                yield Edit(*_lines_of(text, webhooks, hook.index), "")
            return  # One at a time: each changes where the others stand.


def order(text: str, found: Found, _wanted: Wanted) -> Iterator[Edit]:
    """Move one hook at a time."""
    webhooks = entry_at(found.node, WEBHOOKS)
    if webhooks is None or not isinstance(webhooks[1], SequenceNode) or flows(webhooks[1]):
        return
    for hook in found.canary.ours:
        before = _belongs_before(hook, found)
        if before is not None:
            start, end = _lines_of(text, webhooks, hook.index)
            at, _ = _lines_of(text, webhooks, before)
            lines = text[start:end]
            yield Edit(at, at, lines if lines.endswith("\n") else f"{lines}\n")
            yield Edit(start, end, "")
            return


def _belongs_before(hook: Hook, found: Found) -> int | None:
    hooks = found.canary.hooks
    if hook.type == QUESTION and any(one.type in GATES and one.address.ours for one in hooks[: hook.index]):
        return 0
    if hook.type == "post-rollout":
        others = (one.index for one in hooks[: hook.index] if one.type == hook.type and not one.address.ours)
        return next(others, None)
    return None


def _right_url(hook: Hook, found: Found, wanted: Wanted) -> str:
    address, canary = hook.address, found.canary
    if _asks_a_loadtester(hook, found, wanted):
        return wanted.url(hook.type, canary)
    if not address.ours or hook.type not in ORDER:
        return hook.url
    base, token = wanted.base if wanted.moves else address.base, wanted.right(hook)
    if address.leads is Leads.GATE and _is_meant(hook, wanted.gates_of(canary)):
        return f"{base}/hooks/{token}/{address.path}"
    return hook_url(base, token, hook.type)


def _asks_a_loadtester(hook: Hook, found: Found, wanted: Wanted) -> bool:
    """Its gates, and a chat in the place of one; a gate that always says yes only where people want to be asked."""
    if hook.type not in GATES and hook.type != QUESTION:
        return False
    if hook.address.path == "gate/approve":
        return hook.address.leads is Leads.LOADTESTER and hook.type in wanted.gates_of(found.canary)
    return hook.address.leads in {Leads.LOADTESTER, Leads.CHAT}


def _is_meant(hook: Hook, gates: frozenset[str]) -> bool:
    """A path as a loadtester has it that asks the same as our own, or whose yes people have nothing against."""
    if hook.address.path == "gate/approve":
        return hook.type in GATES and hook.type not in gates
    return hook.address.path == "rollback/check" and hook.type == QUESTION


def _fields(found: Found, hook: Hook) -> Node:
    entry = entry_at(found.node, hook.place)
    assert entry is not None  # It was read from there.
    return entry[1]


def _lines_of(text: str, webhooks: Entry, index: int) -> tuple[int, int]:
    """Return where the lines of a hook begin and end, with the comments above it."""
    key, listed = webhooks
    item = listed.value[index]
    start = with_comments(text, dash_of(text, item), not_before=next_line(text, key.start_mark.index))
    return start, after(text, item)


def _set(text: str, fields: Node, key: str, value: str, *, bare: bool = False) -> Iterator[Edit]:
    if (entry := entry_of(fields, key)) is not None:
        yield _replaced(text, entry[1], value, bare=bare)
    elif isinstance(fields, MappingNode) and flows(fields):
        at = end_of(text, fields.value[-1][1])
        yield Edit(at, at, f", {json.dumps(key)}: {value}")
    elif isinstance(fields, MappingNode):
        first, at = fields.value[0][0], after(text, fields.value[0][1])
        yield Edit(at, at, f"{' ' * first.start_mark.column}{key}: {value}\n")


def _replaced(text: str, node: Node, value: str, *, bare: bool = False) -> Edit:
    """Write a value as the old one was written: in the same quotes, or in none; `bare` ones are no text."""
    quotes = node.style if isinstance(node, ScalarNode) and node.style in {'"', "'"} and not bare else ""
    start = node.start_mark.index
    space = " " if text[start - 1 : start] == ":" else ""
    return Edit(
        start,
        end_of(text, node) if node.start_mark.index < node.end_mark.index else start,
        f"{space}{quotes}{value}{quotes}",
    )
