"""Doctor looks at a cluster as it is: rights, Canaries, what stands before the gates, metrics; or at what was heard."""

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.finding import Grade
from bot.domain.runs.beginning import Known
from bot.domain.workload import Workload
from handlers.cluster import Cluster
from handlers.flagger.doctor import Examined, examine, examine_text
from handlers.flagger.doctor_by_hooks import examine_heard, heard
from handlers.flagger.probing import probe
from handlers.prometheus import MetricsUnavailableError, Sample
from handlers.sandbox.api_server import ApiServer
from tests.support.cluster import connected, new_server, serving
from tests.support.running import TOKEN

EXAMPLE = yaml.safe_load((Path(__file__).parents[3] / "deploy" / "examples" / "canary.yaml").read_text())
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:1"


def canary(name="checkout", namespace="shop", base=NOWHERE, **spec):
    made = copy.deepcopy(EXAMPLE)
    made["metadata"].update(name=name, namespace=namespace)
    made["spec"].update(spec)
    made["spec"]["targetRef"]["name"] = name
    for hook in made["spec"]["analysis"]["webhooks"]:
        hook["url"] = hook["url"].replace("http://pointsman.pointsman.svc:8080", base)
    return made


@dataclass
class Told:
    """Metrics, as a source tells them; None: it is away."""

    samples: tuple[Sample, ...] | None

    async def labelled(self, _name, /, **_labels):
        if self.samples is None:
            raise MetricsUnavailableError("answered 401")
        return self.samples


@dataclass
class Looking:
    server: ApiServer
    cluster: Cluster
    session: aiohttp.ClientSession
    settings: dict[str, Any] = field(default_factory=dict)

    async def findings(self):
        examined = Examined(cluster=self.cluster, tokens=frozenset({"TOKEN"}), **self.settings)
        return [finding async for finding in examine(examined, session=self.session)]

    async def says(self, grade, *parts):
        """Find what is told with this grade and these words; return the one mend."""
        told = [one for one in await self.findings() if one.grade is grade and all(part in one.says for part in parts)]
        assert len(told) == 1, told
        return told[0]


@pytest.fixture
async def looking():
    server = new_server()
    async with serving(server) as url, connected(url) as cluster, aiohttp.ClientSession() as session:
        yield Looking(server, cluster, session)


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_cluster_in_order_has_nothing_to_mend_but_its_gates_out_of_reach(looking):
    looking.server.put(canary())

    found = await looking.findings()

    assert [(one.grade, one.says.split(":")[0]) for one in found] == [
        (Grade.GOOD, "Pointsman may do there what it needs for Flagger."),
        (Grade.GOOD, "1 of 1 Canaries have nothing to mend."),
        (Grade.UNKNOWN, "Its gates could not be reached from here"),
    ]


@pytest.mark.parametrize(
    ("verb", "plural", "grade"),
    [
        pytest.param("watch", "canaries", Grade.BROKEN, id="what is watched"),
        pytest.param("get", "deployments", Grade.BROKEN, id="what is read"),
        pytest.param("get", "configmaps", Grade.CAUTION, id="what tells more"),
        pytest.param("list", "replicasets", Grade.BROKEN, id="what a template is put back from"),
        pytest.param("patch", "deployments", Grade.BROKEN, id="what is changed"),
    ],
)
async def test_a_right_that_is_missing_is_named_with_its_verb(looking, verb, plural, grade):
    looking.server.access.take(verb, plural)
    looking.settings["acts"] = True

    finding = await looking.says(grade, f"may not {verb} {plural}")

    assert "role" in finding.mend
    assert ("deploy/acting" in finding.mend) is (verb == "patch")


async def test_what_is_never_changed_needs_no_right(looking):
    looking.server.access.take("patch", "deployments")
    looking.server.access.take("list", "replicasets")

    assert all(finding.grade is not Grade.BROKEN for finding in await looking.findings())


async def test_canaries_that_may_not_be_listed_leave_the_rest_to_be_looked_at(looking):
    looking.server.access.take("list", "canaries")
    looking.settings["metrics"] = [("prometheus", Told(()))]

    assert await looking.says(Grade.UNKNOWN, "cannot be listed")
    assert await looking.says(Grade.CAUTION, "prometheus: it answers, and has no")


async def test_each_canary_is_told_by_where_it_is(looking):
    looking.server.put(canary())
    looking.server.put(canary("search", suspend=True))

    finding = await looking.says(Grade.CAUTION, "It is suspended")

    assert finding.area == "prod-eu shop/search"
    assert await looking.says(Grade.GOOD, "1 of 2 Canaries")


async def test_two_canaries_of_one_target_are_found(looking):
    looking.server.put(canary())
    other = canary("other")
    other["spec"]["targetRef"]["name"] = "checkout"
    looking.server.put(other)

    assert await looking.says(Grade.BROKEN, "checkout and other release the same Deployment")


@pytest.mark.parametrize("namespaces", [["shop"], ["sh*"], ["shop", "none"]])
async def test_only_the_namespaces_that_count_are_looked_at(looking, namespaces):
    looking.server.put(canary())
    looking.server.put(canary(namespace="other", suspend=True))
    looking.settings["namespaces"] = namespaces

    assert await looking.says(Grade.GOOD, "1 of 1 Canaries")


async def test_a_token_that_the_settings_do_not_know_is_found_and_not_told(looking):
    wrong = canary()
    wrong["spec"]["analysis"]["webhooks"][2]["url"] = f"{NOWHERE}/hooks/s3cret/flagger/confirm-promotion"
    looking.server.put(wrong)

    assert await looking.says(Grade.BROKEN, "token that is none of this cluster's")
    assert "s3cret" not in str(await looking.findings())


