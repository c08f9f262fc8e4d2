"""Who may decide on a workload, by the settings and groups of this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.policy import Permission, Policy, Rights, groups_named, policies_by_stage, rule_with
from bot.domain.workload import Workload
from bot.ports import Groups


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoMay:
    """May ask a chat for its groups: never call it inside a transaction.

    Args:
        settings: hex digest of the settings in force, for the record.
        permits: what may be written, by the name of the cluster.
    """

    policies: tuple[Policy, ...]
    groups: Groups
    settings: str
    permits: Mapping[str, frozenset[Permission]] = field(default_factory=dict)

    async def __call__(self, workload: Workload) -> Rights:
        by_stage = policies_by_stage(self.policies, workload)
        members = {name: await self.groups.members(name) for name in groups_named(by_stage.values())}
        return Rights(
            rules={stage: rule_with(policy, members) for stage, policy in by_stage.items()},
            settings=self.settings,
            permits=self.permits.get(workload.cluster, frozenset()),
            groups=members,
        )
