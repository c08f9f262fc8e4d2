"""Canaries, for `doctor`: in the clusters that the settings know, and in files."""

import time
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from functools import partial

import aiohttp

from bot import config
from bot.app.clusters import connected_clusters
from bot.domain.finding import caution
from bot.usecases.examine import Examination, Findings
from handlers.flagger import doctor
from handlers.flagger.doctor_by_hooks import examine_heard
from handlers.prometheus import Page, Prometheus, Source
from storage.database import open_database
from storage.doctor import missing_file
from storage.reading import SqlReader

_SEE_DATABASE = "Mend first what is said of the database."


def in_clusters(settings: config.Settings) -> Iterator[Examination]:
    """By a look where the bot may look, else by what was heard."""
    for cluster in settings.clusters:
        if "flagger" in cluster.engines:
            look = _by_hooks if cluster.kubernetes == "none" else _in_sight
            yield Examination(area=cluster.name, look=partial(look, settings, cluster))


async def _in_sight(settings: config.Settings, cluster: config.models.Cluster) -> Findings:
    async with connected_clusters(settings) as clusters, aiohttp.ClientSession() as session:
        allow = cluster.allow
        examined = doctor.Examined(
            cluster=clusters[cluster.name],
            tokens=frozenset(token.reveal() for token in cluster.hook_tokens),
            namespaces=cluster.namespaces,
            acts=allow.roll_back_promoted or allow.restore_target or allow.retry,
            metrics=tuple(_sources(cluster, session)),
        )
        async with aclosing(doctor.examine(examined, session=session)) as found:
            async for finding in found:
                yield finding


def _sources(cluster: config.models.Cluster, session: aiohttp.ClientSession) -> Iterator[tuple[str, Source]]:
    if cluster.prometheus:
        yield "prometheus", Prometheus(session=session, url=cluster.prometheus)
    if cluster.flagger_metrics:
        yield "flagger_metrics", Page(session=session, url=cluster.flagger_metrics, monotonic=time.monotonic)


async def _by_hooks(settings: config.Settings, cluster: config.models.Cluster) -> Findings:
    url = settings.database.url.reveal()
    if missing_file(url) is not None:
        yield caution(cluster.name, "What was heard of it is not known: the database is not there yet.", _SEE_DATABASE)
        return
    database = open_database(url)
    try:
        async with aclosing(examine_heard(SqlReader(database), cluster.name)) as found:
            async for finding in found:
                yield finding
    finally:
        await database.close()


def in_files(texts: Mapping[str, str]) -> Iterator[Examination]:
    """Take texts by the name of their file."""
    for name, text in texts.items():
        yield Examination(area=name, look=partial(doctor.examine_text, name, text))
