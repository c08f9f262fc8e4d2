"""Pod templates, wherever one is written: which images it has, and what of it people wrote."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from handlers.cluster.fields import inner, items, text, texts

HASH = "pod-template-hash"
"""What the Deployment controller adds to each ReplicaSet's template.  Source: k8s.io/api apps/v1."""


def template_of(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return inner(fields, "spec", "template")


def images_of(template: Mapping[str, Any]) -> dict[str, str]:
    """By container, initial containers too: what serves comes first."""
    pod = inner(template, "spec")
    containers = [*items(pod, "containers"), *items(pod, "initContainers")]
    return {text(container, "name"): text(container, "image") for container in containers}


def digest_of(template: Mapping[str, Any]) -> str:
    """Of a template as people wrote it: a Deployment's and its ReplicaSet's are the same."""
    written = json.dumps(without_hash(template), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def without_hash(template: Mapping[str, Any]) -> dict[str, Any]:
    metadata = inner(template, "metadata")
    labels = {key: value for key, value in texts(metadata, "labels").items() if key != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}
