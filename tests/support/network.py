"""No test leaves the machine: what connects or looks up a name outside it raises."""

import sys
from ipaddress import ip_address

Address = str | bytes | tuple[object, ...]


class LeftTheMachineError(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def shut() -> None:
    """Refuse every outside address in this process from now on; child processes are not covered.

    An audit hook sees each connection, whichever library makes it, and cannot be taken back.
    """
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    match event, arguments:
        case ("socket.connect" | "socket.sendto", (_, (str() as host, *_))):
            _require_local(host)
        case ("socket.getaddrinfo" | "socket.gethostbyname", (str() | bytes() as host, *_)):
            _require_local(host.decode() if isinstance(host, bytes) else host)
        case _:
            pass  # Another event, or a Unix socket, whose address is a path.


def _require_local(host: str) -> None:
    if host in {"", "localhost"}:
        return
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    # The unspecified address is what servers listen at.
    if address is None or not (address.is_loopback or address.is_unspecified):
        raise LeftTheMachineError(f"{host} is not on this machine")
