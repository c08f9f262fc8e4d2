"""What the bot may do in a cluster is asked of the cluster, and said once."""

import pytest
from structlog.testing import capture_logs

from bot.domain.finding import Grade
from handlers.cluster import DEPLOYMENTS, REPLICA_SETS
from handlers.cluster.places import places
from handlers.cluster.rights import Right, lack_of, lacking, tell_rights
from tests.support.cluster import Faults, aborts, answers, connected, new_server, serving

LIST = Right(verb="list", resource=REPLICA_SETS)
PATCH = Right(verb="patch", resource=DEPLOYMENTS, needed=False, without="nothing can be put back")
RIGHTS = (LIST, PATCH)


@pytest.mark.parametrize(
    ("namespaces", "asked"),
    [
        pytest.param(["shop", "pay"], ["shop", "pay"], id="names are asked one by one"),
        pytest.param(["shop", "shop"], ["shop"], id="a name twice is asked once"),
        pytest.param(["shop", "team-*"], [None], id="a glob may mean any"),
    ],
)
def test_rights_are_asked_where_they_count(namespaces, asked):
    assert places(namespaces) == asked


async def test_only_what_was_taken_is_lacking():
    server = new_server()
    server.access.take("patch", "deployments")

    async with serving(server) as url, connected(url) as cluster:
        assert await lacking(cluster, RIGHTS, ["shop"]) == (PATCH,)


@pytest.mark.parametrize(
    ("right", "grade", "says"),
    [
        pytest.param(LIST, Grade.BROKEN, "Pointsman may not list replicasets.apps there.", id="needed"),
        pytest.param(
            PATCH,
            Grade.CAUTION,
            "Pointsman may not patch deployments.apps there: nothing can be put back.",
            id="wished",
        ),
    ],
)
def test_what_is_lacking_says_what_does_not_work(right, grade, says):
    finding = lack_of("prod-eu", right)

    assert (finding.grade, finding.says, finding.mend) == (grade, says, "Apply deploy/seeing.")


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def tell(slept):
    """Say what the bot may do; return what was logged."""

    async def sleep(seconds):
        slept.append(seconds)

    async def tell(cluster):
        with capture_logs() as lines:
            await tell_rights(cluster, RIGHTS, ["*"], sleep=sleep, random=lambda: 1.0)
        return lines

    return tell


@pytest.mark.parametrize(
    ("taken", "level", "lacks", "optional"),
    [
        pytest.param([], "info", [], [], id="nothing lacks"),
        pytest.param(
            ["deployments"],
            "info",
            [],
            ["patch deployments.apps: without it nothing can be put back"],
            id="an optional one",
        ),
        pytest.param(["replicasets"], "warning", ["list replicasets.apps"], [], id="what is needed"),
    ],
)
async def test_one_line_says_what_it_may_and_may_not(tell, taken, level, lacks, optional):
    server = new_server()
    for plural in taken:
        server.access.take("list" if plural == "replicasets" else "patch", plural)

    async with serving(server) as url, connected(url) as cluster:
        (line,) = await tell(cluster)

    assert (line["event"], line["log_level"], line["may_not"]) == ("cluster_rights", level, lacks)
    assert line["optional"] == optional
    assert len(line["may"] + lacks + optional) == 2


async def test_a_cluster_that_is_away_is_asked_again_until_it_answers(tell, slept):
    faults = Faults()
    faults.next(aborts, aborts)

    async with serving(new_server(), faults) as url, connected(url) as cluster:
        lines = await tell(cluster)

    assert ([line["event"] for line in lines], slept) == (["cluster_rights"], [1.0, 2.0])


async def test_a_cluster_that_does_not_tell_rights_is_not_asked_again(tell, slept):
    faults = Faults()
    faults.next(answers(403, "no"))

    async with serving(new_server(), faults) as url, connected(url) as cluster:
        lines = await tell(cluster)

    assert ([line["event"] for line in lines], slept) == (["cluster_rights_untold"], [])
