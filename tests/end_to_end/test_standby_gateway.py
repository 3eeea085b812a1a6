"""Two gateways at one PostgreSQL database: the second stands by, says so, and takes over."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from laixi_transport.app.backend import StationBackend
from laixi_transport.app.config import Address
from laixi_transport.domain.problem import Problem

PROGRAM = """
import sys
from laixi_transport.app.config import Address
from laixi_transport.app.gateway import run_gateway
sys.exit(run_gateway(sys.argv[1], Address("127.0.0.1", int(sys.argv[2]))))
"""


@contextmanager
def gateway(database_url, port=0):
    command = [sys.executable, "-c", PROGRAM, database_url, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_second_gateway_does_not_listen_until_the_first_has_ended(postgresql_url, port):
    with gateway(postgresql_url) as first:
        assert first.stdout.readline().startswith("listening on 127.0.0.1:")
        with gateway(postgresql_url, port) as second:
            said = second.stdout.readline()
            assert said.startswith("waiting, not listening: another gateway stores reports into postgresql://")
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=10).close()
            first.kill()
            assert second.stdout.readline() == f"listening on 127.0.0.1:{port}\n"
            socket.create_connection(("127.0.0.1", port), timeout=10).close()


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM between processes")
def test_a_gateway_that_stands_by_ends_when_it_is_told_to(postgresql_url):
    with gateway(postgresql_url) as first:
        assert first.stdout.readline().startswith("listening")
        with gateway(postgresql_url) as second:
            assert second.stdout.readline().startswith("waiting")
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0
        assert first.poll() is None


def test_a_window_with_a_gateway_of_its_own_is_told_of_the_other_one(postgresql_url):
    first = StationBackend(postgresql_url, Address("127.0.0.1", 0))
    first.start()
    second = StationBackend(postgresql_url, Address("127.0.0.1", 0))
    with pytest.raises(Problem, match="--no-gateway, or stop the other one"):
        second.start()
    second.stop()
    seat = StationBackend(postgresql_url, None)
    seat.start()
    seat.stop()
    first.stop()
    second.start()  # nobody is in its way any more
    second.stop()
