"""Flagger's own kinds, and Knative's that it releases, where an API server has them."""

from handlers.cluster import Resource

CANARIES = Resource("flagger.app", "v1beta1", "canaries", "Canary")
METRIC_TEMPLATES = Resource("flagger.app", "v1beta1", "metrictemplates", "MetricTemplate")
KNATIVE_SERVICES = Resource("serving.knative.dev", "v1", "services", "Service")
