"""Prometheus' HTTP API: instant queries."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from typing import Any

import aiohttp

from handlers.prometheus.samples import MetricsUnavailableError, Sample, fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """Args: url: without `/api/v1`."""

    session: aiohttp.ClientSession
    url: str

    async def labelled(self, name: str, /, **labels: str) -> tuple[Sample, ...]:
        """Read the newest samples of a metric that have these labels.

        Raises:
            MetricsUnavailableError: it cannot be told now.
        """
        return await self.samples(name + selector(**labels))

    async def samples(self, query: str) -> tuple[Sample, ...]:
        """Answer an instant query; what is no number is left out.

        Raises:
            MetricsUnavailableError: it cannot be told now, or the query is wrong.
        """
        body = await fetch(self.session, f"{self.url.rstrip('/')}/api/v1/query", {"query": query})
        try:
            return tuple(_samples(json.loads(body)))
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
            raise MetricsUnavailableError("the answer is not Prometheus'") from error


def selector(**labels: str) -> str:
    """Write `{name="checkout"}`."""
    return "{" + ",".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels.items()) + "}"


def _samples(answer: Any) -> Iterator[Sample]:
    """Source: prometheus/prometheus web/api/v1, docs/querying/api: `vector` and `scalar`."""
    data = answer["data"]
    if data["resultType"] == "scalar":
        items = [{"metric": {}, "value": data["result"]}]
    else:
        items = data["result"]
    for item in items:
        labels, (_, text) = item["metric"], item["value"]
        value = float(text)
        if not isnan(value):  # A rate of nothing.
            yield Sample(labels={str(key): str(text) for key, text in labels.items()}, value=value)
