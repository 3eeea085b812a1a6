"""The installed PySide6 keeps the references that Python 3.11 counts."""

import sys

from PySide6.QtCore import QObject, Signal


class Sender(QObject):
    sent = Signal(int)


def test_calls_that_return_none_do_not_use_none_up() -> None:
    # PySide6 6.12.0 drops a reference to None in every such call; Python 3.11 aborts when none is left.
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 500


def test_emitting_does_not_use_true_up() -> None:
    sender = Sender()
    before = sys.getrefcount(True)
    for number in range(1000):
        sender.sent.emit(number)
    assert sys.getrefcount(True) > before - 500
