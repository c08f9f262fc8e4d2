"""What a workload's annotations ask for beside its policy.  They may only tighten it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.decision import Principal
from bot.domain.policy import Circle, Policy, Rights, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening:
    """What annotations say.

    Args:
        quorum: at least so many; of a policy with `require` each need stays as it is written.
        approvers: these alone, as far as the policy names them too: addresses and `group:NAME`; None: not said.
        expires_after: no later than that.
    """

    quorum: int = 0
    approvers: tuple[str, ...] | None = None
    expires_after: timedelta | None = None


NOTHING = Tightening()


def tightened(rights: Rights, by: Tightening) -> Rights:
    """The rights with what annotations ask for.  Who may stop a release is never narrowed; twice is as once."""
    if by == NOTHING:
        return rights
    rules = {stage: _rule(rule, by, rights.groups) for stage, rule in rights.rules.items()}
    return replace(rights, rules=rules, stoppers=rights.approvers_of_any_stage)


def _rule(rule: Rule, by: Tightening, groups: Mapping[str, frozenset[Principal] | None]) -> Rule:
    circles = rule.circles
    if by.approvers is not None:
        circles = tuple(_narrowed(circle, by.approvers, groups) for circle in circles)
    return Rule(policy=_policy(rule.policy, by), circles=circles)


def _policy(policy: Policy, by: Tightening) -> Policy:
    needs = policy.needs
    if not policy.whole:
        needs = tuple(replace(need, quorum=max(need.quorum, by.quorum)) for need in needs)
    limits = [limit for limit in (policy.expires_after, by.expires_after) if limit is not None]
    return replace(policy, needs=needs, expires_after=min(limits, default=None))


def _narrowed(circle: Circle, approvers: tuple[str, ...], groups: Mapping[str, frozenset[Principal] | None]) -> Circle:
    allowed: set[Principal] = set()
    for name in approvers:
        group = groups.get(name.removeprefix("group:")) if name.startswith("group:") else frozenset({Principal(name)})
        allowed |= group or frozenset()
    names = tuple(name for name in circle.need.of if name in approvers) or approvers
    return replace(circle, need=replace(circle.need, of=names), members=circle.members & allowed)
