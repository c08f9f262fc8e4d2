"""What an API server's answers mean."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError, ConflictError
from handlers.cluster.decoding import decode
from handlers.cluster.resources import Resource

# Who we are may be renewed; the others pass by themselves.
LATER = {HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
SHOWN_CHARACTERS = 300


class VersionExpiredError(ClusterUnavailableError):
    """What happened since that version is forgotten there: list again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read to its end."""

    status: int
    body: bytes

    @property
    def good(self) -> bool:
        return self.status < HTTPStatus.MULTIPLE_CHOICES

    def object(self) -> dict[str, Any]:
        """Understand the body.

        Raises:
            ClusterUnavailableError: it is no JSON object: something else answers in its place.
        """
        value = decode(self.body, what=f"an answer of {self.status}")
        if not isinstance(value, dict):
            raise ClusterUnavailableError(f"an answer of {self.status} is no object")
        return value

    def object_of(self, resource: Resource, name: str) -> dict[str, Any]:
        """Understand the body as this very object.

        Raises:
            ClusterUnavailableError: something else answers in the server's place; it knows nothing of the object.
        """
        thing = self.object()
        metadata = thing.get("metadata")
        if not isinstance(metadata, dict) or (thing.get("kind"), metadata.get("name")) != (resource.kind, name):
            raise ClusterUnavailableError(f"an answer of {self.status} is not the {resource.kind} {name}")
        return thing

    def status_object(self) -> dict[str, Any]:
        """Understand the body of a fault; a text has none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def message(self) -> str:
        text = self.status_object().get("message") or self.body.decode("utf-8", "replace").strip()
        return str(text)[:SHOWN_CHARACTERS]


def check(answer: Answer, *, verb: str, resource: str) -> None:
    """Pass a good answer.

    Raises:
        ClusterUnavailableError: it may answer well later.
        VersionExpiredError: 410.
        ConflictError: 409, and what a JSON patch expected is not so.
        ClusterRefusedError: it never will.
    """
    if answer.good:
        return
    why = f"{verb} {resource}: {answer.status} {answer.message()}".rstrip()
    if answer.status == HTTPStatus.GONE:
        raise VersionExpiredError(why)
    if answer.status == HTTPStatus.CONFLICT or failed_expectation(answer):
        raise ConflictError(why)
    if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR and answer.status not in LATER:
        raise ClusterRefusedError(why, verb=verb, resource=resource, status=answer.status)
    raise ClusterUnavailableError(why)


def is_missing(answer: Answer, name: str) -> bool:
    """Tell an object that is not there from a kind, or a server, that is not: only the first names the object."""
    if answer.status != HTTPStatus.NOT_FOUND:
        return False
    details = answer.status_object().get("details")
    return isinstance(details, dict) and details.get("name") == name


def failed_expectation(answer: Answer) -> bool:
    """Tell a JSON patch whose `test` failed from an object that its schema refuses.

    Source: k8s.io/apiserver pkg/endpoints/handlers/patch.go: the first is a generic response that names no kind.
    """
    if answer.status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return False
    details = answer.status_object().get("details")
    return not (isinstance(details, dict) and details.get("kind"))
