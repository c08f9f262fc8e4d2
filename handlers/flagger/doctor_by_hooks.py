"""What was heard of a cluster, where hooks are all there is: what a Canary never calls is what it lacks."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.figures.lengths import in_words
from bot.domain.finding import Finding, broken, caution, good
from bot.domain.runs.beginning import Known
from bot.ports import Reader, ReleaseFilter
from bot.usecases.examine import Findings
from handlers.flagger.canaries import GATES, KIND

PAGE = 100
LONG_AGO = timedelta(days=30)

_ASKS = frozenset(GATES) | {"gate/check"}
_WIRE = "`pointsman wire` puts it in."


async def examine_heard(reader: Reader, cluster: str) -> Findings:
    """Look at what the record knows of the Canaries of a cluster.

    Raises:
        RecordsUnavailableError: the database is away.
    """
    wanted, after, any_heard = ReleaseFilter(cluster=cluster, kind=KIND, newest=True), None, False
    now = await reader.now()
    while True:
        page = await reader.releases(wanted, after=after, limit=PAGE)
        for release in page.items:
            any_heard = True
            for finding in heard(await reader.known(release.workload), now=now):
                yield finding
        if (after := page.next) is None:
            break
    if not any_heard:
        yield caution(
            cluster,
            "No hook of it was ever heard.",
            "Wire a Canary (`pointsman wire --cluster`), let Flagger reach Pointsman, and release something.",
        )


def heard(known: Known, *, now: datetime) -> Iterator[Finding]:
    """Judge one Canary by the hooks that it ever called."""
    workload, hooks = known.workload, known.hooks
    area = f"{workload.cluster} {workload.namespace}/{workload.name}"
    if known.heard_at is None:
        return
    ago = now - known.heard_at
    last = f"last heard {in_words(ago)} ago"
    if not hooks & _ASKS:
        yield caution(area, f"It never asked at a gate ({last}): it may be that nobody is asked.", _WIRE)
    if known.latest is not None and known.latest.run.started and not known.asks_roll_back:
        yield broken(
            area, f"It never asked whether to roll back ({last}): a reject and a roll back cannot reach Flagger.", _WIRE
        )
    if not known.tells_its_end:
        yield caution(area, f"It never told how a release ended ({last}): post-rollout and event are missing.", _WIRE)
    if known.open is not None and ago > LONG_AGO:
        yield caution(area, f"A release is open and was {last}.", "See whether the Canary is still there.")
    if hooks & _ASKS and known.asks_roll_back and known.tells_its_end:
        yield good(area, f"It asks, can be rolled back, and tells its end ({last}).")
