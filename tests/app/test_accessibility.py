"""Everything can be reached without a mouse and has a name that can be read aloud, on all pages of the real window."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QScrollBar,
    QWidget,
)

from laixi_transport.app.config import Address
from laixi_transport.app.desktop import Desktop, DesktopOptions

PATIENCE_MS = 30_000
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
WHOLES = (QComboBox, QAbstractSpinBox, QLineEdit, QCalendarWidget, QHeaderView, QMenu, QAbstractItemView)
"""What Qt makes inside of these belongs to them."""

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def window(qapp, tmp_path, sqlite_url, monkeypatch, qtbot):
    monkeypatch.setattr("laixi_transport.app.logs.start_logging", lambda folder: None)
    options = DesktopOptions(tmp_path, sqlite_url, listen=Address("127.0.0.1", 0), language="en")
    desktop = Desktop(qapp, options)
    desktop.window.resize(1600, 1000)
    desktop.window.show()
    desktop._open()
    qtbot.waitUntil(lambda: bool(desktop.window.pages.front), timeout=PATIENCE_MS)
    yield desktop.window
    desktop._close()
    qapp.setStyleSheet("")


def controls(window: QWidget) -> list[QWidget]:
    found = [w for w in window.findChildren(QWidget) if isinstance(w, CONTROLS) and w.isVisible()]
    return [w for w in found if not isinstance(w, QHeaderView | QScrollBar) and not _inside(w)]


def _inside(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, WHOLES):
            return True
        parent = parent.parentWidget()
    return False


def named(widget: QWidget) -> bool:
    shown = getattr(widget, "text", str)() if isinstance(widget, QAbstractButton) else ""
    hint = widget.placeholderText() if isinstance(widget, QLineEdit) else ""
    return bool(widget.accessibleName() or shown or hint)


def reachable(widget: QWidget) -> bool:
    """Whether Tab comes to a control, or its tooltip names a key that does the same."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) or widget.toolTip().rstrip().endswith((")", "）"))


def said(widget: QWidget) -> str:
    chain = []
    parent: QWidget | None = widget
    while parent is not None and len(chain) < 4:
        chain.append(type(parent).__name__)
        parent = parent.parentWidget()
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{' in '.join(chain)}: {text or widget.toolTip()}"


def test_every_control_of_every_page_has_a_name_and_is_reached_by_keyboard(window):
    nameless, unreachable = set(), set()
    for feature in window.features:
        window.open_page(feature.id)
        QApplication.processEvents()
        everything = controls(window)
        assert everything
        nameless |= {said(w) for w in everything if not named(w)}
        unreachable |= {said(w) for w in everything if not reachable(w)}
    assert not nameless
    assert not unreachable


def test_no_key_of_a_page_is_taken_by_the_window_or_twice(window):
    for feature in window.features:
        window.open_page(feature.id)
    for feature in window.features:
        keys = [
            (sequence.toString(), entry.id)
            for entry in window.parts.actions.entries()
            if entry.scope in {"", feature.id}
            for sequence in entry.action.shortcuts()
        ]
        taken = [key for key, _ in keys]
        assert not [entry for entry in keys if taken.count(entry[0]) > 1], feature.id


def test_what_has_the_keyboard_looks_different(window):
    window.open_page("terminals")
    window.activateWindow()
    QApplication.processEvents()
    for control in controls(window):
        if not control.isEnabled() or isinstance(control, QAbstractItemView):
            continue  # of a list the chosen row is marked
        control.clearFocus()
        before = control.grab().toImage()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if control.hasFocus():
            assert control.grab().toImage() != before, said(control)


def test_tab_walks_from_control_to_control_and_comes_round(window):
    window.open_page("terminals")
    window.activateWindow()
    QApplication.processEvents()
    first = window._top.float_button
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(200):
        window.focusNextChild()
        at = QApplication.focusWidget()
        seen.append(at)
        if at is first:
            break
    assert seen[-1] is first
    assert len(set(map(id, seen))) == len(seen) > 8  # of buttons of which one is chosen Tab takes that one alone
