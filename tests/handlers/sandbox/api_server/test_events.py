"""Events: what selects them, and where they may lie; the practice API server answers as a real one does."""

import pytest

from handlers.cluster import EVENTS
from tests.handlers.sandbox.api_server.conftest import event


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        pytest.param("reason=ResourceActionRan", ["a", "b"], id="reason"),
        pytest.param("reason!=ResourceActionRan", ["c"], id="another reason"),
        pytest.param("involvedObject.uid=u-2,reason=ResourceActionRan", ["b"], id="object and reason"),
        pytest.param("involvedObject.kind=Rollout,involvedObject.name=cart", ["a", "c"], id="kind and name"),
        pytest.param("source=argocd-server,metadata.name!=a", ["b", "c"], id="source"),
        pytest.param("type=Warning", [], id="type"),
    ],
)
async def test_what_an_event_is_about_selects_it(api, selector, names):
    await api.ask("POST", api.path(of=EVENTS), event(api, "a"))
    await api.ask("POST", api.path(of=EVENTS), event(api, "b", about={"uid": "u-2", "name": "till"}))
    await api.ask("POST", api.path(of=EVENTS), event(api, "c", reason="RolloutPaused"))
    found = await api.cluster.list_all(EVENTS, api.namespace, fields=selector)

    assert [item["metadata"]["name"] for item in found] == names


async def test_what_selects_no_event_is_refused(api):
    wrong = await api.ask("GET", api.path(of=EVENTS), fieldSelector="message=x")

    assert (wrong.status, wrong.body["message"]) == (400, "field label not supported: message")


async def test_an_event_lies_in_the_namespace_of_what_it_is_about(api):
    refused = await api.ask("POST", api.path(of=EVENTS), event(api, about={"namespace": "elsewhere"}))
    nowhere = await api.ask("POST", api.path(of=EVENTS), event(api, about={"namespace": ""}))

    assert refused.status == nowhere.status == 422
    why = 'involvedObject.namespace: Invalid value: "elsewhere": does not match event.namespace'
    assert refused.body["message"] == f'Event "cart.1" is invalid: {why}'
    assert nowhere.body["details"]["causes"][0]["field"] == "involvedObject.namespace"
