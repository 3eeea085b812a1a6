"""Rows by key, and the table that shows them."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table, natural_key
from laixi_transport.ui.widgets.rows import KeyRole, RowRole


@dataclass(frozen=True)
class Bus:
    id: int
    plate: str
    speed: float = 0.0


def columns():
    return [
        Column[Bus]("plate", "Plate", lambda bus: bus.plate),
        Column[Bus]("speed", "Speed", lambda bus: f"{bus.speed:.0f}", sort=lambda bus: bus.speed, numeric=True),
    ]


@pytest.fixture
def model(theme):
    return RowsModel(columns(), lambda bus: bus.id, theme)


def shown(model):
    return [bus.plate for bus in model.rows()]


def test_the_model_keeps_the_rules_of_qt(model, qtmodeltester):
    model.reset([Bus(1, "a"), Bus(2, "b")])
    qtmodeltester.check(model)
    model.merge([Bus(3, "c"), Bus(1, "z")])
    model.sort(0)
    model.remove([2])
    qtmodeltester.check(model)


def test_known_keys_are_replaced_in_place_and_new_ones_come_last(model):
    model.reset([Bus(1, "a"), Bus(2, "b")])
    model.merge([Bus(3, "c"), Bus(1, "z")])
    assert shown(model) == ["z", "b", "c"]


def test_natural_order_puts_nine_before_ten(model):
    model.reset([Bus(1, "line 10"), Bus(2, "line 9"), Bus(3, "Line 1")])
    model.sort(0)
    assert shown(model) == ["Line 1", "line 9", "line 10"]


@given(st.lists(st.text(max_size=8)))
def test_natural_keys_of_any_texts_can_be_compared(texts):
    assert len(sorted(texts, key=natural_key)) == len(texts)


def test_a_changed_value_moves_only_when_resorted(model):
    model.reset([Bus(1, "a", 10), Bus(2, "b", 20)])
    model.sort(1)
    model.merge([Bus(1, "a", 30)])
    assert shown(model) == ["a", "b"]
    model.resort()
    assert shown(model) == ["b", "a"]


def test_persistent_indices_stay_with_their_rows(model):
    model.reset([Bus(1, "c"), Bus(2, "b"), Bus(3, "a")])
    index = QPersistentModelIndex(model.index(0, 0))
    model.sort(0)
    assert index.data() == "c"
    assert index.row() == 2


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdef"), st.integers(0, 99))),
    st.lists(st.integers(0, 9)),
    st.sampled_from(["", "a", "b"]),
)
def test_whatever_happens_the_rows_are_those_of_a_dict(qapp, merges, removed, wanted):
    model = RowsModel(columns(), lambda bus: bus.id, Theme())
    model.filter_text(wanted)
    expected = {}
    for number, plate, speed in merges:
        model.merge([Bus(number, plate, speed)])
        expected[number] = Bus(number, plate, speed)
    model.remove(removed)
    model.sort(1)
    kept = [bus for number, bus in expected.items() if number not in removed]
    assert model.total == len(kept)
    model.filter_text(wanted)
    by_speed = sorted((bus for bus in kept if wanted in bus.plate), key=lambda bus: bus.speed)
    assert [bus.speed for bus in model.rows()] == [bus.speed for bus in by_speed]
    assert all(model.place(bus.id) == at for at, bus in enumerate(model.rows()))


def test_every_word_of_the_filter_must_occur_and_the_dot_of_a_plate_does_not_count(model):
    model.reset([Bus(1, "鲁B00042D", 63), Bus(2, "鲁B00043D", 42)])
    model.filter_text("鲁b·00042")
    assert shown(model) == ["鲁B00042D"]
    model.filter_text("鲁b 42")
    assert shown(model) == ["鲁B00042D", "鲁B00043D"]
    model.filter_text("")
    assert len(model.rows()) == 2


def test_roles_give_row_key_and_alignment(model):
    model.reset([Bus(7, "a", 63)])
    index = model.index(0, 1)
    assert index.data(RowRole) == Bus(7, "a", 63)
    assert index.data(KeyRole) == 7
    assert Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)) & Qt.AlignmentFlag.AlignRight


@pytest.fixture
def table(qtbot, model, theme, settings):
    made = Table(model, theme, name="buses", settings=settings, empty="No buses", hold=True)
    qtbot.addWidget(made)
    made.sort_by("plate")
    made.resize(400, 300)
    made.show()
    return made


def enter(table):
    point = QPoint(5, 50).toPointF()
    QApplication.sendEvent(table, QEnterEvent(point, point, point))


def test_new_rows_wait_while_the_pointer_is_on_the_table(table, model):
    model.reset([Bus(1, "a")])
    enter(table)
    model.merge([Bus(2, "b"), Bus(3, "c")])
    assert shown(model) == ["a"]
    assert table._new.isVisible()
    assert "2" in table._new.text()
    table._new.click()
    assert shown(model) == ["a", "b", "c"]
    assert not table._new.isVisible()


def test_leaving_the_table_lets_new_rows_in(table, model):
    enter(table)
    model.merge([Bus(2, "b")])
    QApplication.sendEvent(table, QEvent(QEvent.Type.Leave))
    assert shown(model) == ["b"]


def test_a_known_row_changes_even_while_the_table_is_read(table, model):
    model.reset([Bus(1, "a")])
    enter(table)
    model.merge([Bus(1, "z")])
    assert shown(model) == ["z"]


def test_copying_takes_the_visible_columns_with_their_titles(table, model, qtbot):
    model.reset([Bus(1, "a", 63), Bus(2, "b", 5)])
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Plate\tSpeed\na\t63\nb\t5"


def test_enter_opens_the_current_row(table, model, qtbot):
    model.reset([Bus(1, "a"), Bus(2, "b")])
    assert table.choose(2)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [Bus(2, "b")]


def test_the_selection_follows_its_row_through_a_sort(table, model):
    model.reset([Bus(1, "b"), Bus(2, "a")])
    table.choose(1)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert table.current() == Bus(1, "b")
    model.sort(0)
    assert table.current() == Bus(1, "b")


def test_choosing_a_row_that_is_not_shown_clears_the_selection(table, model):
    model.reset([Bus(1, "b")])
    table.choose(1)
    assert not table.choose(99)
    assert table.selected() == []


def test_columns_are_remembered(table, model, theme, settings, qtbot):
    table.setColumnWidth(0, 233)
    table._save_columns()
    again = Table(RowsModel(columns(), lambda bus: bus.id, theme), theme, name="buses", settings=settings)
    qtbot.addWidget(again)
    assert again.columnWidth(0) == 233


def test_widths_of_other_columns_are_not_laid_over_these(table, theme, settings, qtbot):
    table.setColumnWidth(0, 233)
    table._save_columns()
    other = RowsModel([*columns(), Column[Bus]("new", "New", lambda _: "")], lambda bus: bus.id, theme)
    again = Table(other, theme, name="buses", settings=settings)
    qtbot.addWidget(again)
    assert again.columnWidth(0) == 100


def test_a_table_that_is_a_little_too_narrow_grows_no_scroll_bar(table, model):
    model.reset([Bus(number, f"line {number}") for number in range(60)])
    table.setColumnWidth(0, 200)
    table.setColumnWidth(1, 120)
    table.resize(300, 300)
    assert not table.horizontalScrollBar().isVisible()
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_an_empty_table_says_what_would_stand_there(table, model):
    blank = table.grab().toImage()
    model.reset([Bus(1, "a")])
    model.remove([1])
    assert table.grab().toImage() == blank
    table.empty = ""
    assert table.grab().toImage() != blank


def test_a_column_that_gave_way_in_a_narrow_window_gets_its_width_back(theme, settings, qtbot):
    def shown():
        made = Table(RowsModel(columns(), lambda bus: bus.id, theme), theme, name="narrow", settings=settings)
        qtbot.addWidget(made)
        made.resize(700, 200)
        made.show()
        return made

    table = shown()
    header = table.horizontalHeader()
    before = [header.sectionSize(at) for at in range(header.count())]
    for _ in range(2):
        widths = sum(before[:-1]) + table.rows.columns[-1].width
        table.resize(widths - 30, 200)
        qtbot.waitUntil(lambda: header.length() <= table.viewport().width())
        assert [header.sectionSize(at) for at in range(header.count())] != before
        table._save_columns()
        table.resize(700, 200)
        qtbot.waitUntil(lambda: [header.sectionSize(at) for at in range(header.count())] == before)
    again = shown().horizontalHeader()
    assert [again.sectionSize(at) for at in range(again.count() - 1)] == before[:-1]
