"""Puts hooks into manifests: a text in, a text out.  What is right is left as it is, so twice is as once."""

from collections.abc import Callable, Iterator

from handlers.flagger.manifests import mending
from handlers.flagger.manifests.adding import added
from handlers.flagger.manifests.documents import Edit, Found, ManifestError, applied, canaries_in
from handlers.flagger.manifests.lifting import lifted
from handlers.flagger.manifests.wanted import Wanted

BYTE_ORDER_MARK = "\ufeff"
MOST_ROUNDS = 50
"""A mend that moves one thing at a time comes to its end long before."""

Mend = Callable[[str, Found, Wanted], Iterator[Edit]]

MENDS: tuple[Mend, ...] = (
    lifted,
    mending.types,
    mending.doubles,
    mending.addresses,
    mending.alerts,
    mending.order,
    mending.numbers,
    added,
)


def wired(text: str, wanted: Wanted) -> str:
    """Put the hooks into every Canary of a text, and mend what can be mended there.

    Raises:
        ManifestError: it cannot be read, or not be changed in place.
    """
    body = text.removeprefix(BYTE_ORDER_MARK)
    mark, breaks = text[: len(text) - len(body)], "\r\n" if "\r\n" in body else "\n"
    body = body if body.endswith("\n") or not body else body + breaks
    whole = _mended(body, wanted, breaks)
    return text if whole == body else mark + whole


def _mended(text: str, wanted: Wanted, breaks: str) -> str:
    canaries = canaries_in(text)
    for mend in MENDS:
        for _ in range(MOST_ROUNDS):
            edits = [edit for found in canaries for edit in mend(text, found, wanted)]
            if not edits:
                break
            text = applied(text, [_broken_as(edit, breaks) for edit in edits])
            canaries = canaries_in(text)
        else:
            raise ManifestError(0, "cannot be changed in place; put the hooks in by hand")
    return text


def _broken_as(edit: Edit, breaks: str) -> Edit:
    return Edit(edit.start, edit.end, edit.text.replace("\r\n", "\n").replace("\n", breaks))
