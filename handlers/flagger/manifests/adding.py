"""Puts hooks in that are missing."""

from collections.abc import Iterator

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from handlers.flagger.canaries import QUESTION
from handlers.flagger.manifests.canary import ANALYSIS, WEBHOOKS, Canary
from handlers.flagger.manifests.documents import Edit, Entry, Found, ManifestError, entry_at, entry_of
from handlers.flagger.manifests.lines import after, dash_of, end_of, flows, line_start, next_line, with_comments
from handlers.flagger.manifests.wanted import Value, Wanted, as_block, as_flow, missing, written

STEP = 2  # Columns between a key and the dashes below it, where the manifest shows no other custom.


def added(text: str, found: Found, wanted: Wanted) -> Iterator[Edit]:
    """What stands in the wrong place, and could not be moved, is first for people to mend."""
    canary, analysis = found.canary, entry_at(found.node, ANALYSIS)
    hooks = [written(hook_type, wanted.url(hook_type, canary)) for hook_type in missing(canary, wanted)]
    if not hooks or canary.misplaced or not canary.analysed:
        return
    assert analysis is not None  # It was read from there.
    assert isinstance(analysis[1], MappingNode)
    webhooks = entry_at(found.node, WEBHOOKS)
    if webhooks is None:
        yield from _with_key(text, analysis[1], hooks)
    elif isinstance(webhooks[1], SequenceNode) and webhooks[1].value:
        yield from _among(text, webhooks, canary, hooks)
    elif flows(analysis[1]):
        yield Edit(webhooks[1].start_mark.index, end_of(text, webhooks[1]), _flow(hooks))
    elif isinstance(webhooks[1], SequenceNode) or webhooks[1].value in {"", "null", "~"}:
        yield from _first_ones(text, webhooks, hooks, dash=webhooks[0].start_mark.column + _step(analysis[1]))
    else:
        raise ManifestError(found.line(WEBHOOKS), "spec.analysis.webhooks is no list")


def _with_key(text: str, analysis: MappingNode, hooks: list[dict[str, Value]]) -> Iterator[Edit]:
    """Begin the list of hooks, at the end of the analysis."""
    if flows(analysis):
        at = _end_of_items(text, analysis)
        yield Edit(at, at, f'{_comma(text, analysis.value[-1][0])}"webhooks": {_flow(hooks)}')
        return
    column = analysis.value[0][0].start_mark.column
    lines = _block(hooks, dash=column + _step(analysis), gap=2)
    at = after(text, analysis)
    yield Edit(at, at, f"{' ' * column}webhooks:\n{lines}")


def _first_ones(text: str, webhooks: Entry, hooks: list[dict[str, Value]], *, dash: int) -> Iterator[Edit]:
    """Fill a list that is empty."""
    key, value = webhooks
    if value.start_mark.index < value.end_mark.index:  # Something is written: `[]`, `null`, `~`.
        yield Edit(text.index(":", key.end_mark.index) + 1, end_of(text, value), "")
        at = after(text, value)
    else:
        at = next_line(text, key.end_mark.index)
    yield Edit(at, at, _block(hooks, dash=dash, gap=2))


def _among(text: str, webhooks: Entry, canary: Canary, hooks: list[dict[str, Value]]) -> Iterator[Edit]:
    key, listed = webhooks
    assert isinstance(listed, SequenceNode)
    if flows(listed):
        at, comma = _end_of_items(text, listed), _comma(text, listed.value[-1])
        yield Edit(at, at, "".join(f"{comma}{as_flow(hook)}" for hook in hooks))
        return
    dash = dash_of(text, listed.value[0])
    column = dash - line_start(text, dash)
    gap = listed.value[0].start_mark.column - column
    for hook in hooks:
        at = _place(text, key, listed, canary, str(hook["type"]))
        yield Edit(at, at, as_block(hook, dash=column, gap=gap))


def _place(text: str, key: Node, listed: SequenceNode, canary: Canary, hook_type: str) -> int:
    """The rollback hook comes first, the end is told before others can fail, the rest comes last."""
    others = [hook.index for hook in canary.hooks if hook.type == hook_type]
    if hook_type == QUESTION:
        before = 0
    elif hook_type == "post-rollout" and others:
        before = others[0]
    else:
        return after(text, listed)
    return with_comments(text, dash_of(text, listed.value[before]), not_before=next_line(text, key.start_mark.index))


def _step(analysis: MappingNode) -> int:
    """Indent dashes as the other lists of the analysis do."""
    for name in ("metrics", "alerts", "match"):
        entry = entry_of(analysis, name)
        if entry is not None and isinstance(entry[1], SequenceNode) and entry[1].value and not flows(entry[1]):
            return max(0, int(entry[1].start_mark.column) - int(entry[0].start_mark.column))
    return STEP


def _end_of_items(text: str, flow: Node) -> int:
    last = flow.value[-1]
    return end_of(text, last[1] if isinstance(last, tuple) else last)


def _comma(text: str, last: Node) -> str:
    """Go on as the last item did: in its line, or in one of its own."""
    start = line_start(text, last.start_mark.index)
    before = text[start : last.start_mark.index]
    return ", " if before.strip() else f",\n{before}"


def _block(hooks: list[dict[str, Value]], *, dash: int, gap: int) -> str:
    return "".join(as_block(hook, dash=dash, gap=gap) for hook in hooks)


def _flow(hooks: list[dict[str, Value]]) -> str:
    return f"[{', '.join(as_flow(hook) for hook in hooks)}]"
