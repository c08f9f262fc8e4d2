"""The metrics that Flagger checks a Canary by, as its manifest has them.

Source: fluxcd/flagger pkg/controller/scheduler_metrics.go, pkg/apis/flagger/v1beta1/metric.go, 1.44.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.flagger.queries import Subject, duration, rendered, success_rate

SUCCESS_RATE = "request-success-rate"
DURATION = "request-duration"
BUILT_IN = (SUCCESS_RATE, DURATION)
DEFAULT_INTERVAL = "1m"

Templates = Mapping[tuple[str, str], Mapping[str, Any]]
"""The MetricTemplates that are known, by namespace and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One check of the analysis.

    Args:
        low, high: inclusive limits, in `unit`; None: no limit.
        query: PromQL that tells its value in the same unit; None: not known.
    """

    name: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    query: str | None = None


def metrics_of(fields: Mapping[str, Any], templates: Templates) -> tuple[Metric, ...]:
    """Read them from a Canary, in the order in which Flagger checks them: its own ones first."""
    spec = _mapping(fields.get("spec"))
    entries = [one for one in _list(_mapping(spec.get("analysis")).get("metrics")) if isinstance(one, Mapping)]
    subject = _subject(fields, spec)
    found = [(entry, _metric(entry, subject, templates)) for entry in entries if isinstance(entry.get("name"), str)]
    own = [metric for entry, metric in found if _is_own(entry)]
    return (*own, *(metric for entry, metric in found if not _is_own(entry)))


def _is_own(entry: Mapping[str, Any]) -> bool:
    return entry["name"] in BUILT_IN and "templateRef" not in entry


def _metric(entry: Mapping[str, Any], subject: Subject, templates: Templates) -> Metric:
    name = str(entry["name"])
    low, high = _limits(name, entry)
    interval = entry.get("interval")
    interval = interval if isinstance(interval, str) and interval else DEFAULT_INTERVAL
    if _is_own(entry):
        if name == SUCCESS_RATE:
            return Metric(name=name, unit="%", low=low, high=high, query=success_rate(subject, interval))
        return Metric(name=name, unit="ms", low=low, high=high, query=duration(subject, interval))
    variables = {str(key): str(value) for key, value in _mapping(entry.get("templateVariables")).items()}
    query = rendered(_query(entry, subject, templates), subject, interval, variables)
    return Metric(name=name, low=low, high=high, query=query)


def _query(entry: Mapping[str, Any], subject: Subject, templates: Templates) -> str:
    """Find the query of a template that asks a Prometheus; which one, the settings say for all."""
    ref = _mapping(entry.get("templateRef"))
    key = (str(ref.get("namespace") or subject.namespace), str(ref.get("name")))
    spec = _mapping(templates.get(key, {}).get("spec"))
    asks_prometheus = _mapping(spec.get("provider")).get("type") == "prometheus"
    return str(spec.get("query", "")) if asks_prometheus else str(entry.get("query", ""))


def _limits(name: str, entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    limits = _mapping(entry.get("thresholdRange"))
    if limits:
        return _number(limits.get("min")), _number(limits.get("max"))
    threshold = _number(entry.get("threshold"))  # Deprecated; 0 means that it is not said.
    if not threshold:
        return None, None
    return (threshold, None) if name == SUCCESS_RATE else (None, threshold)


def _subject(fields: Mapping[str, Any], spec: Mapping[str, Any]) -> Subject:
    metadata, target = _mapping(fields.get("metadata")), _mapping(spec.get("targetRef"))
    name = str(target.get("name", ""))
    return Subject(
        provider=str(spec.get("provider") or ""),
        namespace=str(metadata.get("namespace", "")),
        name=str(metadata.get("name", "")),
        target=name,
        service=str(_mapping(spec.get("service")).get("name") or name),
        ingress=str(_mapping(spec.get("ingressRef")).get("name", "")),
    )


def templates_of(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name the MetricTemplates that a Canary refers to, by namespace and name."""
    namespace = str(_mapping(fields.get("metadata")).get("namespace", ""))
    analysis = _mapping(_mapping(fields.get("spec")).get("analysis"))
    for entry in _list(analysis.get("metrics")):
        ref = _mapping(_mapping(entry).get("templateRef"))
        if isinstance(ref.get("name"), str):
            yield str(ref.get("namespace") or namespace), ref["name"]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
