"""Where in a cluster to look: the namespaces of the settings, by name or by glob."""

from collections.abc import Sequence

GLOB = frozenset("*?[")


def places(namespaces: Sequence[str]) -> Sequence[str | None]:
    """The namespaces to ask for one by one; None: all at once, as a glob may mean any."""
    globs = any(GLOB & set(name) for name in namespaces)
    return [None] if globs else list(dict.fromkeys(namespaces))
