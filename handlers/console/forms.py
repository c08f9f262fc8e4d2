"""Forms as browsers send them, read strictly."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import PayloadAccessError

MOST_FIELDS = 20


class NotOursError(Exception):
    """The form does not come from a page of ours, or from one of an earlier session."""


class UnreadableFormError(Exception):
    """The body is no form.  The text says why, and repeats nothing of it."""


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Read the body as fields, each given once.

    A NUL and half a character are refused: a database keeps neither.

    Raises:
        UnreadableFormError
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise UnreadableFormError("The body is no form.")
    try:
        text = (await request.read()).decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except (HttpProcessingError, PayloadAccessError, ValueError) as error:
        raise UnreadableFormError("The form cannot be read.") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnreadableFormError("A field is given twice.")
    if any("\0" in value for value in fields.values()):
        raise UnreadableFormError("A field holds a character that is none.")
    return fields
