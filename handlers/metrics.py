"""Figures for Prometheus, on a port of their own."""

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Where(StrEnum):
    """What a bug was passed by in."""

    CONSOLE = "console"
    DELIVERY = "delivery"
    GOOGLE_CHAT = "google_chat"
    MEASURE = "measure"
    SCHEDULE = "schedule"
    SIGHT = "sight"
    SLACK = "slack"
    WATCH = "watch"


UNKNOWN_TOKEN = ("unknown-token", 404)
"""How a hook with a wrong token is counted, whatever it asked for: strangers make no labels."""


class Metrics:
    """Every metric begins with `pointsman_`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.hook_answers = Counter(
            "pointsman_hook_answers",
            "Answers to engines' hooks.",
            ["hook", "status"],
            registry=self.registry,
        )
        self.hook_seconds = Histogram(
            "pointsman_hook_seconds",
            "Time to answer a hook that was not answered from memory.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=self.registry,
        )
        self.waiting_gates = Gauge(
            "pointsman_waiting_gates",
            "Gates that wait for people.",
            ["cluster", "stage"],
            registry=self.registry,
        )
        self.oldest_wait_seconds = Gauge(
            "pointsman_oldest_wait_seconds",
            "How long the gate has waited that waits longest.",
            registry=self.registry,
        )
        self.decisions = Counter(
            "pointsman_decisions",
            "Decisions of people, taken and refused.",
            ["decision", "outcome"],
            registry=self.registry,
        )
        self.deliveries = Counter(
            "pointsman_deliveries",
            "Effects carried outside: done, to be tried again, given up.",
            ["platform", "outcome"],
            registry=self.registry,
        )
        self.delivery_lag_seconds = Gauge(
            "pointsman_delivery_lag_seconds",
            "Age of the oldest effect that is due and not carried out.",
            registry=self.registry,
        )
        self.faults = Counter(
            "pointsman_faults",
            "Bugs: what raised was logged and passed by.",
            ["where"],
            registry=self.registry,
        )
        self.head_age_seconds = Gauge(
            "pointsman_record_read_age_seconds",
            "Time since the head of the record was last read; beyond a second nothing is answered from memory.",
            registry=self.registry,
        )
        self.loop_stall_seconds = Histogram(
            "pointsman_loop_stall_seconds",
            "How long the process kept all else waiting, looked at a hundred times a second.",
            buckets=(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 5),
            registry=self.registry,
        )
        self.watch_events = Counter(
            "pointsman_watch_events",
            "What watches of clusters were told: changes, lists, and what kept them from seeing.",
            ["cluster", "resource", "what"],
            registry=self.registry,
        )
        self.watch_in_sight = Gauge(
            "pointsman_watch_in_sight",
            "1: what is known of such objects is how they are now.",
            ["cluster", "resource"],
            registry=self.registry,
        )
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Make the series that alerts look at: `increase` misses the first count of one that was not there."""
        for where in Where:
            self.faults.labels(where)
        self.hook_answers.labels(*UNKNOWN_TOKEN)

    def count_fault(self, where: Where) -> None:
        self.faults.labels(where).inc()

    def count_delivery(self, platform: str, outcome: str) -> None:
        """Count how one effect went; a bug, `fault`, among the bugs too."""
        self.deliveries.labels(platform, outcome).inc()
        if outcome == "fault":
            self.count_fault(Where.DELIVERY)

    def count_unknown_token(self) -> None:
        self.hook_answers.labels(*UNKNOWN_TOKEN).inc()
