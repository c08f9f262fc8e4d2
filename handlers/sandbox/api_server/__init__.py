"""An API server to practise on: what clients and engines live through on a real one, without a cluster.

Objects come in over HTTP or by `put`; watches, lists, patches and conflicts are as Kubernetes has them.  Nothing works
on the objects by itself: who plays an engine writes what that engine would.
"""

from handlers.sandbox.api_server.access import Access
from handlers.sandbox.api_server.server import ApiServer
from handlers.sandbox.api_server.store import Store

__all__ = ["Access", "ApiServer", "Store"]
