"""Ctrl+C while the gateway starts."""

import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

from laixi_transport.app import interrupts
from laixi_transport.app.config import Address
from laixi_transport.app.gateway import run_gateway

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to oneself")


def test_a_gateway_whose_ctrl_c_was_swallowed_while_it_started_ends_all_the_same(tmp_path: Path) -> None:
    with interrupts.remembered():
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        assert run_gateway(f"sqlite:///{tmp_path / 'laixi.db'}", Address("127.0.0.1", 0)) == 0


def test_ctrl_c_raises_as_ever_and_its_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupts.remembered():
        assert not interrupts.told
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.told
    assert signal.getsignal(signal.SIGINT) is before
