"""Our own calls, rights and watches live on the practice API server as on a real one."""

import pytest

from bot.domain.errors import ClusterRefusedError
from handlers.cluster import NAMESPACES
from tests.handlers.sandbox.api_server.conftest import THINGS
from tests.support.cluster import watching


async def test_who_may_do_nothing_is_told_so(api):
    cluster = api.nobody or api.cluster
    if api.practice:
        api.practice.access.take("list", "things")
    elif api.nobody is None:
        pytest.skip("the kubeconfig has nobody without rights")
    allowed = await cluster.may("list", THINGS, api.namespace)
    with pytest.raises(ClusterRefusedError, match=r"things\.tests\.pointsman\.dev is forbidden: User") as refused:
        await cluster.list_all(THINGS, api.namespace)

    assert not allowed
    assert refused.value.status == 403
    assert await api.cluster.may("get", THINGS, api.namespace)


async def test_our_watch_lives_on_it(api):
    await api.create("a")
    async with watching(api.cluster, THINGS, namespaces=(api.namespace,)) as sight:
        await sight.until(lambda: sight.watch.ok)
        await api.create("b")
        await api.merge("a", {"spec": {"word": "two"}})
        await api.ask("DELETE", api.path("b"))
        await sight.until(lambda: len(sight.changes) == 4)

    assert sight.changes == [(None, "a one"), (None, "b one"), ("a one", "a two"), ("b one", None)]


async def test_our_calls_live_on_it(api):
    await api.create("a")
    expected = [{"op": "test", "path": "/spec/word", "value": "one"}, {"op": "remove", "path": "/spec/word"}]
    patched = await api.cluster.patch(THINGS, api.namespace, "a", expected)
    listed = await api.cluster.list_all(THINGS, api.namespace)

    assert patched["spec"] == {}
    assert [thing["metadata"]["name"] for thing in listed] == ["a"]
    assert await api.cluster.get(NAMESPACES, "", api.namespace)
