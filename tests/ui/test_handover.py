"""The lock changes hands quickly while anything works beside the window, and as before afterwards."""

import sys
import threading

import pytest

from laixi_transport.ui import handover


def test_the_last_to_end_gives_the_interval_back():
    before = sys.getswitchinterval()
    inside, go_on = threading.Event(), threading.Event()

    def work():
        with handover.polite():
            inside.set()
            go_on.wait(10)

    thread = threading.Thread(target=work)
    with handover.polite():
        thread.start()
        assert inside.wait(10)
    assert sys.getswitchinterval() == pytest.approx(handover.POLITE_S)
    go_on.set()
    thread.join()
    assert sys.getswitchinterval() == before


def test_an_error_gives_it_back_too():
    before = sys.getswitchinterval()
    with pytest.raises(KeyError), handover.polite():
        raise KeyError
    assert sys.getswitchinterval() == before
