"""YAML text becomes plain values, and the line of each.  What they mean is not known here."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.config.mistakes import Mistake, Place, SettingsError, dotted, line_of

LARGEST_TEXT = 1024 * 1024  # characters; bytes of a file
DEEPEST = 40  # levels
MOST_VALUES = 20_000  # After aliases are followed: nine lines of them can stand for a billion values.

TAG = "tag:yaml.org,2002:"
PLAIN = {f"{TAG}{kind}" for kind in ("str", "timestamp", "merge", "value", "yaml")}
UNKNOWN_TAG = "has a tag (!) that is not known here; leave it out, or put text that begins with ! in quotes"
UNQUOTABLE = re.compile("^(found undefined [a-z ]+).*")  # What follows may be a secret that begins with `*` or `!`.
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read.

    Attributes:
        values: Plain dictionaries, tuples and scalars.
        lines: The line of each key and list item, from 1.
        mistakes: Those of form alone, such as a key given twice.
        spoiled: Where one of them stands in place of a value, so that nothing else need be said of it.
    """

    values: dict[str, Any]
    lines: Mapping[Place, int]
    mistakes: tuple[Mistake, ...]
    spoiled: Collection[Place]


def read(text: str, *, name: str) -> Document:
    """Read YAML 1.2.

    Raises:
        SettingsError: It is no YAML, or no mapping, or there is too much of it.
    """
    if len(text) > LARGEST_TEXT:
        raise SettingsError(name, [Mistake("", 0, f"is larger than {LARGEST_TEXT // 1024} KiB")])
    root = _composed(text, name=name)
    if root is None:
        raise SettingsError(name, [Mistake("", 0, "is empty; it must hold settings, as `key: value`")])
    if not isinstance(root, MappingNode):
        message = "must be a mapping (`key: value`) of settings"
        raise SettingsError(name, [Mistake("", root.start_mark.line + 1, message)])
    walk = _Walk(name=name)
    values = walk.value(root, ())
    return Document(values, walk.lines, tuple(walk.mistakes), walk.spoiled)


def _composed(text: str, *, name: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False  # YAML allows to name an anchor again.
    try:
        node: Node | None = yaml.compose(text)
    except (YAMLError, YAMLStreamError, ValueError) as error:
        # ValueError: ruamel.yaml lets that of chr() through, for an escape beyond the last character.
        raise SettingsError(name, [_no_yaml(error, text)]) from error
    return node


def _no_yaml(error: Exception, text: str) -> Mistake:
    match error:
        case MaxDepthExceededError():
            return Mistake("", error.problem_mark.line + 1, f"is nested deeper than {DEEPEST} levels")
        case ReaderError():
            line = text.count("\n", 0, error.position) + 1
            return Mistake("", line, f"holds a character that YAML does not allow (U+{error.character:04X})")
        case MarkedYAMLError():
            mark = error.problem_mark or error.context_mark
            problem = UNQUOTABLE.sub(r"\1", error.problem or error.context or "")
            return Mistake("", mark.line + 1 if mark else 0, f"is not valid YAML: {problem}")
        case _:
            return Mistake("", 0, "is not valid YAML")


@dataclass(slots=True)
class _Walk:
    """One way through the nodes, which notes lines and mistakes as it goes."""

    name: str
    lines: dict[Place, int] = field(default_factory=lambda: {(): 1})
    mistakes: list[Mistake] = field(default_factory=list)
    spoiled: set[Place] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)  # Nodes begun and not ended: an alias to one has no end.
    count: int = 0

    def value(self, node: Node, place: Place) -> Any:
        self.count += 1
        if self.count > MOST_VALUES or id(node) in self.inside:
            message = f"holds more than {MOST_VALUES} values, or an alias to what it stands in"
            raise SettingsError(self.name, [Mistake("", line_of(place, self.lines), message)])
        self.inside.add(id(node))
        value = self.content(node, place)
        self.inside.remove(id(node))
        return value

    def content(self, node: Node, place: Place) -> Any:
        match node:
            case MappingNode():
                return self.mapping(node, place)
            case SequenceNode():
                return self.sequence(node, place)
            case _:
                return self.scalar(node, place)

    def mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        self.check_tag(node, "map", place)
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.mistakes.append(Mistake(dotted(place), line, "a key must be a word, not a list or a mapping"))
                continue
            here = (*place, key_node.value)
            if key_node.value in values:
                message = f"is given twice, first in line {self.lines[here]}"
                self.mistakes.append(Mistake(dotted(here), line, message))
                continue
            self.lines[here] = line
            if odd := odd_character(key_node.value):
                self.spoil(here, f"{odd} in a key")
            values[key_node.value] = self.value(value_node, here)
        return values

    def sequence(self, node: SequenceNode, place: Place) -> tuple[Any, ...]:
        self.check_tag(node, "seq", place)
        values = []
        for index, item in enumerate(node.value):
            here = (*place, index)
            self.lines[here] = item.start_mark.line + 1
            values.append(self.value(item, here))
        return tuple(values)

    def scalar(self, node: Node, place: Place) -> Any:
        if odd := odd_character(node.value):
            self.spoil(place, odd)
            return ""
        try:
            return plain_value(node.tag or "", node.value)
        except ValueError:
            self.spoil(
                place, f"is not what YAML calls {(node.tag or '').removeprefix(TAG)}; if it is text, put it in quotes"
            )
        except KeyError:
            self.spoil(place, UNKNOWN_TAG)
        return node.value

    def check_tag(self, node: Node, kind: str, place: Place) -> None:
        if node.tag != f"{TAG}{kind}":
            self.spoil(place, UNKNOWN_TAG)

    def spoil(self, place: Place, message: str) -> None:
        self.mistakes.append(Mistake(dotted(place), line_of(place, self.lines), message))
        self.spoiled.add(place)


def plain_value(tag: str, text: str) -> str | int | float | bool | None:
    """Turn a scalar into the value that its tag names.

    Raises:
        ValueError: The text is none of that kind.
        KeyError: The tag is not one of YAML's own.
    """
    if tag in PLAIN:
        return text
    kind = tag.removeprefix(TAG)
    if kind == "null":
        return None
    if kind == "bool":
        if text.lower() not in BOOLEANS:
            raise ValueError(text)
        return BOOLEANS[text.lower()]
    if kind == "int":
        return int(text, 0 if re.match("[-+]?0[box]", text) else 10)
    if kind == "float":
        return float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
    raise KeyError(tag)


def odd_character(text: str) -> str:
    """Name the first character that would break a line, a database or a card; empty when there is none."""
    for character in text:
        # Of the formatting characters only the joiners, which emoji and some scripts need, do not mislead the eye.
        if unicodedata.category(character) in {"Cc", "Cs", "Cf", "Zl", "Zp"} and character not in "\u200c\u200d":
            return f"holds a character that settings may not have (U+{ord(character):04X})"
    return ""
