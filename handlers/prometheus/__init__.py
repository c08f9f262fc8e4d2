"""Prometheus: values by query, and from the page that an exporter serves."""

from handlers.prometheus.page import Page
from handlers.prometheus.queries import Prometheus
from handlers.prometheus.samples import MetricsUnavailableError, Sample, Source

__all__ = ["MetricsUnavailableError", "Page", "Prometheus", "Sample", "Source"]
