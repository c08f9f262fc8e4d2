"""What the bot has counted."""

from handlers.metrics import Metrics


def faults_in(metrics: Metrics) -> dict[str, float]:
    """How many faults there were, by where there were any."""
    (family,) = metrics.faults.collect()
    return {one.labels["where"]: one.value for one in family.samples if one.name.endswith("_total") and one.value}
