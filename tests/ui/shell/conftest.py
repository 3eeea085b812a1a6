"""The window of the tests with pages that only remember what was done to them."""

import sys
import types

import pytest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from laixi_transport.services.feature import Feature
from laixi_transport.ui.shell.window import MainWindow

LIVE = Feature("live", "Live", "live", "toy_pages:Toy", "Ctrl+1", 10)
PLAYBACK = Feature("playback", "Playback", "playback", "toy_pages:Other", "Ctrl+2", 20)
BROKEN = Feature("broken", "Broken", "gauge", "toy_pages:Broken", "Ctrl+3", 30)


class Toy(QWidget):
    scope = "live"

    def __init__(self, context, parent=None):
        super().__init__(parent)
        self.context = context
        self.log = []
        self.field = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        context.actions.add(
            f"{self.scope}.follow", "Follow", lambda: self.log.append("follow"), keys="F", scope=self.scope
        )

    def activated(self):
        self.log.append("activated")

    def deactivated(self):
        self.log.append("deactivated")

    def show_target(self, **target):
        self.log.append(target)

    def save_state(self):
        return {"text": self.field.text()}

    def restore_state(self, state):
        self.field.setText(state["text"])


class Other(Toy):
    scope = "playback"


class Broken(QWidget):
    def __init__(self, context, parent=None):
        raise ValueError("no such thing")


@pytest.fixture(autouse=True)
def toy_pages(monkeypatch):
    module = types.ModuleType("toy_pages")
    module.Toy, module.Other, module.Broken = Toy, Other, Broken
    monkeypatch.setitem(sys.modules, "toy_pages", module)


@pytest.fixture
def features():
    """Return the features of the pages, by id."""
    return {feature.id: feature for feature in (LIVE, PLAYBACK, BROKEN)}


@pytest.fixture
def make_window(qtbot, parts):
    made = []

    def make(features=(LIVE, PLAYBACK), given=parts):
        window = MainWindow(given, features)
        qtbot.addWidget(window)
        window.desk.sound = lambda: None
        window.show()
        window.activateWindow()
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def window(make_window, services):
    made = make_window()
    made.attach(services)
    return made
