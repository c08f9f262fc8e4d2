import socket

import pytest

from tests.support.network import LeftTheMachineError


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "slack.example"])
def test_no_test_reaches_another_machine(address):
    with pytest.raises(LeftTheMachineError, match=address):
        socket.create_connection((address, 80), timeout=0.1)


def test_a_connection_that_never_looks_up_a_name_is_refused_too():
    with socket.socket() as outgoing, pytest.raises(LeftTheMachineError):
        outgoing.connect_ex(("192.0.2.1", 80))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
