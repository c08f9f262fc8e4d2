"""Who writes an object from Git: what is changed beside that is changed back."""

from collections.abc import Mapping
from typing import Any

ARGO_CD = "Argo CD"
TRACKING = "argocd.argoproj.io/tracking-id"

_MARKS = {
    TRACKING: ARGO_CD,
    "argocd.argoproj.io/instance": ARGO_CD,
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux",
}


def written_by(fields: Mapping[str, Any]) -> str:
    """Which tool applies it from Git, by its own marks; empty: nobody that can be told."""
    metadata = fields.get("metadata")
    found = [metadata.get(kind) for kind in ("labels", "annotations")] if isinstance(metadata, dict) else []
    marks = {mark for kind in found if isinstance(kind, dict) for mark in kind}
    return next((tool for mark, tool in _MARKS.items() if mark in marks), "")
