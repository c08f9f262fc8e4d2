"""The server as a whole: over HTTP for clients, by hand for who plays an engine in the same process."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web

from handlers.cluster.resources import NAMESPACES, Resource
from handlers.sandbox.api_server import kinds, writing
from handlers.sandbox.api_server.access import Access
from handlers.sandbox.api_server.kinds import Kind
from handlers.sandbox.api_server.reading import Lists
from handlers.sandbox.api_server.routes import LARGEST_BODY, Objects, answered
from handlers.sandbox.api_server.store import HISTORY, Store, Thing
from handlers.sandbox.api_server.watching import BOOKMARK_EVERY
from handlers.sandbox.api_server.writing import Writer

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(slots=True, kw_only=True)
class ApiServer:
    """A cluster's API.

    Args:
        new_id: of each object, for its life.
        history: changes of each kind that a watch can begin at.
        kinds: what is installed.
    """

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    history: int = HISTORY
    bookmark_every: timedelta = BOOKMARK_EVERY
    kinds: tuple[Kind, ...] = kinds.ALL
    access: Access = field(default_factory=Access)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(now=self.now, new_id=self.new_id, history=self.history)
        self._make_namespace("default")

    def put(self, thing: Thing, *, manager: str = "pointsman-sandbox") -> Thing:
        """Write an object as a whole, its status and its namespace too, whether it is there already or not.

        Returns:
            The object as it is then.
        """
        kind = self._kind(thing)
        metadata = thing["metadata"]
        self._make_namespace(metadata.get("namespace", ""))
        old = self.store.get(kind.resource, metadata.get("namespace") or "", metadata["name"])
        new = copy.deepcopy(thing)
        new["metadata"].pop("resourceVersion", None)
        if old is None:
            old = writing.create(self.store, kind, new, Writer(manager))
        else:
            old = writing.update(self.store, kind, old, new, Writer(manager))
        if kind.status and "status" in thing:
            old = writing.update(self.store, kind, old, new, Writer(manager, subresource="status"))
        return copy.deepcopy(old)

    def put_status(self, thing: Thing, *, manager: str) -> Thing:
        """Write the status, and of Kubernetes' own kinds the annotations, of an object that is there."""
        kind, metadata = self._kind(thing), thing["metadata"]
        old = self.store.get(kind.resource, metadata.get("namespace") or "", metadata["name"])
        assert old is not None
        writer = Writer(manager, subresource="status")
        return copy.deepcopy(writing.update(self.store, kind, old, copy.deepcopy(thing), writer))

    def place(self, thing: Thing) -> Thing:
        """Write an object as it was seen elsewhere, its uid, generation and managers too, under a version of ours."""
        return copy.deepcopy(self.store.keep(self._kind(thing).resource, copy.deepcopy(thing)))

    def get(self, resource: Resource, namespace: str, name: str) -> Thing | None:
        """Return a copy, to be changed and put."""
        return copy.deepcopy(self.store.get(resource, namespace, name))

    def all(self, resource: Resource, namespace: str | None = None) -> list[Thing]:
        return copy.deepcopy(self.store.all(resource, namespace))

    def delete(self, resource: Resource, namespace: str, name: str, *, manager: str = "pointsman-sandbox") -> None:
        """Take it away, or mark it while finalizers hold it; nothing, if it is not there."""
        old = self.store.get(resource, namespace, name)
        if old is not None:
            writing.delete(self.store, self._of(resource), old, Writer(manager), {})

    def application(self) -> web.Application:
        """Return what answers over HTTP; serve it on loopback only, it asks nobody who they are."""
        app = web.Application(client_max_size=LARGEST_BODY)
        lists = Lists(self.store)
        for kind in self.kinds:
            objects = Objects(kind, self.store, self.access, lists, self.bookmark_every)
            app.add_routes(objects.routes())
        app.add_routes([web.post(REVIEWS, answered(self._review)), web.get("/version", self._version)])
        app.router.add_route("*", "/{path:.*}", _nothing_here)
        app.on_shutdown.append(self._close)
        return app

    def _make_namespace(self, name: str) -> None:
        if name and self.store.get(NAMESPACES, "", name) is None:
            self.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def _kind(self, thing: Thing) -> Kind:
        wanted = thing["apiVersion"], thing["kind"]
        return next(kind for kind in self.kinds if (kind.resource.api_version, kind.resource.kind) == wanted)

    def _of(self, resource: Resource) -> Kind:
        return next(kind for kind in self.kinds if kind.resource == resource)

    async def _review(self, request: web.Request) -> web.StreamResponse:
        asked: dict[str, Any] = await request.json()
        return web.json_response(self.access.review(asked), status=HTTPStatus.CREATED)

    async def _version(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"major": "1", "minor": "36", "gitVersion": "v1.36.0-sandbox"})

    async def _close(self, _app: web.Application) -> None:
        self.store.close()


async def _nothing_here(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=HTTPStatus.NOT_FOUND, text="404 page not found\n")