@pytest.mark.parametrize(
    ("samples", "grade", "says"),
    [
        pytest.param(None, Grade.BROKEN, "answered 401", id="refused"),
        pytest.param((), Grade.CAUTION, "has no flagger_canary_metric_analysis", id="not scraped"),
        pytest.param((Sample(labels={}, value=1),), Grade.GOOD, "tells what Flagger measured", id="good"),
    ],
)
async def test_where_metrics_are_read_is_tried(looking, samples, grade, says):
    looking.settings["metrics"] = [("flagger_metrics", Told(samples))]

    assert await looking.says(grade, "flagger_metrics", says)


async def test_the_gates_of_a_running_bot_are_reached_and_nothing_begins(bot, session):
    url = str(bot.client.make_url(f"/hooks/{TOKEN}/flagger/confirm-promotion"))
    before = await bot.core.storage.reader.head()

    finding = await probe(session, url, area="prod-eu")

    assert (finding.grade, await bot.core.storage.reader.head()) == (Grade.GOOD, before)


async def test_a_token_that_the_bot_does_not_know_is_found(bot, session):
    url = str(bot.client.make_url("/hooks/unknown/flagger/confirm-promotion"))

    finding = await probe(session, url, area="prod-eu")

    assert (finding.grade, "does not know their token" in finding.says) == (Grade.BROKEN, True)


def redirect(_request):
    raise web.HTTPFound("/sign-in")


@pytest.mark.parametrize(
    ("answer", "grade", "says"),
    [
        pytest.param(redirect, Grade.BROKEN, "every release is approved", id="a redirect to a login page"),
        pytest.param(lambda _: web.Response(text="sign in"), Grade.BROKEN, "says 200", id="a login page"),
        pytest.param(lambda _: web.Response(status=202), Grade.BROKEN, "a yes to Flagger", id="a yes to everything"),
        pytest.param(lambda _: web.Response(status=204), Grade.BROKEN, "a no to Flagger", id="a no to everything"),
        pytest.param(
            lambda _: web.Response(status=401), Grade.BROKEN, "they stay shut", id="a proxy that wants a login"
        ),
        pytest.param(lambda _: web.Response(status=404), Grade.BROKEN, "they stay shut", id="another service"),
        pytest.param(
            lambda _: web.json_response({"error": "away"}, status=503), Grade.UNKNOWN, "not ready", id="not ready"
        ),
    ],
)
async def test_what_stands_before_the_gates_is_found(session, answer, grade, says):
    asked = []

    async def serve(request):
        asked.append((request.method, request.path))
        return answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    async with TestServer(app) as server:
        finding = await probe(session, str(server.make_url("/hooks/TOKEN/flagger/event")), area="prod-eu")

    assert (finding.grade, says in finding.says) == (grade, True), finding
    assert asked == [("POST", "/hooks/TOKEN/flagger/event")]
    assert "TOKEN" not in finding.says


async def test_one_hook_of_each_address_is_tried(looking):
    for name in ("checkout", "search"):
        looking.server.put(canary(name))

    assert await looking.says(Grade.UNKNOWN, "could not be reached")


def known(*hooks, ago=timedelta(minutes=3)):
    workload = Workload(cluster="prod-eu", kind="Canary", namespace="shop", name="checkout")
    return Known(workload=workload, hooks=frozenset(hooks), heard_at=NOW - ago)


@pytest.mark.parametrize(
    ("hooks", "told"),
    [
        pytest.param(["confirm-promotion", "rollback", "event"], [(Grade.GOOD, "It asks")], id="all it needs"),
        pytest.param(["gate/check", "rollback", "event"], [(Grade.GOOD, "It asks")], id="as at a loadtester"),
        pytest.param(
            ["rollback", "event"], [(Grade.CAUTION, "It never asked at a gate (last heard 3 min ago)")], id="no gate"
        ),
        pytest.param(
            ["confirm-promotion", "rollback"], [(Grade.CAUTION, "It never told how a release ended")], id="no end"
        ),
    ],
)
def test_by_hooks_alone_what_was_never_heard_is_told(hooks, told):
    found = list(heard(known(*hooks), now=NOW))

    assert [one.grade for one in found] == [grade for grade, _ in told]
    assert all(one.says.startswith(says) for one, (_, says) in zip(found, told, strict=True))


async def test_a_canary_that_never_asked_to_roll_back_is_found_in_the_record(bot):
    body = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "one"}
    await bot.ask("flagger/confirm-promotion", body)

    found = [finding async for finding in examine_heard(bot.core.storage.reader, "prod-eu")]

    assert (Grade.BROKEN, "prod-eu shop/checkout") in [(one.grade, one.area) for one in found]


async def test_a_cluster_that_was_never_heard_is_told(bot):
    (finding,) = [finding async for finding in examine_heard(bot.core.storage.reader, "prod-eu")]

    assert (finding.grade, finding.says) == (Grade.CAUTION, "No hook of it was ever heard.")


@pytest.mark.parametrize(
    ("text", "grade", "says"),
    [
        pytest.param(yaml.safe_dump(EXAMPLE), Grade.GOOD, "People are asked at: start and promotion.", id="good"),
        pytest.param("a: 1\nb: [\n", Grade.BROKEN, "Line 3 is not valid YAML", id="no YAML"),
        pytest.param("kind: Deployment\n", Grade.UNKNOWN, "It holds no Canary.", id="none"),
        pytest.param(yaml.safe_dump_all([canary("one", suspend=True)]), Grade.CAUTION, "It is suspended", id="a fault"),
    ],
)
async def test_a_file_is_looked_at(text, grade, says):
    found = [finding async for finding in examine_text("canary.yaml", text)]

    assert (grade, True) in [(one.grade, one.says.startswith(says)) for one in found]
    assert all(one.area.startswith("canary.yaml") for one in found)
