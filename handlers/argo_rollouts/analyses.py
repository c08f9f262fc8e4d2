"""AnalysisRuns: what each measured, as lines for the card.

Source: argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/analysis_types.go
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.card import Evidence, Mark
from handlers.argo_rollouts.reading import REVISION
from handlers.argo_rollouts.rollouts import Rollout
from handlers.cluster.fields import inner, items, number, text, texts, truth

LONGEST_VALUE = 40
"""Characters of a measured value; a query's answer may be of any length."""

MARKS = {
    "Successful": Mark.GOOD,
    "Failed": Mark.BAD,
    "Error": Mark.BAD,
    "Inconclusive": Mark.CAUTION,
}


def of_revision(rollout: Rollout, runs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The analyses of the revision that is under way, newest first; those of experiments belong to others."""
    mine = [run for run in runs if _owner(run) == rollout.uid and _revision(run) == rollout.revision]
    return sorted(mine, key=lambda run: text(inner(run, "metadata"), "creationTimestamp"), reverse=True)


def lines(runs: Iterable[Mapping[str, Any]]) -> Iterator[Evidence]:
    """Each metric of the newest analysis of each kind; a run without measurements by its phase."""
    told: set[tuple[str, str]] = set()
    for run in runs:
        labels = texts(inner(run, "metadata"), "labels")
        which = (labels.get("rollout-type", ""), labels.get("step-index", ""))
        if which not in told:
            told.add(which)
            yield from _metrics(run)


def _metrics(run: Mapping[str, Any]) -> Iterator[Evidence]:
    status = inner(run, "status")
    limits = {text(metric, "name"): metric for metric in items(inner(run, "spec"), "metrics")}
    results = items(status, "metricResults")
    for result in results:
        yield _metric(result, limits.get(text(result, "name"), {}))
    if not results:
        phase = text(status, "phase") or "Pending"
        said = text(status, "message")
        line = f"analysis {_kind(run)}: {phase.lower()}" + (f", {said}" if said else "")
        yield Evidence(mark=MARKS.get(phase, Mark.PLAIN), line=(line,))


def _metric(result: Mapping[str, Any], limits: Mapping[str, Any]) -> Evidence:
    phase = text(result, "phase")
    measured = items(result, "measurements")
    value = text(measured[-1], "value")[:LONGEST_VALUE] if measured else ""
    condition = text(limits, "successCondition")
    parts = [text(result, "name"), value, f"(wants {condition})" if condition else "", _counts(result)]
    if truth(result, "dryRun"):
        return Evidence(mark=Mark.PLAIN, line=(" ".join([*filter(None, parts), "dry run"]),))
    return Evidence(mark=MARKS.get(phase, Mark.PLAIN), line=(" ".join(filter(None, parts)),))


def _counts(result: Mapping[str, Any]) -> str:
    """How often it was measured, and how often it was no success."""
    count = number(result, "count") or 0
    bad = [(number(result, name) or 0, word) for name, word in (("failed", "failed"), ("inconclusive", "inconclusive"))]
    bad.append((number(result, "error") or 0, "without an answer"))
    told = [f"{many} {word}" for many, word in bad if many]
    return ", ".join([f"measured {count} times" if count != 1 else "measured once", *told]) if count or told else ""


def _kind(run: Mapping[str, Any]) -> str:
    kind = texts(inner(run, "metadata"), "labels").get("rollout-type", "")
    return {"PrePromotion": "before the switch", "PostPromotion": "after the switch"}.get(kind, kind.lower())


def _owner(run: Mapping[str, Any]) -> str:
    references = items(inner(run, "metadata"), "ownerReferences")
    return next((text(reference, "uid") for reference in references if truth(reference, "controller")), "")


def _revision(run: Mapping[str, Any]) -> str:
    return texts(inner(run, "metadata"), "annotations").get(REVISION, "")
