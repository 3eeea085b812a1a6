"""What gives way where there is little room."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QWidget

from laixi_transport.ui.widgets import FoldingColumn, Narrowing


class Block(QWidget):
    """A panel of a given height."""

    def __init__(self, height, least=None):
        super().__init__()
        self._size, self._least = QSize(200, height), QSize(120, height if least is None else least)

    def sizeHint(self):
        return self._size

    def minimumSizeHint(self):
        return self._least


@pytest.fixture
def column(application, qtbot):
    made = FoldingColumn((Block(40),), Block(200), Block(300, least=60), ("Vehicle", "List"), last_px=100)
    qtbot.addWidget(made)
    made.resize(200, 600)
    made.show()
    return made


def test_with_room_for_both_panels_both_are_there(column):
    assert not column.folded
    assert column._first.isVisible()
    assert column._last.isVisible()
    assert not any(button.isVisible() for button in column.findChildren(QToolButton))


def test_a_panel_is_never_squeezed_but_folded_away(column):
    column.resize(200, column.full_px)
    assert not column.folded
    assert column._first.height() >= 200
    assert column._last.height() >= 100
    column.resize(200, column.full_px - 1)
    assert column.folded
    assert not column._first.isVisible()
    assert column._last.height() >= 100


def test_the_buttons_show_the_one_or_the_other(column, qtbot):
    column.resize(200, 260)
    vehicle, others = column.findChildren(QToolButton)[:2]
    vehicle.click()
    assert column._first.isVisible()
    assert column._first.height() >= 200  # it scrolls
    assert not column._last.isVisible()
    others.click()
    assert column._last.isVisible()
    assert not column._first.isVisible()


def test_unfolded_again_the_panels_stand_in_their_order(column):
    column.resize(200, 260)
    column.bring(column._first)
    column.resize(200, 600)
    QApplication.processEvents()
    assert column._above[0].y() < column._first.y() < column._last.y()
    assert column._first.height() >= 200


def test_the_column_asks_for_no_more_than_it_needs_folded(column):
    assert column.minimumSizeHint().height() < 200


@pytest.fixture
def row(application, qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    made.labels = []
    for _ in range(3):
        label = QLabel()
        label.setFixedSize(100, 20)
        layout.addWidget(label)
        made.labels.append(label)

    def lay_out(count):
        for place, label in enumerate(made.labels):
            label.setVisible(place < count)

    made.setMinimumSize(1, 1)
    made.show()
    made.narrowing = Narrowing(layout, [lambda n=n: lay_out(n) for n in (3, 2, 1)])
    return made


@pytest.mark.parametrize(("width", "shown"), [(400, 3), (300, 3), (299, 2), (200, 2), (199, 1), (50, 1)])
def test_a_row_spares_no_more_than_it_must(row, width, shown):
    for before in (500, 60):  # whatever it was before
        row.narrowing.fit(before)
        row.resize(width, 20)
        row.narrowing.fit(width)
        assert sum(label.isVisible() for label in row.labels) == shown


def test_a_row_spares_when_something_in_it_grows(row):
    row.resize(300, 20)
    row.narrowing.fit(300)
    row.labels[0].setFixedWidth(120)
    row.narrowing.fit(300)
    QApplication.processEvents()
    assert [label.isVisible() for label in row.labels] == [True, True, False]
    assert row.labels[1].x() >= 120
