"""The page about metrics, held against the metrics there are."""

import re
from pathlib import Path

from handlers.metrics import Metrics

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_the_page_names_every_metric_as_prometheus_does_and_no_other():
    families = [(family, family.type == "counter") for family in Metrics().registry.collect()]
    there = {f"{family.name}_total" if counts else family.name for family, counts in families}
    named = set(re.findall(r"^\| `(pointsman_\w+)", PAGE, re.MULTILINE))
    alerts = set(re.findall(r"pointsman_\w+", PAGE)) - named

    assert named == there
    assert {name.removesuffix("_bucket") for name in alerts} <= there
