"""Brings an analysis, or its hooks, to where Flagger looks."""

from collections.abc import Iterator

from ruamel.yaml.nodes import MappingNode, Node

from handlers.flagger.manifests.canary import ANALYSIS, WEBHOOKS, Place
from handlers.flagger.manifests.documents import Edit, Entry, Found, entry_at
from handlers.flagger.manifests.lines import after, end_of, flows, indented, line_start, next_line
from handlers.flagger.manifests.wanted import Wanted


def lifted(text: str, found: Found, _wanted: Wanted) -> Iterator[Edit]:
    """Move one thing at a time; what is written in one line, or stands there twice, is left to people."""
    for place in found.canary.misplaced:
        edits = list(_lift(text, found.node, place))
        if edits:
            yield from edits
            return


def _lift(text: str, root: Node, place: Place) -> Iterator[Edit]:
    entry, parent = entry_at(root, place), entry_at(root, place[:-1])
    if entry is None or parent is None or flows(parent[1]) or flows(entry[1]):
        return
    target = WEBHOOKS if place[-1] == "webhooks" else ANALYSIS
    if place[:-1] == ANALYSIS and target == ANALYSIS:
        yield from _unwrapped(text, parent[1], entry)
    elif entry_at(root, target) is not None:
        return
    elif place[:-1] == target[:-1]:
        yield Edit(entry[0].start_mark.index, entry[0].end_mark.index, str(target[-1]))
    else:
        yield from _moved(text, entry_at(root, target[:-1]), entry, str(target[-1]))


def _unwrapped(text: str, outer: Node, entry: Entry) -> Iterator[Edit]:
    """Bring the keys of an analysis in an analysis one level up, unless they stand there too."""
    key, inner = entry
    if not isinstance(inner, MappingNode) or not isinstance(outer, MappingNode):
        return
    names = {one.value for one, _ in outer.value if one is not key}
    if names & {one.value for one, _ in inner.value}:
        return
    by = key.start_mark.column - inner.value[0][0].start_mark.column
    start, end = line_start(text, key.start_mark.index), after(text, inner)
    yield Edit(start, end, indented(text[next_line(text, start) : end], by))


def _moved(text: str, parent: Entry | None, entry: Entry, name: str) -> Iterator[Edit]:
    """Cut a key with its value, and put it at the end of the mapping where it belongs."""
    if parent is None or not isinstance(parent[1], MappingNode) or flows(parent[1]):
        return
    key, value = entry
    start, end = line_start(text, key.start_mark.index), after(text, value)
    own = text[start : key.start_mark.index] + name + text[key.end_mark.index : end]
    to = after(text, parent[1]) if end_of(text, parent[1]) != end_of(text, value) else end
    column = parent[1].value[0][0].start_mark.column
    yield Edit(start, end, "")
    yield Edit(to, to, indented(own, column - key.start_mark.column))
