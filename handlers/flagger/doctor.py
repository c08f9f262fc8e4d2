"""What people get wrong about Flagger in one cluster: rights, Canaries, what stands in front of the gates, metrics."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus

import aiohttp

from bot.domain.errors import ClusterRefusedError
from bot.domain.finding import Finding, broken, caution, good, unknown
from bot.usecases.examine import Findings
from handlers.cluster import Cluster
from handlers.cluster.places import places
from handlers.cluster.rights import lack_of, lacking
from handlers.flagger.manifests.canary import Canary, read_canary
from handlers.flagger.manifests.documents import ManifestError, canaries_in
from handlers.flagger.manifests.faults import Neighbour, faults_of, findings, shared_targets
from handlers.flagger.measuring import GAUGE
from handlers.flagger.probing import probe
from handlers.flagger.resources import CANARIES
from handlers.flagger.rights import rights
from handlers.prometheus import MetricsUnavailableError, Source

MOST_PROBED = 20
"""Addresses of hooks that are tried; a cluster has one or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A cluster as the settings have it.

    Args:
        tokens: hook tokens that hold now.
        namespaces: names or globs.
        acts: the settings let the bot change targets of Canaries.
        metrics: where values are read, by the name of the setting.
    """

    cluster: Cluster
    tokens: frozenset[str]
    namespaces: Sequence[str] = ("*",)
    acts: bool = False
    metrics: Sequence[tuple[str, Source]] = ()


async def examine(examined: Examined, *, session: aiohttp.ClientSession) -> Findings:
    """Look at Flagger in a cluster.

    Raises:
        ClusterUnavailableError: it is away.
    """
    async for finding in _rights(examined):
        yield finding
    async with aclosing(_canaries(examined, session)) as found:
        async for finding in found:
            yield finding
    for name, source in examined.metrics:
        yield await _metrics(examined.cluster.name, name, source)


async def _rights(examined: Examined) -> Findings:
    area = examined.cluster.name
    missing = await lacking(examined.cluster, rights(acts=examined.acts), examined.namespaces)
    for right in missing:
        yield lack_of(area, right)
    if not any(right.needed for right in missing):
        yield good(area, "Pointsman may do there what it needs for Flagger.")


async def _canaries(examined: Examined, session: aiohttp.ClientSession) -> Findings:
    area = examined.cluster.name
    try:
        neighbours = [neighbour async for neighbour in _neighbours(examined)]
    except ClusterRefusedError as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            yield broken(area, "It has no Canaries: Flagger is not installed.", "Install it, or mend `engines`.")
        else:
            yield unknown(area, "Its Canaries cannot be listed, so that none was looked at.")
        return
    right = 0
    for one in neighbours:
        found = list(findings(one.area, one.canary, faults_of(one.canary, examined.tokens)))
        right += all(not finding.mend for finding in found)
        for finding in found:
            if finding.mend:
                yield finding
    for finding in shared_targets(neighbours):
        yield finding
    yield good(area, f"{right} of {len(neighbours)} Canaries have nothing to mend.")
    for url in _doors([one.canary for one in neighbours]):
        yield await probe(session, url, area=area)


async def _neighbours(examined: Examined) -> AsyncIterator[Neighbour]:
    for namespace in places(examined.namespaces):
        async for page in examined.cluster.pages(CANARIES, namespace):
            for fields in page.things():
                canary = read_canary(fields)
                if any(fnmatchcase(canary.namespace, glob) for glob in examined.namespaces):
                    area = f"{examined.cluster.name} {canary.namespace}/{canary.name}"
                    yield Neighbour(area=area, canary=canary)


def _doors(canaries: Iterable[Canary]) -> list[str]:
    """One hook of each base and token: what stands in front of it stands in front of all."""
    doors = {(hook.address.base, hook.address.token): hook.url for canary in canaries for hook in canary.ours}
    return list(doors.values())[:MOST_PROBED]


async def _metrics(area: str, name: str, source: Source) -> Finding:
    try:
        samples = await source.labelled(GAUGE)
    except MetricsUnavailableError as error:
        return broken(area, f"{name}: no metric can be read: {error}.", f"Mend clusters[].{name}, or leave it out.")
    if not samples:
        return caution(
            area,
            f"{name}: it answers, and has no {GAUGE}.",
            "Nothing, if no analysis ran yet; else let Prometheus scrape Flagger, or set flagger_metrics.",
        )
    return good(area, f"{name}: it tells what Flagger measured.")


async def examine_text(name: str, text: str, tokens: frozenset[str] | None = None) -> Findings:
    """Look at the Canaries of a file."""
    try:
        found = canaries_in(text.removeprefix("\ufeff"))
    except ManifestError as error:
        yield broken(name, f"{f'Line {error.line} ' if error.line else 'It '}{error}.", "Mend it.")
        return
    for one in found:
        for finding in findings(f"{name} {one.label}", one.canary, faults_of(one.canary, tokens)):
            yield finding
    for finding in shared_targets(Neighbour(area=f"{name} {one.label}", canary=one.canary) for one in found):
        yield finding
    if not found:
        yield unknown(name, "It holds no Canary.")
