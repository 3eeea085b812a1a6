"""The terminals page as an operator uses it, over a real gateway, a real database and a terminal on a real socket."""

import json
import socket

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from laixi_transport.domain.command import CommandResult, CommandState
from laixi_transport.services.bundle import open_services
from laixi_transport.ui.pages.terminals.detail import COMMANDS, FRAMES, REFUSALS
from laixi_transport.ui.pages.terminals.inputs import asked
from laixi_transport.ui.pages.terminals.terminal_list import Links

WAIT_MS = 20_000
PLATE = "鲁B·D0001"
LEFT = Qt.MouseButton.LeftButton


def plates(page):
    return [page.list.rows.columns[0].text(row) for row in page.list.rows.rows()]


def send(page, kind, qtbot, **values):
    """Fill in the form as an operator does, send it, and return the row of the history once it is settled."""
    page.detail.show_tab(COMMANDS)
    form = page.detail.commands.form
    form.choose_kind(kind)
    for name, value in values.items():
        asked(form.inputs[name]).set_value(value)
    before = page.detail.commands.rows.total
    page.context.actions["terminals.send"].trigger()
    qtbot.waitUntil(lambda: page.detail.commands.rows.total > before, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.detail.commands.rows.row_at(0).state.settled, timeout=WAIT_MS)
    return page.detail.commands.rows.row_at(0)


def test_a_terminal_that_signs_on_turns_on_line(page, terminal, qtbot):
    assert terminal.session.online
    qtbot.waitUntil(lambda: [r.online for r in page.list.rows.rows()] == [True, False], timeout=WAIT_MS)
    row = page.list.rows.rows()[0]
    qtbot.waitUntil(lambda: page.list.rows.rows()[0].counts.stored == 1, timeout=WAIT_MS)
    texts = {column.id: column.text(page.list.rows.rows()[0]) for column in page.list.rows.columns}
    assert texts["plate"] == PLATE
    assert texts["link"] == "On line"
    assert texts["version"] == "2019"
    assert texts["peer"].startswith("127.0.0.1:")
    assert row.session.open


def test_who_goes_away_is_off_line_with_the_reason(chosen, terminal, qtbot):
    terminal.close()
    qtbot.waitUntil(lambda: not chosen.list.rows.rows()[0].online, timeout=WAIT_MS)
    column = next(c for c in chosen.list.rows.columns if c.id == "link")
    assert column.text(chosen.list.rows.rows()[0]) == "Off line, connection lost"


def test_filters_and_search_show_what_they_say(chosen, qtbot):
    page = chosen
    qtbot.waitUntil(lambda: page.list.button(Links.ONLINE).text() == "On line 1", timeout=WAIT_MS)
    assert page.list.button(Links.ALL).text() == "All 2"
    page.list.button(Links.ONLINE).click()
    assert plates(page) == [PLATE]
    page.list.button(Links.OFFLINE).click()
    assert plates(page) == ["鲁B·D0002"]
    page.list.button(Links.ALL).click()
    page.context.actions["terminals.search"].trigger()
    qtbot.keyClicks(page.list.search, "d0002 139")
    assert plates(page) == ["鲁B·D0002"]
    page.context.actions["terminals.back"].trigger()
    assert len(plates(page)) == 2
    assert page.selected is not None  # a search does not lose the selection


def test_the_last_frames_are_decoded_field_by_field_with_their_bytes(chosen, qtbot):
    frames = chosen.detail.frames
    chosen.detail.show_tab(FRAMES)
    qtbot.waitUntil(lambda: any(v.msg_id == 0x0200 for v in frames.rows.rows()), timeout=WAIT_MS)
    position = next(v for v in frames.rows.rows() if v.msg_id == 0x0200)
    frames.table.choose(frames.rows.key(position))
    tree, bytes_ = frames.inspector.tree, frames.inspector.hex
    row = tree.row_of("lat_deg")
    assert (row.text(0), row.text(1), row.text(2)) == ("纬度", "36.85917°", "lat_deg")
    assert "JT/T 808" in row.text(3)
    tree.setCurrentItem(row)
    begin, end = bytes_.lit
    assert int.from_bytes(bytes_.data[begin:end]) == 36_859_170
    # 8100 went down when it registered; what went down is written later than what came up.
    qtbot.waitUntil(lambda: {v.direction for v in frames.rows.rows()} == {"up", "down"}, timeout=WAIT_MS)


