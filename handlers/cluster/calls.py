"""Reading and patching single objects.  Every call is bounded; the library's errors end here."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import aiohttp
import msgspec

from bot.domain.errors import ClusterUnavailableError, ConflictError
from handlers.cluster.answers import Answer, check, is_missing
from handlers.cluster.decoding import Shape, Thing, decode_as, decode_thing
from handlers.cluster.ports import Connection, Request
from handlers.cluster.resources import Resource

CALL = aiohttp.ClientTimeout(total=5, sock_connect=3)
"""A hook waits 5 s at most, and what it asks here must fit in."""

LIST = aiohttp.ClientTimeout(total=30, sock_connect=5)
PAGE = 500
"""Objects of a page, as other clients ask."""

PatchKind: TypeAlias = Literal["json", "merge", "strategic"]
CONTENT_TYPES: dict[PatchKind, str] = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
FIELD_MANAGER = "pointsman"
REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster by the name that people give it.

    Every call raises:
        ClusterUnavailableError: it is away; nothing is known.
        ClusterRefusedError: it will never do that; of a patch, nothing changed.
    """

    name: str
    connection: Connection

    async def get(self, resource: Resource, namespace: str, name: str) -> dict[str, Any] | None:
        """Read an object as it is now; None: there is none.  A kind that is not installed is refused, with 404."""
        answer = await self._call("GET", resource.path(namespace, name), CALL)
        if is_missing(answer, name):
            return None
        check(answer, verb="get", resource=str(resource))
        return answer.object_of(resource, name)

    async def list_all(
        self, resource: Resource, namespace: str | None = None, *, selector: str = "", fields: str = ""
    ) -> list[dict[str, Any]]:
        """Read all of a kind; without a namespace, of all namespaces.  Few, or the loop stands still.

        Args:
            selector, fields: by labels, by fields.
        """
        pages = self.pages(resource, namespace, selector=selector, fields=fields)
        return [item async for page in pages for item in page.things()]

    async def pages(
        self, resource: Resource, namespace: str | None = None, *, selector: str = "", fields: str = ""
    ) -> AsyncIterator["Listed"]:
        """Read all of a kind as it was at one moment, page by page.

        Raises:
            VersionExpiredError: that moment was forgotten in the middle; begin again.
        """
        following = ""
        while True:
            query = {"limit": str(PAGE), "labelSelector": selector, "fieldSelector": fields, "continue": following}
            answer = await self._call("GET", resource.path(namespace), LIST, query=query)
            check(answer, verb="list", resource=str(resource))
            listed = Listed.of(answer)
            yield listed
            following = listed.following
            if not following:
                return

    async def patch(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        patch: Any,
        *,
        kind: PatchKind = "json",
        subresource: str | None = None,
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """Change an object, and return it as it is then.

        A JSON patch begins with the `test` of what it expects; a merge patch may name the `resourceVersion`.

        Raises:
            ConflictError: it is not what was expected, or gone; nothing changed; look again.
        """
        path = resource.path(namespace, name, subresource)
        query = {"fieldManager": FIELD_MANAGER, "dryRun": "All" if dry_run else ""}
        answer = await self._call("PATCH", path, CALL, query=query, body=patch, content_type=CONTENT_TYPES[kind])
        if is_missing(answer, name):
            raise ConflictError(f"patch {resource}: {namespace}/{name} is not there")
        check(answer, verb="patch", resource=str(resource))
        return answer.object_of(resource, name)

    async def may(
        self, verb: str, resource: Resource, namespace: str | None = None, *, subresource: str | None = None
    ) -> bool:
        """Ask whether we may do that; without a namespace, in all of them."""
        asked = {"verb": verb, "group": resource.group, "resource": resource.plural}
        asked |= {"namespace": namespace} if namespace else {}
        asked |= {"subresource": subresource} if subresource else {}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        answer = await self._call("POST", REVIEW, CALL, body=review)
        check(answer, verb="create", resource="selfsubjectaccessreviews.authorization.k8s.io")
        status = answer.object().get("status")
        return isinstance(status, dict) and status.get("allowed") is True

    async def _call(
        self,
        method: str,
        path: str,
        limits: aiohttp.ClientTimeout,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> Answer:
        request = Request(
            method=method,
            path=path,
            limits=limits,
            query=given(query or {}),
            body=body,
            content_type=content_type,
        )
        try:
            async with asyncio.timeout(limits.total), self.connection.request(request) as answer:
                return Answer(answer.status, await answer.read())
        except TimeoutError as error:
            raise ClusterUnavailableError(f"no answer in {limits.total} s") from error


def given(query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Leave out what says nothing."""
    return tuple((name, value) for name, value in query.items() if value)


class _List(msgspec.Struct):
    kind: Any = None
    metadata: Any = None
    items: list[msgspec.Raw] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, whose objects are decoded one by one.

    Args:
        version: of the list as a whole, the same on each page: where to watch from.
        following: names the next page; empty at the end.
    """

    items: Sequence[msgspec.Raw]
    version: str
    following: str

    @classmethod
    def of(cls, answer: Answer) -> "Listed":
        """Raises: ClusterUnavailableError: something else answers in the server's place, and lists nothing."""
        body = decode_as(_List, answer.body, what=f"an answer of {answer.status}")
        metadata = body.metadata
        if not str(body.kind).endswith("List") or not isinstance(metadata, dict) or not metadata.get("resourceVersion"):
            raise ClusterUnavailableError(f"an answer of {answer.status} is no list of objects")
        things = body.items or ()  # Go writes null for a list that was never filled.
        return cls(things, metadata["resourceVersion"], metadata.get("continue") or "")

    def things(self, shape: Shape = dict) -> Iterator[Thing]:
        """Understand what `shape` names of each.

        Raises:
            ClusterUnavailableError: one is no object.
        """
        return (decode_thing(item, shape, what="what it lists") for item in self.items)
