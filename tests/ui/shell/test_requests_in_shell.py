"""A question of a platform above is not overlooked, whatever page is in front."""

import datetime as dt
import sys
import types

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from laixi_transport.domain.cascade import RequestKind, UpperRequest
from laixi_transport.services.feature import Feature
from laixi_transport.ui.shell.window import MainWindow

NOW_S = 1_781_059_338.0
NOW = dt.datetime.fromtimestamp(NOW_S, dt.UTC)
LIVE = Feature("live", "Live", "live", "toy_rooms:Room", "Ctrl+1", 10)
CASCADE = Feature("cascade", "Platforms", "cascade", "toy_rooms:Above", "Ctrl+4", 40)


class Room(QWidget):
    def __init__(self, context, parent=None):
        super().__init__(parent)
        self.targets = []

    def show_target(self, **target):
        self.targets.append(target)


class Above(Room):
    pass


def request(number, minutes=10.0, kind=RequestKind.POST_CHECK) -> UpperRequest:
    return UpperRequest(
        id=number, link_id=1, kind=kind, received=NOW, deadline=NOW + dt.timedelta(minutes=minutes), text="在岗？"
    )


@pytest.fixture
def window(parts, services, qtbot, monkeypatch):
    module = types.ModuleType("toy_rooms")
    module.Room, module.Above = Room, Above
    monkeypatch.setitem(sys.modules, "toy_rooms", module)
    made = MainWindow(parts, (LIVE, CASCADE))
    made.sounds = []
    made.desk.sound = lambda: made.sounds.append(1)
    qtbot.addWidget(made)
    made.show()
    made.attach(services)
    yield made
    made.close()


def ask(window, services, qtbot, questions=(), orders=()) -> None:
    """Have the service say that something came."""
    services.cascade.questions, services.cascade.orders = list(questions), list(orders)
    services.cascade.tell([])
    wanted = [one.id for one in (*questions, *orders)]
    qtbot.waitUntil(lambda: [one.id for one in window.requests.open.all] == wanted)


def test_while_nothing_is_asked_nothing_is_shown(window):
    assert not window.request_chip.isVisible()
    assert not window.sounds


def test_a_question_is_heard_counted_and_in_the_bar(window, services, qtbot):
    ask(window, services, qtbot, [request(1), request(2)], [request(3, 60, RequestKind.SUPERVISION)])
    assert window.pages.front == "live"
    assert window.sounds == [1]
    assert window.request_chip.isVisible()
    assert "Question from above: 10:00, 1 more" in window.request_chip.text()
    badge = window.rail._badges["cascade"]
    assert (badge.text(), badge.isVisible(), badge.property("urgency")) == ("3", True, "high")
    ask(window, services, qtbot)
    assert not window.request_chip.isVisible()
    assert not badge.isVisible()


def test_an_order_with_time_left_is_shown_quietly(window, services, qtbot):
    ask(window, services, qtbot, [], [request(3, 60, RequestKind.SUPERVISION)])
    assert "Order from above: 1:00:00" in window.request_chip.text()
    assert window.rail._badges["cascade"].property("urgency") == ""
    window.requests._sound_again()
    assert window.sounds == [1]


@pytest.mark.parametrize("way", ["click", "key"])
def test_a_click_or_a_key_leads_to_the_answer(window, services, qtbot, way):
    ask(window, services, qtbot, [request(5)])
    if way == "click":
        QTest.mouseClick(window.request_chip, Qt.MouseButton.LeftButton)
    else:
        window.parts.actions["requests.open"].trigger()
    assert window.pages.front == "cascade"
    assert window.pages.page("cascade").targets == [{"request_id": 5}]


def test_a_question_sounds_until_somebody_looks_and_again_when_time_runs_out(window, services, qtbot):
    ask(window, services, qtbot, [request(5)])
    window.requests._sound_again()
    assert len(window.sounds) == 2
    window.requests.look()
    window.requests._sound_again()
    assert len(window.sounds) == 2
    ask(window, services, qtbot, [request(6, 1)])
    window.requests.look()
    window.requests._sound_again()
    assert len(window.sounds) == 4
    ask(window, services, qtbot)
    window.requests._sound_again()
    assert len(window.sounds) == 4
    assert not window.requests._repeat.isActive()


def test_a_muted_room_is_silent_for_questions_too(window, services, qtbot):
    window.desk.mute(True)
    ask(window, services, qtbot, [request(5)])
    assert not window.sounds
    window.desk.mute(False)


def test_the_page_in_front_counts_as_looked_at(window, services, qtbot):
    window.open_page("cascade")
    window.activateWindow()
    ask(window, services, qtbot, [request(5)])
    qtbot.waitUntil(window.isActiveWindow)
    window._show_requests()
    window.requests._sound_again()
    assert window.sounds == [1]


def test_what_was_open_before_the_start_is_heard(parts, services, window, qtbot):
    services.cascade.questions = [request(9)]
    later = MainWindow(parts, (LIVE, CASCADE))
    later.sounds = []
    later.desk.sound = lambda: later.sounds.append(1)
    qtbot.addWidget(later)
    later.show()
    later.attach(services)
    assert later.sounds == [1]
    assert later.request_chip.isVisible()
    later.close()
