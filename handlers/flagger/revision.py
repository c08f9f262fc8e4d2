"""What exactly would be released: a digest of the target's pod template and of the configuration it reads.

Flagger's own hashes name the old revision while a start is asked, and are not stable over its versions, so ours is what
an approval is bound to.  Source: fluxcd/flagger pkg/canary/{spec,config_tracker,daemonset_controller}.go, 1.44.0.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CONFIG_MAP = "configmap"
SECRET = "secret"  # noqa: S105  A kind, not a secret.
OPTED_OUT = ("flagger.app/config-tracking", "disabled")

SCALED_TO_ZERO = "flagger.app/scale-to-zero"
"""The node selector by which Flagger keeps a DaemonSet at rest; it takes it away when a run begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A ConfigMap as far as it could be read.

    Args:
        digest: of its data; None: it could not be read.
    """

    name: str
    digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The ConfigMaps and Secrets that a pod template reads."""

    config_maps: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


def revision_of(template: Mapping[str, Any], configs: tuple[Config, ...]) -> str:
    """Digest a pod template with its configuration; equal ones are the same revision, wherever they came from.

    Never cut short: who writes a template could make two of one short digest, and have the harmless one approved.
    """
    spec = {"template": _without_noise(template), "configs": sorted((c.name, c.digest or "") for c in configs)}
    return hashlib.sha256(_canonical(spec)).hexdigest()


def config_digest(data: Mapping[str, Any] | None) -> str:
    """The SHA-256 of the JSON of `.data`, whose first 16 digits Flagger reports in `status.trackedConfigs`."""
    return hashlib.sha256(_go_json(data)).hexdigest()


def names_in(template: Mapping[str, Any]) -> Names:
    """Find what a pod template reads, as Flagger looks for it: volumes, environment, init containers too."""
    spec = template.get("spec") or {}
    found = [*_of_volumes(spec), *_of_containers(spec)]
    return Names(
        config_maps=frozenset(name for kind, name in found if kind == CONFIG_MAP),
        secrets=frozenset(name for kind, name in found if kind == SECRET),
    )


def is_tracked(config: Mapping[str, Any]) -> bool:
    key, off = OPTED_OUT
    annotations = (config.get("metadata") or {}).get("annotations") or {}
    return bool(annotations.get(key) != off)


def _of_volumes(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for volume in spec.get("volumes") or ():
        sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
        for source in sources:
            if name := (source.get("configMap") or {}).get("name"):
                yield CONFIG_MAP, name
            secret = source.get("secret") or {}
            if name := secret.get("secretName") or secret.get("name"):
                yield SECRET, name


def _of_containers(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        values = [entry.get("valueFrom") or {} for entry in container.get("env") or ()]
        refs = [(value.get("configMapKeyRef"), value.get("secretKeyRef")) for value in values]
        refs += [(entry.get("configMapRef"), entry.get("secretRef")) for entry in container.get("envFrom") or ()]
        for config_map, secret in refs:
            if name := (config_map or {}).get("name"):
                yield CONFIG_MAP, name
            if name := (secret or {}).get("name"):
                yield SECRET, name


def _without_noise(template: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what API servers add by themselves, and what Flagger adds to scale a DaemonSet to zero."""
    metadata = {key: value for key, value in (template.get("metadata") or {}).items() if key != "creationTimestamp"}
    spec = dict(template.get("spec") or {})
    nodes = {key: value for key, value in (spec.pop("nodeSelector", None) or {}).items() if key != SCALED_TO_ZERO}
    return {**template, "metadata": metadata, "spec": spec | ({"nodeSelector": nodes} if nodes else {})}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _go_json(value: Any) -> bytes:
    """JSON as Go writes it: keys in order, and what HTML reads as markup escaped."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "surrogatepass")
