"""A file of manifests: which Canaries it holds, where each value stands, and how its text is changed.

The text is never written anew from values: what is not changed stays as people wrote it, to the byte.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.config.reading import plain_value
from handlers.flagger.manifests.canary import Canary, Place, is_canary, read_canary

DEEPEST = 60  # levels
MOST_VALUES = 100_000  # After aliases are followed: nine lines of them can stand for a billion values.
MERGE = "tag:yaml.org,2002:merge"

Entry = tuple[Node, Node]
"""A key and its value."""


class ManifestError(Exception):
    """It cannot be read, or not be changed in place.

    Args:
        line: from 1; 0: the whole file.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A Canary and where it stands."""

    node: MappingNode
    canary: Canary

    @property
    def label(self) -> str:
        return "/".join(filter(None, (self.canary.namespace, self.canary.name))) or "Canary"

    def line(self, place: Place) -> int:
        """Return the line of a place, or of as much of the way to it as there is, from 1."""
        line = int(self.node.start_mark.line) + 1
        for length in range(1, len(place) + 1):
            if (entry := entry_at(self.node, place[:length])) is None:
                break
            line = int(entry[0].start_mark.line) + 1
        return line


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts a text in the place of what stands from `start` to before `end`."""

    start: int
    end: int
    text: str


def canaries_in(text: str) -> tuple[Found, ...]:
    """Find every Canary, in each document and in lists of objects.

    Raises:
        ManifestError: it is no YAML, or there is too much of it.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False  # YAML allows to name an anchor again.
    try:
        roots = [node for node in yaml.compose_all(text) if isinstance(node, MappingNode)]
    except (YAMLError, YAMLStreamError, ValueError) as error:
        raise _no_yaml(error, text) from error
    return tuple(_found(roots))


def _found(roots: Iterable[MappingNode]) -> Iterator[Found]:
    for root in roots:
        items = entry_of(root, "items")
        inner = items[1].value if items is not None and isinstance(items[1], SequenceNode) else []
        for node in (root, *(item for item in inner if isinstance(item, MappingNode))):
            kind = entry_of(node, "kind")
            if kind is None or kind[1].value != "Canary":
                continue
            fields = _Plain().mapping(node)
            if is_canary(fields):
                yield Found(node=node, canary=read_canary(fields))


def entry_at(node: Node, place: Place) -> Entry | None:
    """Follow a place; the "key" of a list's item is the item itself."""
    entry: Entry = (node, node)
    for part in place:
        inside = _item_of(entry[1], part) if isinstance(part, int) else entry_of(entry[1], part)
        if inside is None:
            return None
        entry = inside
    return entry


def _item_of(node: Node, index: int) -> Entry | None:
    items = node.value if isinstance(node, SequenceNode) else []
    return (items[index], items[index]) if index < len(items) else None


def entry_of(node: Node, key: str) -> Entry | None:
    """Find a key of a mapping; one of its own hides one that it merges by `<<`."""
    if not isinstance(node, MappingNode):
        return None
    for key_node, value in node.value:
        if key_node.value == key and key_node.tag != MERGE:
            return key_node, value
    return next((entry for merged in _merged(node) if (entry := entry_of(merged, key)) is not None), None)


def _merged(node: MappingNode) -> Iterator[MappingNode]:
    for key_node, value in node.value:
        if key_node.tag == MERGE:
            inner = value.value if isinstance(value, SequenceNode) else [value]
            yield from (one for one in inner if isinstance(one, MappingNode) and one is not node)


class _Plain:
    """One way through the nodes of a Canary, to plain values."""

    def __init__(self) -> None:
        self._count = 0
        self._inside: set[int] = set()

    def mapping(self, node: MappingNode) -> dict[str, Any]:
        fields = {}
        for merged in reversed(list(_merged(node))):
            fields.update(self._value(merged))
        for key, value in node.value:
            if key.tag != MERGE:
                fields[str(key.value)] = self._value(value)
        return fields

    def _value(self, node: Node) -> Any:
        self._count += 1
        if self._count > MOST_VALUES or id(node) in self._inside:
            raise ManifestError(node.start_mark.line + 1, "holds too many values, or an alias to what it stands in")
        self._inside.add(id(node))
        try:
            match node:
                case MappingNode():
                    return self.mapping(node)
                case SequenceNode():
                    return [self._value(item) for item in node.value]
                case _:
                    return _scalar(node)
        finally:
            self._inside.remove(id(node))


def _scalar(node: Node) -> Any:
    try:
        return plain_value(node.tag or "", node.value)
    except (KeyError, ValueError):
        return node.value


def _no_yaml(error: Exception, text: str) -> ManifestError:
    template = "; it looks like a template, so render it first (`helm template`)" if "{{" in text else ""
    match error:
        case MaxDepthExceededError():
            return ManifestError(error.problem_mark.line + 1, f"is nested deeper than {DEEPEST} levels")
        case ReaderError():
            line = text.count("\n", 0, error.position) + 1
            return ManifestError(line, f"holds a character that YAML does not allow (U+{error.character:04X})")
        case MarkedYAMLError():
            mark = error.problem_mark or error.context_mark
            problem = error.problem or error.context or "of another form"
            return ManifestError(mark.line + 1 if mark else 0, f"is not valid YAML: {problem}{template}")
        case _:
            return ManifestError(0, f"is not valid YAML{template}")


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits that do not overlap; at one place they follow one another as they are given."""
    parts, at = [], 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*parts, text[at:]))
