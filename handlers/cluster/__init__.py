"""Clusters, for every engine: watch, read and patch their objects.  It knows no engine.

`connecting` is not brought in from here: it loads the client library, which only those need who have a cluster.
"""

from handlers.cluster.calls import Cluster
from handlers.cluster.decoding import Metadata
from handlers.cluster.health import InSight, WatchHealth
from handlers.cluster.queue import WorkQueue
from handlers.cluster.resources import (
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    NAMESPACES,
    REPLICA_SETS,
    SECRETS,
    SERVICES,
    Resource,
)
from handlers.cluster.watch import Key, Watch, WatchParts

__all__ = [
    "CONFIG_MAPS",
    "DAEMON_SETS",
    "DEPLOYMENTS",
    "EVENTS",
    "NAMESPACES",
    "REPLICA_SETS",
    "SECRETS",
    "SERVICES",
    "Cluster",
    "InSight",
    "Key",
    "Metadata",
    "Resource",
    "Watch",
    "WatchHealth",
    "WatchParts",
    "WorkQueue",
]
