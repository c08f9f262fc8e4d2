"""The page about metrics, held against the metrics there are."""

import re
from pathlib import Path

from handlers.metrics import Metrics, Where

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_the_page_names_every_metric_as_prometheus_does_and_no_other():
    families = [(family, family.type == "counter") for family in Metrics().registry.collect()]
    there = {f"{family.name}_total" if counts else family.name for family, counts in families}
    named = set(re.findall(r"^\| `(pointsman_\w+)", PAGE, re.MULTILINE))
    alerts = set(re.findall(r"pointsman_\w+", PAGE)) - named

    assert named == there
    assert {name.removesuffix("_bucket") for name in alerts} <= there


def test_a_fault_anywhere_is_seen_from_the_first_one_on():
    """An `increase` sees no series that begins with its first count."""
    (row,) = re.findall(r"^\| `pointsman_faults_total\{where\}` .*$", PAGE, re.MULTILINE)
    at_the_start = {
        sample.labels["where"]: sample.value
        for family in Metrics().registry.collect()
        for sample in family.samples
        if sample.name == "pointsman_faults_total"
    }

    assert at_the_start == dict.fromkeys(Where, 0)
    assert set(re.findall(r"`(\w+)`", row)) - {"where"} == set(Where)