def test_a_click_on_a_byte_selects_its_field(chosen, qtbot):
    frames = chosen.detail.frames
    chosen.detail.show_tab(FRAMES)
    qtbot.waitUntil(lambda: any(v.msg_id == 0x0200 for v in frames.rows.rows()), timeout=WAIT_MS)
    frames.table.choose(frames.rows.key(next(v for v in frames.rows.rows() if v.msg_id == 0x0200)))
    view = frames.inspector.hex
    at = view.data.index((36_859_170).to_bytes(4))
    place = view._cell(at, at // view.per_row * view._row_px).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(place.x(), place.y() - view.verticalScrollBar().value()))
    assert frames.inspector.tree.currentItem().text(2) == "lat_deg"


def test_a_frame_is_copied_as_it_was_on_the_wire_and_as_json(chosen, qtbot):
    frames = chosen.detail.frames
    chosen.detail.show_tab(FRAMES)
    qtbot.waitUntil(lambda: any(v.msg_id == 0x0200 for v in frames.rows.rows()), timeout=WAIT_MS)
    position = next(v for v in frames.rows.rows() if v.msg_id == 0x0200)
    frames.table.choose(frames.rows.key(position))
    chosen.context.actions["terminals.hex"].trigger()
    assert bytes.fromhex(QGuiApplication.clipboard().text()) == position.wire
    chosen.context.actions["terminals.json"].trigger()
    values = json.loads(QGuiApplication.clipboard().text())
    assert (values["msg_id"], values["lat_deg"], values["speed_kmh"]) == ("0200", 36.85917, 31.0)


def test_new_frames_join_the_list_and_the_chosen_one_stays_chosen(chosen, terminal, loop, qtbot):
    frames = chosen.detail.frames
    chosen.detail.show_tab(FRAMES)
    qtbot.waitUntil(lambda: frames.rows.total > 0, timeout=WAIT_MS)
    kept = frames.table.current()
    summary = next(c for c in frames.rows.columns if c.id == "summary")
    loop.run(terminal.session.send(terminal.report()._replace(speed_dkmh=555)))
    qtbot.waitUntil(lambda: "55.5" in summary.text(frames.rows.row_at(0)), timeout=WAIT_MS)
    assert frames.table.current() == kept


def test_a_text_is_sent_from_the_form_and_its_answer_is_shown(chosen, terminal, qtbot):
    entry = send(chosen, "text", qtbot, text="前方路段结冰")
    assert (entry.state, entry.result) == (CommandState.ANSWERED, CommandResult.OK)
    assert terminal.conduct.texts == ["前方路段结冰"]
    answer = chosen.detail.commands.answer
    qtbot.waitUntil(lambda: answer.sentence.text() == "Answered: The terminal did it.", timeout=WAIT_MS)
    assert answer.tree.texts()[0] == "Answer 0001 终端通用应答"
    assert "前方路段结冰" in answer.tree.texts(1)
    text = asked(chosen.detail.commands.form.inputs["text"])
    qtbot.waitUntil(lambda: text.value() == "", timeout=WAIT_MS)  # the next one is not the same


def test_an_answer_with_values_is_shown_readable(chosen, qtbot):
    entry = send(chosen, "ask_position", qtbot)
    assert entry.state is CommandState.ANSWERED
    answer = chosen.detail.commands.answer
    qtbot.waitUntil(lambda: answer.tree.row_of("position.lat_deg") is not None, timeout=WAIT_MS)
    assert answer.tree.row_of("position.lat_deg").text(1) == "36.85917°"


def test_a_photo_is_shown_once_it_has_come(chosen, qtbot):
    entry = send(chosen, "photo", qtbot, resolution=1)
    assert entry.state is CommandState.ANSWERED
    picture = chosen.detail.commands.answer.picture
    qtbot.waitUntil(picture.isVisible, timeout=WAIT_MS)
    assert (picture._picture.width(), picture._picture.height()) == (320, 240)


def test_what_a_terminal_does_not_support_is_said_so(chosen, qtbot):
    entry = send(chosen, "driver", qtbot)
    assert (entry.state, entry.result) == (CommandState.FAILED, CommandResult.UNSUPPORTED)
    answer = chosen.detail.commands.answer
    qtbot.waitUntil(lambda: "does not support" in answer.sentence.text(), timeout=WAIT_MS)


def test_what_acts_on_terminal_or_vehicle_is_asked_about_once_more(chosen, terminal, qtbot):
    page, form = chosen, chosen.detail.commands.form
    page.detail.show_tab(COMMANDS)
    form.choose_kind("doors")
    form.send_button.click()
    assert form.confirming
    assert form.said == f"This acts on the vehicle itself. Send “Lock or unlock the doors” to {PLATE}?"
    page.context.actions["terminals.back"].trigger()  # Esc
    assert not form.confirming
    assert not terminal.conduct.locked
    form.send_button.click()
    form.send_button.click()
    qtbot.waitUntil(lambda: terminal.conduct.locked, timeout=WAIT_MS)


def test_a_field_that_must_be_given_is_asked_for_and_nothing_is_sent(chosen):
    chosen.detail.show_tab(COMMANDS)
    form = chosen.detail.commands.form
    form.choose_kind("text")
    form.send()
    assert form.said == "“Text” must be given."
    assert chosen.detail.commands.rows.total == 0


def test_a_command_to_a_terminal_off_line_waits_and_can_be_taken_back(page, station, qtbot):
    page.select(page.list.rows.rows()[1].terminal.id)
    page.context.actions["terminals.command"].trigger()
    commands = page.detail.commands
    assert commands.form.said.startswith("鲁B·D0002 is off line: the command waits")
    commands.form.choose_kind("ask_position")
    commands.form.send()
    qtbot.waitUntil(lambda: commands.rows.total == 1, timeout=WAIT_MS)
    assert commands.rows.row_at(0).state is CommandState.QUEUED
    qtbot.waitUntil(commands.answer.cancel_button.isVisible, timeout=WAIT_MS)
    page.context.actions["terminals.cancel"].trigger()
    qtbot.waitUntil(lambda: commands.rows.row_at(0).state is CommandState.CANCELLED, timeout=WAIT_MS)
    assert station.services.commands.list()[0].state is CommandState.CANCELLED


def test_commands_of_another_window_appear_and_go_on(chosen, station, qtbot):
    from laixi_transport.services.commands.terminal_commands import AskPosition

    chosen.detail.show_tab(COMMANDS)
    station.services.commands.send(chosen.selected, AskPosition(), by="wang").result(20)
    rows = chosen.detail.commands.rows
    qtbot.waitUntil(lambda: rows.total == 1 and rows.row_at(0).state is CommandState.ANSWERED, timeout=WAIT_MS)
    assert rows.row_at(0).made_by == "wang"


def test_refused_bytes_are_counted_by_reason_and_a_chip_shows_them(page, station, qtbot):
    with socket.create_connection((station.address.host, station.address.port)) as link:
        link.sendall(b"GET / HTTP/1.1\r\n\r\n\x7e\x02\x00\x00\x00\x01\x39\x00\x00\x00\x01\x00\x01\x00\x7e")
        qtbot.waitUntil(lambda: {"junk", "checksum"} <= set(page.strip._buttons), timeout=WAIT_MS)
    assert page.strip.chip("junk").text() == "Not JT/T 808 1"
    page.strip.chip("junk").click()
    refusals = page.detail.refusals
    qtbot.waitUntil(lambda: refusals.rows.rowCount() == 1, timeout=WAIT_MS)
    assert page.detail.tab == REFUSALS
    assert refusals.everything
    assert page.strip.chip("junk").isChecked()
    [refused] = refusals.rows.rows()
    assert refused.data.startswith(b"GET /")
    refusals.table.choose(refused.id)
    assert refusals.hex.data == refused.data
    assert "another protocol" in refusals.advice.text()
    page.context.actions["terminals.back"].trigger()
    qtbot.waitUntil(lambda: refusals.rows.rowCount() == 2, timeout=WAIT_MS)
    assert not page.strip.chip("junk").isChecked()


def test_the_strip_tells_what_the_gateway_counts(chosen, station, qtbot):
    strip = chosen.strip
    qtbot.waitUntil(lambda: strip._figures["acknowledged"]._value.text() not in {"–", "0"}, timeout=WAIT_MS)
    assert str(station.address) in strip.state.text()
    assert strip._figures["connections"]._value.text() == "1"


def test_a_window_without_a_gateway_sees_the_same_through_the_database(chosen, station, make_page, qtbot):
    services = open_services(station.store, evaluates=False, now=lambda: 0.0)  # nothing of the gateway but its database
    beside = make_page(services)
    qtbot.waitUntil(lambda: [r.online for r in beside.list.rows.rows()] == [True, False], timeout=WAIT_MS)
    beside.select(chosen.selected)
    qtbot.waitUntil(lambda: beside.detail.frames.rows.total > 0, timeout=WAIT_MS)
    beside.detail.show_tab(COMMANDS)
    beside.detail.commands.form.choose_kind("ask_position")
    beside.detail.commands.form.send()
    chosen.detail.show_tab(COMMANDS)
    rows = chosen.detail.commands.rows
    qtbot.waitUntil(lambda: rows.total == 1 and rows.row_at(0).state is CommandState.ANSWERED, timeout=WAIT_MS)
    beside.deactivated()


def test_what_was_left_is_there_again(chosen, station, make_page, qtbot):
    chosen.detail.show_tab(COMMANDS)
    chosen.list.choose_filter(Links.ONLINE)
    state = json.loads(json.dumps(chosen.save_state()))
    again = make_page(station.services)
    again.restore_state(state)
    qtbot.waitUntil(lambda: again.selected == chosen.selected, timeout=WAIT_MS)
    assert (again.detail.tab, again.list.filter) == (COMMANDS, Links.ONLINE)
    again.restore_state({"filter": "nonsense", "tab": 9, "sizes": ["a"], "selected": None})
    assert again.list.filter is Links.ONLINE
    again.deactivated()


def test_the_map_and_the_playback_are_one_key_away(chosen, qtbot):
    qtbot.waitUntil(lambda: chosen.list.rows.rows()[0].reported is not None, timeout=WAIT_MS)
    vehicle_id = chosen.list.rows.rows()[0].vehicle.id
    chosen.context.actions["terminals.live"].trigger()
    chosen.context.actions["terminals.playback"].trigger()
    (live, shown), (playback, played) = chosen.opened
    assert (live, shown) == ("live", {"vehicle_id": vehicle_id})
    assert playback == "playback"
    assert played["vehicle_id"] == vehicle_id


@pytest.mark.parametrize(("width", "height", "folded"), [(1850, 950, False), (1280, 640, False), (880, 440, True)])
def test_every_part_has_room_on_every_screen(chosen, qtbot, width, height, folded):
    chosen.resize(width, height)
    qtbot.waitUntil(lambda: chosen.folded is folded)
    for tab in (FRAMES, REFUSALS, COMMANDS):
        chosen.detail.show_tab(tab)
        chosen.bring(detail=True)
        assert chosen.detail.isVisible()
        assert chosen.list.isVisible() is not folded
        assert chosen.minimumSizeHint().width() <= width
        assert chosen.minimumSizeHint().height() <= height
    chosen.bring(detail=False)
    assert chosen.list.isVisible()


def test_no_key_of_the_page_is_one_of_the_window(page, parts, qtbot):
    from laixi_transport.app.features import FEATURES
    from laixi_transport.ui.shell.window import MainWindow

    window = MainWindow(parts, FEATURES)
    qtbot.addWidget(window)
    taken = {key.toString() for entry in parts.actions.entries() for key in entry.action.shortcuts()}
    ours = [key.toString() for entry in page.context.actions.entries() for key in entry.action.shortcuts()]
    assert len(set(ours)) == len(ours)
    assert taken.isdisjoint(ours)


def test_the_first_terminal_is_shown_until_another_is_selected(page, qtbot):
    qtbot.waitUntil(lambda: page.selected == page.list.rows.row_at(0).terminal.id, timeout=WAIT_MS)
    page.list.table.choose(page.list.rows.row_at(1).terminal.id)
    assert page.selected == page.list.rows.row_at(1).terminal.id
