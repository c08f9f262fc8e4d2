"""The API over HTTP: paths and bodies in, objects and faults out."""

import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web

from handlers.cluster.resources import NAMESPACES
from handlers.sandbox.api_server import faults, json_patch, merge_patch, writing
from handlers.sandbox.api_server.access import Access
from handlers.sandbox.api_server.kinds import Kind
from handlers.sandbox.api_server.reading import Lists
from handlers.sandbox.api_server.selecting import Selects, by_fields, by_labels
from handlers.sandbox.api_server.store import Store, Thing
from handlers.sandbox.api_server.watching import WatchOrder, lines, read_version, written
from handlers.sandbox.api_server.writing import Writer

LARGEST_BODY = 8 * 1024**2
TRUE = {"true", "True", "1", "t", "T", "TRUE"}
"""What Go takes for true; Python's clients write `True`."""

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Objects:
    """Answers for one kind."""

    kind: Kind
    store: Store
    access: Access
    lists: Lists
    bookmark_every: timedelta

    def routes(self) -> list[web.RouteDef]:
        resource = self.kind.resource
        base = resource.path()
        here = resource.path("{namespace}").replace("%7B", "{").replace("%7D", "}") if resource.namespaced else base
        one = f"{here}/{{name}}"
        routes = [web.get(base, answered(self._list), allow_head=False), web.post(here, answered(self._create))]
        if resource.namespaced:
            routes.append(web.get(here, answered(self._list), allow_head=False))
        for path in (one, f"{one}/status") if self.kind.status else (one,):
            routes += [
                web.get(path, answered(self._get), allow_head=False),
                web.put(path, answered(self._update)),
                web.patch(path, answered(self._patch)),
            ]
        return [*routes, web.delete(one, answered(self._delete))]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        watch = query.get("watch") in TRUE
        self._require("watch" if watch else "list", request)
        fields = by_fields(query.get("fieldSelector", ""), self.kind.fields)
        selects = _both(by_labels(query.get("labelSelector", "")), fields)
        if watch:
            return await self._watch(request, selects)
        limit = _number(query.get("limit", ""))
        if token := query.get("continue"):
            return _json(self.lists.following(self.kind, token, limit))
        return _json(self.lists.first(self.kind, request.match_info.get("namespace"), selects, limit))

    async def _watch(self, request: web.Request, selects: Selects) -> web.StreamResponse:
        query = request.query
        order = WatchOrder(
            kind=self.kind,
            namespace=request.match_info.get("namespace"),
            selects=selects,
            version=read_version(query.get("resourceVersion", "")),
            bookmarks=query.get("allowWatchBookmarks") in TRUE,
            seconds=_number(query.get("timeoutSeconds", "")),
        )
        stream = web.StreamResponse(headers={"Content-Type": "application/json"})
        stream.enable_chunked_encoding()
        await stream.prepare(request)
        with contextlib.suppress(ConnectionError):  # Who watched has left.
            async for line in lines(self.store, order, bookmark_every=self.bookmark_every):
                await stream.write(line)
            await stream.write_eof()
        return stream

    async def _get(self, request: web.Request) -> web.StreamResponse:
        self._require("get", request)
        return _json(self._found(request))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        self._require("create", request)
        thing = await self._body(request)
        namespace = thing["metadata"].get("namespace", "")
        if self.kind.resource.namespaced and self.store.get(NAMESPACES, "", namespace) is None:
            raise faults.not_found(NAMESPACES, namespace)
        if fault := self.kind.fault(thing):
            raise faults.invalid(self.kind.resource, thing["metadata"]["name"], *fault, kind=self.kind.resource.kind)
        return _json(writing.create(self.store, self.kind, thing, self._writer(request)), HTTPStatus.CREATED)

    async def _update(self, request: web.Request) -> web.StreamResponse:
        self._require("update", request)
        thing, old = await self._body(request), self._found(request)
        if self.kind.custom and not thing["metadata"].get("resourceVersion"):
            name = old["metadata"]["name"]
            raise faults.invalid(self.kind.resource, name, "metadata.resourceVersion", writing.ALWAYS_ONE)
        return _json(writing.update(self.store, self.kind, old, thing, self._writer(request)))

    async def _patch(self, request: web.Request) -> web.StreamResponse:
        self._require("patch", request)
        apply = self._applier(request.content_type)
        patch = _parsed(await request.read())
        old = self._found(request)
        new = apply(old, patch)
        if not isinstance(new, dict) or not isinstance(new.get("metadata"), dict):
            raise faults.bad_request("the patch leaves no object")
        return _json(writing.update(self.store, self.kind, old, new, self._writer(request)))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        self._require("delete", request)
        body = await request.read()
        options = _parsed(body) if body else {}
        if not isinstance(options, dict):
            raise faults.bad_request("the body is no object")
        old = self._found(request)
        preconditions = options.get("preconditions") or {}
        left = writing.delete(self.store, self.kind, old, self._writer(request), preconditions)
        if left is not None:
            return _json(left)
        details = {"name": old["metadata"]["name"], "kind": self.kind.resource.plural, "uid": old["metadata"]["uid"]}
        return _json({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details})

    def _applier(self, content_type: str) -> Callable[[Thing, Any], Any]:
        match content_type:
            case "application/json-patch+json":
                return json_patch.apply
            case "application/merge-patch+json":
                return merge_patch.merge
            case "application/strategic-merge-patch+json" if not self.kind.custom:
                return merge_patch.merge_strategically
            case _:
                strategic = [] if self.kind.custom else [STRATEGIC_PATCH]
                raise faults.unsupported(", ".join([JSON_PATCH, MERGE_PATCH, *strategic]))

    async def _body(self, request: web.Request) -> Thing:
        """Read an object that belongs where it was sent."""
        thing = _parsed(await request.read())
        if not isinstance(thing, dict) or not isinstance(thing.get("metadata", {}), dict):
            raise faults.bad_request("the body is no object")
        resource, namespace = self.kind.resource, request.match_info.get("namespace", "")
        if (thing.get("kind"), thing.get("apiVersion")) != (resource.kind, resource.api_version):
            raise self._other_kind(thing)
        metadata = thing.setdefault("metadata", {})
        if resource.namespaced and metadata.setdefault("namespace", namespace) != namespace:
            raise faults.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        if not metadata.get("name"):
            why = "Required value: name or generateName is required"
            raise faults.invalid(resource, "", "metadata.name", why, kind=resource.kind)
        if request.match_info.get("name", metadata["name"]) != metadata["name"]:
            raise faults.bad_request("the name of the object does not match the name on the URL")
        return thing

    def _other_kind(self, thing: Thing) -> faults.ApiFault:
        resource, kind = self.kind.resource, thing.get("kind")
        if not self.kind.custom or not isinstance(kind, str):
            return faults.bad_request(f"{kind} cannot be handled as a {resource.kind}")
        name = str(thing.get("metadata", {}).get("name", ""))
        return faults.invalid(resource, name, "kind", f'Invalid value: "{kind}": must be {resource.kind}', kind=kind)

    def _found(self, request: web.Request) -> Thing:
        name = request.match_info["name"]
        thing = self.store.get(self.kind.resource, request.match_info.get("namespace", ""), name)
        if thing is None:
            raise faults.not_found(self.kind.resource, name)
        return thing

    def _require(self, verb: str, request: web.Request) -> None:
        name, namespace = (request.match_info.get(word, "") for word in ("name", "namespace"))
        self.access.require(verb, self.kind.resource, _subresource(request), name, namespace=namespace)

    def _writer(self, request: web.Request) -> Writer:
        agent = request.headers.get("User-Agent", "unknown").partition("/")[0]
        return Writer(
            manager=request.query.get("fieldManager") or agent,
            subresource=_subresource(request),
            dry_run="All" in request.query.getall("dryRun", []),
        )


def answered(handler: Handler) -> Handler:
    """Answer what went wrong as Kubernetes does."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except faults.ApiFault as fault:
            return _json(fault.status(), fault.code)

    return answer


def _subresource(request: web.Request) -> str:
    return "status" if "name" in request.match_info and request.path.endswith("/status") else ""


def _both(first: Selects, second: Selects) -> Selects:
    return lambda thing: first(thing) and second(thing)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise faults.bad_request(f"the body is no JSON: {error}") from error


def _json(value: Any, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(body=written(value), status=status, content_type="application/json")
