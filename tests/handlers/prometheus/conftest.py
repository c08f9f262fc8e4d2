"""A server on loopback that answers as the test says."""

import asyncio
from collections import deque
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer


class Answering:
    """Answers with what `answers` holds, the last of it again and again, and with nothing until the test is over."""

    def __init__(self, server):
        self.server = server
        self.answers = deque[Any]()
        self.asked = []
        self.over = asyncio.Event()

    @property
    def url(self):
        return str(self.server.make_url("/"))

    async def serve(self, request):
        self.asked.append(request)
        if not self.answers:
            await self.over.wait()
            return web.Response()
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        return answer(request) if callable(answer) else web.Response(body=answer)


@pytest.fixture
async def answering():
    app = web.Application()
    server = TestServer(app)
    answering = Answering(server)
    app.router.add_route("*", "/{path:.*}", answering.serve)
    async with server:
        yield answering
        answering.over.set()


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session
