"""What a Canary and the objects around it show of its run.  Pure: objects in, a sighting out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.card import Evidence, Mark
from bot.domain.engines import FLAGGER
from bot.domain.looks.sighting import Sighting
from bot.domain.sight import Sight, Standing
from bot.domain.workload import Workload
from handlers.cluster.annotations import authors_of, change_of, channel_of, tightening_of
from handlers.cluster.fields import inner, text
from handlers.cluster.gitops import written_by
from handlers.cluster.templates import images_of, template_of
from handlers.flagger.manifests.canary import Canary, Strategy, read_canary
from handlers.flagger.revision import Config, Names, names_in, revision_of
from handlers.flagger.status import Status, at_top, facts, read_status

PRIMARY = "-primary"

SERVICE = "Service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The objects of one look.  None: it is not there.

    Args:
        configs, primary_configs: the ConfigMaps that each reads.
        shared_target: other Canaries that release the same target.
        measured: what its metrics said last.
        acting: the settings let the bot write to the target.
    """

    canary: Mapping[str, Any] | None
    target: Mapping[str, Any] | None = None
    primary: Mapping[str, Any] | None = None
    configs: tuple[Config, ...] = ()
    primary_configs: tuple[Config, ...] = ()
    shared_target: tuple[str, ...] = ()
    measured: tuple[Evidence, ...] = ()
    acting: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """One look, with what is read out of it more than once."""

    seen: Seen
    canary: Canary
    status: Status
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def template(self) -> Mapping[str, Any]:
        return target_template(self.seen.target)

    @property
    def primary(self) -> Mapping[str, Any]:
        return target_template(self.seen.primary)

    @property
    def iterations(self) -> int:
        """Source: fluxcd/flagger pkg/controller/scheduler.go: with provider kubernetes those not said are ten."""
        return self.canary.iterations or (10 if self.canary.strategy is Strategy.BLUE_GREEN else 0)


def sighting_of(workload: Workload, seen: Seen) -> Sighting:
    """Understand one look at a workload."""
    fields = seen.canary
    if fields is None or (fields.get("metadata") or {}).get("deletionTimestamp"):
        gone = Sight(uid="", standing=Standing.GONE)
        return Sighting(workload=workload, engine=FLAGGER, sight=gone, objects=seen)
    look = _Look(seen, read_canary(fields), read_status(fields), fields)
    known = replace(
        facts(look.status, look.canary, iterations=look.iterations), channel=channel_of(fields, look.template)
    )
    target, primary = seen.target or {}, seen.primary or {}
    return Sighting(
        workload=workload,
        engine=FLAGGER,
        sight=_sight(look),
        strategy=look.canary.strategy,
        facts=known,
        before=images_of(look.primary),
        after=images_of(look.template),
        authors=authors_of(look.template, target, primary),
        change=change_of(look.template, target, primary),
        at_top=at_top(look.status, fields),
        objects=seen,
    )


def target_template(target: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The pod template; of a Service, whose template Flagger does not read, its whole spec."""
    fields = target or {}
    spec = inner(fields, "spec")
    if text(fields, "kind") == SERVICE and spec and "template" not in spec:
        return {"spec": spec}
    return template_of(fields)


def _sight(look: _Look) -> Sight:
    status, seen = look.status, look.seen
    names = names_in(look.template)
    tightening, wrong = tightening_of(look.fields, look.template)
    return Sight(
        uid=str((look.fields.get("metadata") or {}).get("uid", "")),
        standing=status.standing,
        revision=revision_of(look.template, seen.configs),
        applied=status.works_on,
        tightening=tightening,
        hooks=tuple(sorted({hook.type for hook in look.canary.ours})),
        uncovered=tuple(_uncovered(names, seen)),
        details=tuple(_details(look)),
        cautions=(*_cautions(look), *wrong),
        titles=tuple(_titles(seen)),
    )


def _uncovered(names: Names, seen: Seen) -> Iterator[str]:
    """What may change without our revision changing."""
    yield from (f"secret {name}" for name in sorted(names.secrets))
    yield from (f"configuration {config.name}" for config in seen.configs if config.digest is None)


def _titles(seen: Seen) -> Iterator[str]:
    """What changes beside images."""
    before = {config.name.removesuffix(PRIMARY): config.digest for config in seen.primary_configs}
    known = [config for config in seen.configs if config.digest is not None and before.get(config.name)]
    changed = [config.name for config in known if before[config.name] != config.digest]
    if changed:
        yield f"configuration {', '.join(changed)} changed"
    elif known:
        yield "configuration unchanged"


def _details(look: _Look) -> Iterator[Evidence]:
    if look.status.standing is Standing.PROGRESSING:
        yield from look.seen.measured
    ready = _pods(look.seen.target)
    if ready is not None and look.status.standing is Standing.PROGRESSING:
        available, wanted = ready
        mark = Mark.GOOD if available >= wanted else Mark.CAUTION
        yield Evidence(mark=mark, line=(f"{available} of {wanted} new pods available",))


def _pods(target: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """How many pods of a Deployment are available, of how many; None: it has none, or does not tell."""
    spec, status = (target or {}).get("spec"), (target or {}).get("status")
    wanted = spec.get("replicas") if isinstance(spec, dict) else None
    available = status.get("availableReplicas", 0) if isinstance(status, dict) else 0
    if not isinstance(wanted, int) or not isinstance(available, int) or wanted == 0:
        return None
    return available, wanted


def _cautions(look: _Look) -> Iterator[str]:
    canary = look.canary
    if canary.skips_analysis:
        yield "skipAnalysis is set: Flagger promotes without asking the promotion gate."
    if look.status.phase in {"Progressing", "WaitingPromotion"} and not _all_ready(look.seen.target):
        yield "A roll back acts only once the new pods are ready, or their deadline has passed."
    if look.seen.shared_target:
        yield f"Its target is also that of {', '.join(look.seen.shared_target)}: two Canaries work against each other."
    if look.seen.acting and (git := written_by(look.seen.target or {})):
        yield f"{git} writes the target: what is put back there is undone at its next sync, unless Git says so too."
    if not canary.reverts_on_deletion:
        yield "Deleting the Canary takes the serving pods with it (no revertOnDeletion)."
    if canary.provider == "kubernetes":
        yield "With the kubernetes provider users get it by the primary's rolling update; nothing is switched at once."


def _all_ready(target: Mapping[str, Any] | None) -> bool:
    pods = _pods(target)
    return pods is None or pods[0] >= pods[1]
