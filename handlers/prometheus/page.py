"""The page that an exporter serves, in Prometheus' text format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import isnan

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from handlers.prometheus.samples import MetricsUnavailableError, Sample, fetch

KEPT_SECONDS = 5.0
"""One page tells of every workload, so many cards drawn together read it once."""


@dataclass(slots=True, kw_only=True)
class Page:
    session: aiohttp.ClientSession
    url: str
    monotonic: Callable[[], float]
    _text: str = ""
    _read_at: float | None = field(default=None)

    async def labelled(self, name: str, /, **labels: str) -> tuple[Sample, ...]:
        """Read the newest samples of a metric that have these labels.

        Raises:
            MetricsUnavailableError: it cannot be told now.
        """
        text = await self._newest()
        try:
            found = tuple(_samples(text, name))
        except ValueError as error:
            raise MetricsUnavailableError("the page is not in Prometheus' text format") from error
        return tuple(sample for sample in found if labels.items() <= sample.labels.items())

    async def _newest(self) -> str:
        if self._read_at is None or self.monotonic() - self._read_at >= KEPT_SECONDS:
            self._text = (await fetch(self.session, self.url)).decode("utf-8", "replace")
            self._read_at = self.monotonic()
        return self._text


def _samples(text: str, name: str) -> Iterator[Sample]:
    """Parse the lines of this metric alone: a controller's page has thousands of others."""
    lines = [line for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} "))]
    for family in text_string_to_metric_families("\n".join(lines) + "\n"):
        for sample in family.samples:
            if not isnan(sample.value):  # Nothing was measured.
                yield Sample(labels=sample.labels, value=sample.value)
