"""Who may decide what: written policies, and the rights that follow from them at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.domain.decision import Principal
from bot.domain.workload import Workload


class Stage(StrEnum):
    """Where in a release people are asked."""

    START = "start"
    TRAFFIC = "traffic"
    PROMOTION = "promotion"
    STEP = "step"
    ANALYSIS = "analysis"


class ReasonRule(StrEnum):
    NEVER = "never"
    ON_REJECT = "on_reject"
    ALWAYS = "always"


class OnExpiry(StrEnum):
    HOLD = "hold"
    REJECT = "reject"


class Traffic(StrEnum):
    EACH_STEP = "each_step"
    ONCE = "once"
    AUTOMATIC = "automatic"


class UnknownAuthor(StrEnum):
    REFUSE = "refuse"
    COUNT = "count"


class OnMismatch(StrEnum):
    ROLL_BACK = "roll_back"
    HOLD = "hold"


class Permission(StrEnum):
    """What the settings let the bot write in a cluster, beside what the engine is asked or told."""

    ROLL_BACK_PROMOTED = "roll_back_promoted"
    RESTORE_TARGET = "restore_target"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Shell-style globs, case-sensitive; what is left out matches all."""

    cluster: str = "*"
    namespace: str = "*"
    name: str = "*"
    kind: str = "*"
    stage: str = "*"

    def covers(self, workload: Workload, stage: Stage) -> bool:
        return self.covers_workload(workload) and fnmatchcase(stage, self.stage)

    def covers_workload(self, workload: Workload) -> bool:
        return (
            fnmatchcase(workload.cluster, self.cluster)
            and fnmatchcase(workload.namespace, self.namespace)
            and fnmatchcase(workload.name, self.name)
            and fnmatchcase(workload.kind, self.kind)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """So many approvals of these: addresses, `group:NAME`, `token:NAME`."""

    of: tuple[str, ...]
    quorum: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One written rule.  `whole`: written as `require`, which is always judged as it stands now."""

    name: str
    match: Match = Match()
    needs: tuple[Need, ...] = (Need(of=()),)
    whole: bool = False
    self_approval: bool = True
    unknown_author: UnknownAuthor = UnknownAuthor.REFUSE
    reason: ReasonRule = ReasonRule.ON_REJECT
    expires_after: timedelta | None = None
    on_expiry: OnExpiry = OnExpiry.HOLD
    traffic: Traffic = Traffic.EACH_STEP
    on_mismatch: OnMismatch = OnMismatch.ROLL_BACK

    @property
    def quorum(self) -> int:
        return sum(need.quorum for need in self.needs)

    @property
    def principal(self) -> Principal:
        """Its name in the record, where the rule itself decided."""
        return Principal(f"policy:{self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Those who can meet one need now.  `unknown`: groups that could not be asked."""

    need: Need
    members: frozenset[Principal]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A policy with the people it names at this moment."""

    policy: Policy
    circles: tuple[Circle, ...]

    @property
    def approvers(self) -> frozenset[Principal]:
        return frozenset().union(*(circle.members for circle in self.circles))

    @property
    def names(self) -> tuple[str, ...]:
        """Who may approve, as it is written, each once."""
        return tuple(dict.fromkeys(name for circle in self.circles for name in circle.need.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Who may decide on one workload now.

    Args:
        settings: hex digest of the settings in force, for the record.
        permits: what may be written in its cluster.
        groups: members of the groups that the policies name; None: they could not be asked.
        stoppers: who may stop it, where the rules were narrowed since; None: all approvers.
    """

    rules: Mapping[Stage, Rule]
    settings: str = ""
    permits: frozenset[Permission] = frozenset()
    groups: Mapping[str, frozenset[Principal] | None] = field(default_factory=dict)
    stoppers: frozenset[Principal] | None = None

    def of(self, stage: Stage) -> Rule | None:
        return self.rules.get(stage)

    @property
    def approvers_of_any_stage(self) -> frozenset[Principal]:
        """They may stop a release, whatever stage it is at."""
        if self.stoppers is not None:
            return self.stoppers
        return frozenset().union(*(rule.approvers for rule in self.rules.values()))


def policy_for(policies: Iterable[Policy], workload: Workload, stage: Stage) -> Policy | None:
    """The first that matches; none: nobody may approve."""
    return next((policy for policy in policies if policy.match.covers(workload, stage)), None)


def policies_by_stage(policies: tuple[Policy, ...], workload: Workload) -> dict[Stage, Policy]:
    found = ((stage, policy_for(policies, workload, stage)) for stage in Stage)
    return {stage: policy for stage, policy in found if policy is not None}


def groups_named(policies: Iterable[Policy]) -> frozenset[str]:
    names = (name for policy in policies for need in policy.needs for name in need.of)
    return frozenset(name.removeprefix("group:") for name in names if name.startswith("group:"))


def rule_with(policy: Policy, groups: Mapping[str, frozenset[Principal] | None]) -> Rule:
    """Put people in the places of names.  A group that is None could not be asked: nobody of it counts now."""
    return Rule(policy=policy, circles=tuple(_circle(need, groups) for need in policy.needs))


def _circle(need: Need, groups: Mapping[str, frozenset[Principal] | None]) -> Circle:
    members: set[Principal] = set()
    unknown: list[str] = []
    for name in need.of:
        if not name.startswith("group:"):
            members.add(Principal(name))
            continue
        found = groups.get(name.removeprefix("group:"))
        if found is None:
            unknown.append(name)
        else:
            members |= found
    return Circle(need=need, members=frozenset(members), unknown=tuple(unknown))
