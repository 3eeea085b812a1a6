"""The frame around the pages, driven as a user drives it."""

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel

from laixi_transport.domain.alert import AlertState, Priority
from laixi_transport.domain.problem import Problem
from laixi_transport.ui.shell.sheet import Sheet
from laixi_transport.ui.widgets.table import Table

NOW_S = 1_781_059_338.0  # as the window of these tests has it


def press(qtbot, widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(widget, key, modifiers)


def commit(widget, text):
    """Enter text as a Chinese input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def test_the_window_stands_before_there_is_a_database(make_window):
    window = make_window()
    assert window.pages.currentWidget() is window.pages.waiting
    assert window.context is None


def test_a_page_asked_for_too_early_is_shown_once_there_is_a_database(make_window, services):
    window = make_window()
    window.open_page("playback", vehicle_id=7)
    window.attach(services)
    assert window.pages.front == "playback"
    assert {"vehicle_id": 7} in window.pages.page("playback").log


def test_a_fault_of_the_database_is_a_sentence_in_the_window(make_window):
    window = make_window()
    window.fail(Problem("The database {url} cannot be opened. Correct the address.", url="x"))
    assert window.notice.text == "The database x cannot be opened. Correct the address."
    assert window.notice.text in window.pages.waiting.label.text()


def test_pages_are_made_when_first_shown(window):
    assert window.pages.front == "live"
    assert window.pages.page("playback") is None
    window.open_page("playback")
    assert window.pages.page("playback") is not None


def test_keys_change_the_page_and_the_pages_own_keys_follow_it(window, qtbot):
    press(qtbot, window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.front == "playback"
    press(qtbot, window, Qt.Key.Key_F)
    assert "follow" in window.pages.page("playback").log
    assert window.pages.page("live").log == ["activated", "deactivated"]


@pytest.mark.expects_warnings("page broken")
def test_a_broken_page_is_told_of_and_the_others_work_on(make_window, services, features):
    window = make_window((features["live"], features["broken"]))
    window.attach(services)
    window.open_page("broken")
    assert "no such thing" in window.notice.text
    window.open_page("live")
    assert window.pages.currentWidget() is window.pages.page("live")


def test_what_a_page_held_is_there_again_next_time(window, make_window, parts, services):
    window.pages.page("live").field.setText("鲁B00042D")
    window.open_page("playback")
    window.close()
    parts.actions.clear()
    again = make_window()
    again.attach(services)
    assert again.pages.front == "playback"
    again.open_page("live")
    assert again.pages.page("live").field.text() == "鲁B00042D"


def test_before_there_is_a_database_the_bar_claims_no_count_of_alerts(make_window, services):
    window = make_window()

    def shown():
        return [label.text().split()[-1] for label in window.alarm_bar.counts.values()]

    assert shown() == ["–", "–", "–"]
    window.fail(Problem("The database cannot be opened."))
    assert shown() == ["–", "–", "–"]
    assert window.alarm_bar.oldest.text() == "Alerts are not known: no database is open"
    window.attach(services)
    assert shown() == ["0", "0", "0"]
    assert window.alarm_bar.oldest.text() == "No alert waits to be acknowledged"


def test_the_status_says_links_database_and_disk(window, qtbot):
    window.resize(1600, 900)
    qtbot.waitUntil(lambda: "612/640" in window.status.links.text())
    assert window.status.database.text() == "Database normal"
    assert window.status.disk.text() == "Disk 29 % free"
    assert window.status.clock.text() == "2026-06-10 10:42:18"


@pytest.mark.parametrize("width", [960, 1000, 1100, 1200, 1366, 1920])
def test_at_no_width_does_the_top_row_overlap_or_leave_the_window(window, qtbot, width):
    qtbot.waitUntil(lambda: "612/640" in window.status.links.text())
    window.resize(width, 540)
    QApplication.processEvents()
    assert window.width() == width
    labels = [window.status.links, window.status.database, window.status.disk, window.status.clock]
    row = [w for w in (window.menus, window.search, *labels) if w.isVisible()]
    places = [QRect(w.mapTo(window, QPoint(0, 0)), w.size()) for w in row]
    assert all(window.rect().contains(place) for place in places)
    assert all(left.right() < right.left() for left, right in itertools.pairwise(places))
    assert all(label.width() >= label.sizeHint().width() for label in labels if label.isVisible())
    assert window.status.clock.text().endswith("10:42:18")


def test_a_narrow_window_still_tells_of_a_disk_that_is_nearly_full(window, services, qtbot):
    window.resize(960, 540)
    qtbot.waitUntil(lambda: "612/640" in window.status.links.text())
    assert not window.status.disk.isVisible()
    window.status.show_status(replace(services.health.answer, disk_free_share=0.04))
    assert window.status.disk.isVisible()


def test_a_typed_plate_is_found_and_enter_shows_it_on_the_map(window, qtbot):
    window.parts.actions["search"].trigger()
    qtbot.keyClicks(window.search, "00318")
    assert [hit.title for hit in window.search.hits.rows()] == ["鲁B·00318"]
    press(qtbot, window.search, Qt.Key.Key_Return)
    assert {"vehicle_id": 2} in window.pages.page("live").log
    assert not window.search.open


def test_commands_are_found_by_their_words_and_by_their_english_names(window, qtbot):
    ran = []
    window.parts.actions.add("reports.print", "打印日报", lambda: ran.append(1))
    window.parts.actions["search"].trigger()
    qtbot.keyClicks(window.search, "reports.print")
    press(qtbot, window.search, Qt.Key.Key_Return)
    assert ran == [1]


def test_the_hits_are_walked_with_the_arrows(window, qtbot):
    window.parts.actions["search"].trigger()
    commit(window.search, "鲁B")
    titles = [hit.title for hit in window.search.hits.rows()]
    assert titles == ["鲁B·00042D", "鲁B·00318"]
    press(qtbot, window.search, Qt.Key.Key_Down)
    press(qtbot, window.search, Qt.Key.Key_Return)
    assert {"vehicle_id": 2} in window.pages.page("live").log


def test_a_search_that_finds_nothing_has_room_to_say_so_and_leaves_nothing_behind(window, qtbot):
    window.parts.actions["search"].trigger()
    qtbot.keyClicks(window.search, "zzz")
    hits = window.search.hits
    assert not hits.rows()
    table = next(table for table in window.findChildren(Table) if table.rows is hits)
    assert table.empty
    assert table.viewport().height() - 24 >= table.fontMetrics().height()  # the margins of what is said there
    press(qtbot, window.search, Qt.Key.Key_Escape)
    assert not window.search.text()


def test_escape_leaves_the_search_and_returns_the_keyboard(window, qtbot):
    field = window.pages.page("live").field
    field.setFocus()
    press(qtbot, field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.search.hasFocus()
    assert window.search.open
    press(qtbot, window.search, Qt.Key.Key_Escape)
    assert field.hasFocus()
    assert not window.search.open


def test_escape_closes_search_and_sheet_even_where_a_page_uses_it(window, qtbot):
    used = []
    window.parts.actions.add("live.none", "Select nothing", lambda: used.append(1), keys=("Esc", "Down"), scope="live")
    window.parts.actions["search"].trigger()
    press(qtbot, window.search, Qt.Key.Key_Down)
    press(qtbot, window.search, Qt.Key.Key_Escape)
    assert not window.search.open
    window.show_keys()
    press(qtbot, window.findChild(Sheet), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(Sheet) is None)
    assert used == []
    press(qtbot, window, Qt.Key.Key_Escape)
    assert used == [1]


def test_a_letter_typed_into_a_field_is_no_command(window, qtbot, services, alert):
    services.alerts.alerts[1] = alert(1)
    window.desk.open.merge([alert(1)])
    field = window.pages.page("live").field
    field.setFocus()
    qtbot.keyClicks(field, "amef")
    assert field.text() == "amef"
    assert services.alerts.acknowledged == []


def test_the_bar_counts_what_is_not_acknowledged_and_names_the_first(window, services, qtbot, alert):
    services.alerts.tell(
        [
            alert(1, priority=Priority.LOW, ago_s=900),
            alert(2, priority=Priority.URGENT, ago_s=491, vehicle_id=2),
            alert(3, priority=Priority.HIGH, state=AlertState.ACKNOWLEDGED),
        ]
    )
    qtbot.waitUntil(lambda: window.alarm_bar.counts[Priority.URGENT].text() == "Urgent 1")
    assert window.alarm_bar.counts[Priority.HIGH].text() == "High 0"
    assert window.alarm_bar.oldest.text() == (
        "Oldest not acknowledged: 10:34:07  鲁B·00318  Overspeed 63/50 (26 %) (8 min 11 s ago)"
    )


def test_one_key_acknowledges_the_first_alert_and_another_takes_it_back(window, services, qtbot, alert):
    services.alerts.alerts = {1: alert(1, priority=Priority.URGENT), 2: alert(2)}
    window.desk.open.reset(services.alerts.open_alerts())
    press(qtbot, window, Qt.Key.Key_A)
    assert services.alerts.acknowledged == [(1, "li")]
    qtbot.waitUntil(lambda: window.alarm_bar.counts[Priority.URGENT].text() == "Urgent 0")
    press(qtbot, window, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.alarm_bar.counts[Priority.URGENT].text() == "Urgent 1")


def test_with_the_table_open_the_selected_alerts_are_acknowledged_and_no_other(window, services, qtbot, alert):
    services.alerts.alerts = {n: alert(n, ago_s=10.0 * n) for n in (1, 2, 3)}
    window.desk.open.reset(services.alerts.open_alerts())
    press(qtbot, window, Qt.Key.Key_E)
    table = window.alerts_dock.table
    qtbot.waitUntil(table.hasFocus)
    table.choose(2)
    press(qtbot, table, Qt.Key.Key_A)
    assert services.alerts.acknowledged == [(2, "li")]
    press(qtbot, window, Qt.Key.Key_E)
    assert window.alerts_dock.isHidden()


def test_an_acknowledgement_that_failed_is_told(window, services, qtbot, alert):
    services.alerts.alerts = {1: alert(1)}
    services.alerts.failing = Problem("The database does not answer.")
    window.desk.open.reset(services.alerts.open_alerts())
    press(qtbot, window, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: window.notice.text == "The database does not answer.")
    assert window.alarm_bar.counts[Priority.HIGH].text() == "High 1"


def test_a_cleared_alert_leaves_bar_and_table(window, services, qtbot, alert):
    services.alerts.tell([alert(1)])
    qtbot.waitUntil(lambda: window.desk.open.rows.total == 1)
    services.alerts.tell([alert(1, state=AlertState.CLEARED)])
    qtbot.waitUntil(lambda: window.desk.open.rows.total == 0)


def test_the_line_of_the_bar_opens_playback_where_it_happened(window, services, qtbot, alert):
    window.desk.open.reset([alert(1, ago_s=100, vehicle_id=2)])
    qtbot.mouseClick(window.alarm_bar.oldest, Qt.MouseButton.LeftButton)
    assert {"vehicle_id": 2, "time_s": NOW_S - 100} in window.pages.page("playback").log


def test_urgent_alerts_sound_until_acknowledged_and_mute_is_silent(window, services, qtbot, alert):
    heard = []
    window.desk.sound = lambda: heard.append(1)
    services.alerts.tell([alert(1, priority=Priority.URGENT)])
    qtbot.waitUntil(lambda: heard == [1])
    window.desk._sound_again()
    assert heard == [1, 1]
    press(qtbot, window, Qt.Key.Key_M)
    assert window.desk.muted
    window.desk._sound_again()
    assert heard == [1, 1]
    press(qtbot, window, Qt.Key.Key_M)
    window.desk.open.merge([alert(1, priority=Priority.URGENT, state=AlertState.ACKNOWLEDGED)])
    window.desk._sound_again()
    assert heard == [1, 1]


def test_alerts_that_were_open_before_the_start_are_heard(make_window, services, alert):
    services.alerts.alerts = {1: alert(1, priority=Priority.URGENT)}
    window = make_window()
    heard = []
    window.desk.sound = lambda: heard.append(1)
    window.attach(services)
    assert heard == [1]


def test_the_sheet_of_keys_is_printed_from_the_registry(window, qtbot):
    window.open_page("playback")
    press(qtbot, window, Qt.Key.Key_F1)
    sheet = window.findChild(Sheet)
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    for entry in window.parts.actions.entries():
        for sequence in entry.action.shortcuts():
            assert sequence.toString() in texts
    press(qtbot, sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(Sheet) is None)


def test_no_two_actions_of_one_scope_share_a_key(window):
    window.open_page("playback")
    for scope in ("live", "playback"):
        keys = [
            sequence.toString()
            for entry in window.parts.actions.entries()
            if entry.scope in {"", scope}
            for sequence in entry.action.shortcuts()
        ]
        assert len(set(keys)) == len(keys), scope


def test_every_command_of_the_shell_stands_in_a_menu_or_the_palette(window):
    for menu_id in ("file", "go", "page", "alarms", "view", "help"):
        titles = [action.text() for action in window.menus.menu(menu_id).actions()]
        assert menu_id == "page" or titles, menu_id
    submenus = [action for action in window.menus.menu("view").actions() if action.menu()]
    shown = {action.menu().title(): [a.text() for a in action.menu().actions()] for action in submenus}
    assert shown["Theme"] == ["Dark", "Light", "As the system has it"]
    assert shown["Language"] == ["中文", "English"]
    assert shown["Text size"] == ["100 %", "125 %", "150 %", "200 %"]
    assert shown["Layouts"] == ["Keep and change layouts…", "Lock the layout", "Default layout"]
    assert shown["Wall mode"][0] == "Wall mode"


def test_the_theme_changes_everything_at_once(window, qtbot):
    before = window.grab().toImage().pixelColor(300, 300)
    window.parts.actions["theme.light"].trigger()
    assert window.parts.theme.name == "light"
    after = window.grab().toImage().pixelColor(300, 300)
    assert before.lightness() < 60
    assert after.lightness() > 200
    window.parts.actions["theme.toggle"].trigger()
    assert window.parts.actions["theme.dark"].isChecked()


def test_errors_of_queries_come_to_the_notice_strip(window, qtbot):
    def fail():
        raise Problem("The day {day} cannot be read.", day="2026-06-10")

    window.parts.tasks.run(fail)
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.text == "The day 2026-06-10 cannot be read."
    window.notice.close_newest()
    assert not window.notice.isVisible()


def test_closing_ends_every_subscription(window, services):
    window.close()
    assert services.live.ended == 1
    assert window.pages.page("live").log[-1] == "deactivated"


def test_the_demo_says_so_and_how_to_leave_it(make_window, parts, services):
    from dataclasses import replace

    window = make_window(given=replace(parts, demo=True))
    texts = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert any("demonstration" in text and "close the window" in text for text in texts)


def test_the_default_layout_brings_a_floating_dock_home(window):
    window.toggle_alerts()
    window.alerts_dock.setFloating(True)
    window.arrangement.reset()
    assert not window.alerts_dock.isFloating()
    assert window.alerts_dock.isHidden()
