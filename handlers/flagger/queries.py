"""PromQL for what Flagger measures.

Source: fluxcd/flagger pkg/metrics/observers/{http,istio,render}.go: which series, which labels, which unit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MILLISECONDS = 1000  # a second

_CALL = re.compile(r"\{\{-?\s*(\w+(?:\.\w+)?)\s*-?\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a query is about.  `provider` empty: the one that Flagger was started with."""

    provider: str
    namespace: str
    name: str
    target: str
    service: str
    ingress: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """Where a provider counts requests, and how long they took.

    Args:
        picks: the labels that pick the new version's pods.
        fine: the label that leaves out what went wrong.
        factor: from the unit of its buckets to milliseconds.
    """

    count: str
    buckets: str
    picks: str
    fine: str
    factor: int


def duration(subject: Subject, interval: str) -> str | None:
    """Ask for the slowest of a hundred requests, in ms; None: not known for the provider."""
    if (series := _series(subject)) is None:
        return None
    slowest = f"histogram_quantile(0.99, sum by (le) (rate({series.buckets}{{{series.picks}}}[{interval}])))"
    return slowest if series.factor == 1 else f"{series.factor} * {slowest}"


def success_rate(subject: Subject, interval: str) -> str | None:
    """Ask how many requests went well, in %; None: not known for the provider."""
    if (series := _series(subject)) is None:
        return None
    fine = f"sum(rate({series.count}{{{series.picks},{series.fine}}}[{interval}]))"
    return f"100 * {fine} / sum(rate({series.count}{{{series.picks}}}[{interval}]))"


def _series(subject: Subject) -> _Series | None:
    if subject.provider == "kubernetes" or subject.provider.startswith("gatewayapi:"):
        pods = f"{subject.target.replace('.', '[.]')}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"
        return _Series(
            count="http_request_duration_seconds_count",
            buckets="http_request_duration_seconds_bucket",
            picks=f'kubernetes_namespace="{subject.namespace}",kubernetes_pod_name=~"{pods}"',
            fine='status!~"5.*"',
            factor=MILLISECONDS,
        )
    if subject.provider == "istio":
        where = f'destination_workload_namespace="{subject.namespace}",destination_workload="{subject.target}"'
        return _Series(
            count="istio_requests_total",
            buckets="istio_request_duration_milliseconds_bucket",
            picks=f'reporter="destination",{where}',
            fine='response_code!~"5.*"',
            factor=1,
        )
    return None


def rendered(query: str, subject: Subject, interval: str, variables: Mapping[str, str]) -> str | None:
    """Put the values into a template's query; None: there is no query, or it needs more than values."""
    values = {
        "name": subject.name,
        "namespace": subject.namespace,
        "target": subject.target,
        "service": subject.service,
        "ingress": subject.ingress,
        "interval": interval,
        **{f"variables.{key}": value for key, value in variables.items()},
    }
    unknown = [found for found in _CALL.findall(query) if found not in values]
    text = "" if unknown else _CALL.sub(lambda found: values[found[1]], query)
    return text.strip() if text.strip() and "{{" not in text else None
