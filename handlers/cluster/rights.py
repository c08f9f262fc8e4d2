"""What the bot may do in a cluster, and what it lacks: for `doctor`, and for the log at the start."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError
from bot.domain.finding import Finding, broken, caution
from handlers.cluster.backoff import Backoff
from handlers.cluster.calls import Cluster
from handlers.cluster.places import places
from handlers.cluster.resources import Resource

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What the bot must be let do.

    Args:
        needed: without it nothing works; else it is for what `without` says.
        mend: what gives it.
    """

    verb: str
    resource: Resource
    subresource: str | None = None
    needed: bool = True
    without: str = ""
    mend: str = "apply deploy/seeing"

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}{f'/{self.subresource}' if self.subresource else ''}"


async def lacking(cluster: Cluster, rights: Iterable[Right], namespaces: Sequence[str]) -> tuple[Right, ...]:
    """Return those that the bot does not have in all of the namespaces.

    Raises:
        ClusterUnavailableError, ClusterRefusedError: nothing is known.
    """
    return tuple([right for right in rights if not await _has(cluster, right, namespaces)])


async def _has(cluster: Cluster, right: Right, namespaces: Sequence[str]) -> bool:
    asked = [
        await cluster.may(right.verb, right.resource, namespace, subresource=right.subresource)
        for namespace in places(namespaces)
    ]
    return all(asked)


def lack_of(area: str, right: Right) -> Finding:
    """What `doctor` says of a right that is not there."""
    says, mend = f"Pointsman may not {right} there", f"{right.mend[0].upper()}{right.mend[1:]}."
    return broken(area, f"{says}.", mend) if right.needed else caution(area, f"{says}: {right.without}.", mend)


async def tell_rights(
    cluster: Cluster,
    rights: Sequence[Right],
    namespaces: Sequence[str],
    *,
    sleep: Callable[[float], Awaitable[object]],
    random: Callable[[], float],
) -> None:
    """Say in the log, once, what the bot may do and what it lacks; of a cluster that is away, when it is back."""
    backoff = Backoff(random)
    while True:
        try:
            missing = await lacking(cluster, rights, namespaces)
        except ClusterUnavailableError:
            await sleep(backoff.next())
        except ClusterRefusedError as error:
            log.warning("cluster_rights_untold", cluster=cluster.name, why=str(error))
            return
        else:
            _tell(cluster.name, rights, missing)
            return


def _tell(cluster: str, rights: Sequence[Right], missing: Sequence[Right]) -> None:
    needed = [str(right) for right in missing if right.needed]
    tell = log.warning if needed else log.info
    tell(
        "cluster_rights",
        cluster=cluster,
        may=[str(right) for right in rights if right not in missing],
        may_not=needed,
        optional=[f"{right}: without it {right.without}" for right in missing if not right.needed],
    )
