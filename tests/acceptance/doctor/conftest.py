"""Surroundings in which all is well, for tests to plant a fault in."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.acceptance.doctor.patient import SECRETS, SETTINGS, Patient
from tests.support.slack import running_slack


@pytest.fixture
async def patient(tmp_path, sqlite_url):
    held: list[Patient] = []

    async def answer(request: web.Request) -> web.Response:
        status, body = held[0].answers.get(request.path, (404, {}))
        headers = {"Location": "https://login.example.com/"} if status == 302 else {}
        return web.json_response(body, status=status, headers=headers)

    app = web.Application()
    app.add_routes([web.get("/{path:.*}", answer)])
    async with running_slack() as slack, TestServer(app) as public:
        text = SETTINGS.replace("PUBLIC", f"http://127.0.0.1:{public.port}").replace("SLACK/", f"{slack.url}/")
        held.append(Patient(tmp_path, slack, text, SECRETS | {"DATABASE_URL": sqlite_url}))
        yield held[0]
