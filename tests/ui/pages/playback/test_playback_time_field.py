"""The exact time field: what it understands and how it behaves while somebody types."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from laixi_transport.domain.time import beijing_day
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.playback.time_field import TimeField, parse

DAY = dt.date(2026, 6, 10)
BEGIN_S = beijing_day(DAY)[0]
AT_S = BEGIN_S + 10 * 3600 + 42 * 60 + 18.0


@pytest.mark.parametrize(
    ("typed", "wanted_s"),
    [
        ("10:42:18", AT_S),
        ("10:42", AT_S - 18),
        (" 104218 ", AT_S),
        ("1042", AT_S - 18),
        ("10：42：18", AT_S),
        ("2026-06-10 10:42:18", AT_S),
        ("2026/6/10 10:42:18", AT_S),
        ("2026年6月10日 10:42:18", AT_S),
        ("2026-06-11 00:00", BEGIN_S + 86_400.0),
        ("24:00", BEGIN_S + 86_399.0),
        ("2026-06-09 24:00:00", BEGIN_S - 1.0),
        ("24:01", None),
        ("9999-12-31 23:59", None),
        ("0001-01-01 00:00", None),
        ("10:61", None),
        ("2026-02-30 10:00", None),
        ("soon", None),
        ("", None),
        ("10", None),
    ],
)
def test_what_is_typed_is_understood_or_refused(typed, wanted_s):
    assert parse(typed, DAY) == wanted_s


@given(st.integers(0, 4_000_000_000))
def test_what_is_shown_can_be_typed(at_s):
    assert parse(text.date_time(float(at_s)), DAY) == at_s


@given(st.text(max_size=30))
def test_no_text_breaks_it(typed):
    parsed = parse(typed, DAY)
    assert parsed is None or isinstance(parsed, float)


@pytest.fixture
def field(qtbot, theme):
    made = TimeField()
    qtbot.addWidget(made)
    made.show()
    made.show_time(AT_S)
    return made


def test_enter_asks_for_the_time(field, qtbot):
    field.begin()
    qtbot.keyClicks(field, "11:00:05")
    with qtbot.waitSignal(field.asked) as asked:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked.args == [BEGIN_S + 11 * 3600 + 5.0]
    assert not field.hasFocus()


def test_the_passing_time_does_not_overwrite_what_is_typed(field, qtbot):
    field.begin()
    qtbot.keyClicks(field, "11:0")
    field.show_time(AT_S + 5)
    assert field.text() == "11:0"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "2026-06-10 10:42:23"


def test_nonsense_is_marked_and_asks_for_nothing(field, qtbot):
    field.begin()
    qtbot.keyClicks(field, "later")
    with qtbot.assertNotEmitted(field.asked):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("invalid")
    assert "not a time" in field.toolTip()
    qtbot.keyClicks(field, "1")
    assert not field.property("invalid")


def test_what_is_selected_to_be_typed_over_stays_so_while_it_plays(field, qtbot):
    field.begin()
    qtbot.waitUntil(field.hasFocus)
    field.show_time(AT_S + 5)
    assert field.selectedText() == text.date_time(AT_S + 5)
    qtbot.keyClicks(field, "0810")
    field.show_time(AT_S + 6)
    with qtbot.waitSignal(field.asked) as asked:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked.args == [BEGIN_S + 8 * 3600 + 600]


def test_a_cursor_in_the_time_does_not_jump(field, qtbot):
    field.begin()
    qtbot.waitUntil(field.hasFocus)
    field.setCursorPosition(4)
    field.show_time(AT_S + 5)
    assert field.cursorPosition() == 4
    field.clearFocus()
    assert field.text() == text.date_time(AT_S + 5)
