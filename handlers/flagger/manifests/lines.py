"""Where lines of a manifest begin and end, as far as its values tell."""

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from handlers.flagger.manifests.documents import ManifestError


def flows(node: Node) -> bool:
    """It is written `[…]` or `{…}`."""
    return isinstance(node, MappingNode | SequenceNode) and bool(node.flow_style)


def line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def next_line(text: str, index: int) -> int:
    """Return where the line after the one of `index` begins."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def end_of(text: str, node: Node) -> int:
    """Return the index behind the last sign of a value; marks of blocks reach to the next value, comments and all."""
    if isinstance(node, MappingNode) and not flows(node) and node.value:
        key, value = node.value[-1]
        return end_of(text, value) if value.start_mark.index >= key.start_mark.index else key.end_mark.index
    if isinstance(node, SequenceNode) and not flows(node) and node.value:
        last = node.value[-1]
        if last.start_mark.index >= node.start_mark.index:
            return end_of(text, last)
        raise ManifestError(node.start_mark.line + 1, "ends with an alias; write its last item out")
    return len(text[: node.end_mark.index].rstrip())


def after(text: str, node: Node) -> int:
    """Return where the first line behind a value begins."""
    return next_line(text, end_of(text, node))


def dash_of(text: str, item: Node) -> int:
    """Return the index of the dash before an item of a block."""
    return text.rindex("-", 0, item.start_mark.index)


def with_comments(text: str, index: int, *, not_before: int) -> int:
    """Return where the lines of comment right above the line of `index` begin: they belong to it."""
    start = line_start(text, index)
    while start > not_before and text[line_start(text, start - 1) : start].lstrip().startswith("#"):
        start = line_start(text, start - 1)
    return start


def indented(lines: str, by: int) -> str:
    """Move lines to the right, or to the left as far as they can."""
    return "".join(_moved(line, by) for line in lines.splitlines(keepends=True))


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]
