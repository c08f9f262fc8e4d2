"""The pod template of a Canary's target: which one users had before, and patches that write another.  Pure.

Flagger reads a target's template, and nothing of ours reaches it otherwise.  Each patch tests what was read before it
changes anything: a change that came in between is a 422, and nothing happens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.cluster.templates import digest_of, images_of, template_of, without_hash
from handlers.flagger.sightings import target_template

MARK = "pointsman.dev/template-of"
"""On the target itself, where Flagger does not look: the decision by which its template was last written."""

RETRIED = "pointsman.dev/retried-at"
Fields = Mapping[str, Any]
Operations = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Untold(Exception):  # noqa: N818  It is an answer: which template users had cannot be told.
    why: str


def template_before(target: Fields, replica_sets: Iterable[Fields], images: Mapping[str, str]) -> dict[str, Any]:
    """Find the template with the images that users had, among what the Deployment kept of its own past.

    Raises:
        Untold: there is none, or there are several.
    """
    uid, now = _metadata(target).get("uid"), dict(target_template(target))
    found: dict[str, dict[str, Any]] = {}
    for replica_set in replica_sets:
        owners = _metadata(replica_set).get("ownerReferences") or ()
        template = without_hash(template_of(replica_set))
        if any(owner.get("uid") == uid for owner in owners) and template != now and images_of(template) == dict(images):
            found[digest_of(template)] = template
    if not images or not found:
        raise Untold("the template of the version before is not kept any more (revisionHistoryLimit)")
    if len(found) > 1:
        raise Untold("several templates had the images of the version before, and which one users had cannot be told")
    return next(iter(found.values()))


def written(target: Fields, template: Fields, mark: str) -> Operations:
    """Write a template, and beside it which decision that was: a lost answer is known by it."""
    annotations = dict(_metadata(target).get("annotations") or {}) | {MARK: mark}
    return [
        *_as_read(target),
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
        {"op": "replace", "path": "/spec/template", "value": dict(template)},
    ]


def is_written(target: Fields, mark: str) -> bool:
    return bool((_metadata(target).get("annotations") or {}).get(MARK) == mark)


def retried(target: Fields, at: str) -> dict[str, Any]:
    """The template with the annotation that makes it a new one; the same moment gives the same template."""
    template = dict(target_template(target))
    metadata = dict(template.get("metadata") or {})
    return template | {"metadata": metadata | {"annotations": dict(metadata.get("annotations") or {}) | {RETRIED: at}}}


def _as_read(target: Fields) -> Operations:
    return [
        {"op": "test", "path": "/metadata/uid", "value": _metadata(target).get("uid")},
        {"op": "test", "path": "/spec/template", "value": dict(target_template(target))},
    ]


def _metadata(fields: Fields) -> Mapping[str, Any]:
    metadata = fields.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
