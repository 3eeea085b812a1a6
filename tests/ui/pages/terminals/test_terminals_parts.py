"""Parts of the terminals page by themselves: tree of fields, bytes, list, form."""

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.frame import encode_frame, encode_frames
from laixi_transport.devices.jt808.settings import ParameterAnswer
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.command import CommandEntry, CommandResult, CommandState
from laixi_transport.domain.session import SessionEnd, TerminalSession
from laixi_transport.domain.time import BEIJING, utc_now
from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass
from laixi_transport.domain.video import VideoStream
from laixi_transport.services.commands.catalogue import BY_KIND, COMMANDS
from laixi_transport.services.commands.form import Input
from laixi_transport.services.terminals.frames import view_frame, view_frames
from laixi_transport.services.terminals.model import FrameField, GatewayStatus, TerminalCounts, TerminalStatus
from laixi_transport.services.terminals.reading import read_view
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.command_form import CommandForm
from laixi_transport.ui.pages.terminals.field_tree import CLAUSE, NAME, PATH, VALUE, FieldTree
from laixi_transport.ui.pages.terminals.gateway_strip import GatewayStrip
from laixi_transport.ui.pages.terminals.hex_view import HexView
from laixi_transport.ui.pages.terminals.inputs import Pairs, asked
from laixi_transport.ui.pages.terminals.known import KnownTerminals
from laixi_transport.ui.pages.terminals.terminal_list import Links, TerminalList

NOW_S = 1_781_059_338.0
NOW = dt.datetime.fromtimestamp(NOW_S, dt.UTC)
PHONE = "13900000001"


def status(number, *, online=True, refused=None, end=None):
    session = TerminalSession(number, NOW, None if online else NOW, "10.0.0.7", 4000 + number, "2019", NOW, end)
    vehicle = Vehicle(number, f"鲁B{number:05d}D", PlateColour.YELLOW, VehicleClass.CITY_BUS, "莱西公交", "203", None)
    terminal = Terminal(number, f"139{number:08d}", number, "code", "2019", "LXSIM", "LX-1")
    return TerminalStatus(terminal, vehicle, session, online, NOW, None, TerminalCounts(5, 4, 1, refused or {}))


def field(path, data, offset, *, label="", clause="JT/T 808-2019 8.12", value="", notation="BYTE"):
    return FrameField(offset, data, path, label, value, notation, clause)


@pytest.fixture
def tree(theme, qtbot):
    made = FieldTree(theme)
    qtbot.addWidget(made)
    return made


# Fields


def test_fields_stand_in_the_tree_of_their_names(tree):
    tree.show_fields(
        [
            (
                "Body",
                [
                    field("count", b"\2", 0, label="个数", value="2"),
                    field("items[0].speed_kmh", b"\0\x64", 1, label="速度", value="10.0"),
                    field("items[0].time", b"\0", 3, label="时间"),
                    field("items[1].speed_kmh", b"\0\x65", 4, label="速度", value="10.1"),
                ],
            )
        ]
    )
    assert tree.texts() == ["Body", "个数", "Items", "#1", "速度", "时间", "#2", "速度"]
    assert tree.row_of("items[1].speed_kmh").text(VALUE) == "10.1 km/h"
    assert tree.row_of("items[1].speed_kmh").text(PATH) == "speed_kmh"


def test_an_item_with_one_field_is_one_row_for_the_bytes_of_both(tree, qtbot):
    tree.show_fields(
        [
            (
                "",
                [
                    field("items.01", b"\1\4", 10, label="里程", value="4 B", notation="id + length"),
                    field("items.01.mileage_km", bytes(4), 12, label="里程，车上里程表读数", value="6029.6"),
                ],
            )
        ]
    )
    row = tree.row_of("items.01.mileage_km")
    assert (row.text(NAME), row.text(VALUE), row.childCount()) == ("里程", "6029.6 km", 0)
    with qtbot.waitSignal(tree.field_chosen) as chosen:
        tree.setCurrentItem(row)
    assert chosen.args == [10, 16]


def test_what_is_written_from_memory_is_marked(tree):
    tree.show_fields(
        [("", [field("a", b"\0", 0, clause="JT/T 808-2013 8.15 (mem)"), field("b", b"\0", 1, clause="GB/T 19056")])]
    )
    marked, plain = tree.row_of("a"), tree.row_of("b")
    assert marked.text(CLAUSE) == "JT/T 808-2013 8.15 · not verified"
    assert not marked.icon(CLAUSE).isNull()
    assert "compared" in marked.toolTip(CLAUSE)
    assert plain.text(CLAUSE) == "GB/T 19056"
    assert plain.icon(CLAUSE).isNull()


def test_another_theme_changes_the_colours_and_keeps_the_row(tree, theme):
    tree.show_fields([("", [field("a.b", b"12", 4), field("a.c", b"345", 6)])])
    tree.setCurrentItem(tree.row_of("a.c"))
    theme.choose("light")
    assert tree.currentItem().data(PATH, Qt.ItemDataRole.UserRole + 1) == "a.c"
    assert tree.currentItem().foreground(NAME).color() == theme.colour("text")


def test_another_theme_leaves_open_what_was_open(tree, theme):
    tree.show_fields(
        [("Header", [field("a", b"1", 0)]), ("Body", [field("b", b"2", 1)]), ("", [field("check", b"3", 2)])]
    )
    tree.open_group(1)
    theme.choose("light")
    assert [tree.topLevelItem(at).isExpanded() for at in range(2)] == [False, True]


def test_a_branch_lights_the_bytes_of_everything_below_it(tree, qtbot):
    tree.show_fields([("", [field("a.b", b"12", 4), field("a.c", b"345", 6)])])
    with qtbot.waitSignal(tree.field_chosen) as chosen:
        tree.setCurrentItem(tree.row_of("a.b").parent())
    assert chosen.args == [4, 9]


def test_any_bytes_as_any_message_are_shown_without_a_gap(tree):
    for msg_id, version in product(MESSAGES, (2013, 2019)):
        wire = encode_frame(msg_id, PHONE, 1, bytes(range(60)), version=version)
        reading = read_view(view_frame(wire, utc_now(), "up"))
        parts = (*reading.header, *reading.body, *reading.check)
        assert b"".join(part.data for part in parts) == reading.content, hex(msg_id)
        for part in parts:
            assert reading.content[part.offset : part.offset + len(part.data)] == part.data
        tree.show_fields([("Header", reading.header), ("Body", reading.body), ("", reading.check)])
        assert len(tree.texts()) >= 3
        assert reading.json.startswith("{")


def test_a_frame_that_is_none_is_shown_as_bytes():
    view = view_frame(b"\x7e\x02\x00\x7e", utc_now(), "up")
    reading = read_view(view)
    assert (reading.content, reading.header) == (b"\x02\x00", ())
    assert wording.message(view) == "No frame"
    assert wording.fault(view).startswith("Cannot be read: ")


def test_a_message_in_parts_is_read_as_a_whole():
    settings = MESSAGES[0x8103].decode(b"\0").settings + tuple(
        MESSAGES[0x8103].decode(b"\1\0\0\0\x10\xc8" + b"x" * 200).settings * 9
    )
    answer = ParameterAnswer(resp_seq=1, settings=settings)
    frames = encode_frames(0x0104, PHONE, 5, answer.encode())
    assert len(frames) == 2
    [view] = view_frames(b"".join(frames), utc_now(), "up")
    reading = read_view(view)
    assert reading.content == answer.encode()
    assert reading.values["param_count"] == 9


# Bytes


def test_as_many_bytes_stand_in_a_row_as_there_is_room_for(theme, qtbot):
    view = HexView(theme)
    qtbot.addWidget(view)
    view.show_bytes(bytes(range(100)))
    view.show()
    for per_row, signs in ((16, True), (8, True), (8, False)):
        view.resize(view.width_of(per_row, signs), 120)
        assert view.per_row == per_row
        assert view.width_for(view.width_of(per_row, signs) + 50, (50, 50, 50)) == view.width_of(per_row, signs)
    assert view.verticalScrollBar().maximum() > 0


def test_lit_bytes_are_scrolled_to(theme, qtbot):
    view = HexView(theme)
    qtbot.addWidget(view)
    view.resize(view.width_of(8, signs=False), 100)
    view.show()
    view.show_bytes(bytes(400))
    view.light(390, 394)
    assert view.lit == (390, 394)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    view.light(0, 2)
    assert view.verticalScrollBar().value() == 0
    view.grab()


# List


@pytest.fixture
def terminals(theme, settings, qtbot):
    made = TerminalList(theme, settings, lambda: NOW_S)
    qtbot.addWidget(made)
    made.resize(1200, 400)
    made.show()
    return made


def test_new_values_move_neither_selection_nor_scroll_position(terminals):
    rows = [status(n) for n in range(1, 301)]
    terminals.merge(rows)
    terminals.choose(250)
    before = terminals.table.verticalScrollBar().value()
    assert before > 0
    terminals.merge([replace(row, counts=TerminalCounts(9, 9)) for row in rows[::3]])
    assert terminals.table.current().terminal.id == 250
    assert terminals.table.verticalScrollBar().value() == before


def test_terminals_that_left_the_register_leave_the_list(terminals):
    terminals.merge([status(1), status(2)])
    terminals.merge([], gone=[1])
    assert [row.terminal.id for row in terminals.rows.rows()] == [2]


def test_the_list_is_filtered_by_link_and_refusals(terminals):
    terminals.merge([status(1), status(2, online=False, end=SessionEnd.IDLE), status(3, refused={"checksum": 2})])
    found = {}
    for links in Links:
        terminals.choose_filter(links)
        found[links] = [row.terminal.id for row in terminals.rows.rows()]
    assert found == {Links.ALL: [1, 2, 3], Links.ONLINE: [1, 3], Links.OFFLINE: [2], Links.REFUSED: [3]}
    texts = {c.id: c.text(terminals.rows.row(2)) for c in terminals.rows.columns}
    assert texts["link"] == "Off line, silent for too long"
    hint = next(c for c in terminals.rows.columns if c.id == "refused").hint
    assert hint(terminals.rows.row(3)) == "Wrong check byte: 2"


def test_an_empty_list_says_what_to_do(terminals):
    terminals.say("No terminals yet. Enter them in the register.")
    assert terminals.table.empty == "No terminals yet. Enter them in the register."
    terminals.search.setText("nobody")
    assert terminals.table.empty == "No terminal is like this. Esc clears the search."


def test_only_what_changed_is_handed_to_the_window():
    class Service:
        rows = [status(1), status(2), status(3)]  # noqa: RUF012

        def gateway(self):
            return None

        def terminals(self, ids=None):
            return [row for row in self.rows if ids is None or row.terminal.id in ids]

    service = Service()
    known = KnownTerminals(service)
    assert len(known.read(None).changed) == 3
    assert known.read(None).changed == []
    service.rows = [status(1), status(2, online=False)]
    change = known.read(frozenset({2}))
    assert [row.terminal.id for row in change.changed] == [2]
    assert change.counts[Links.ONLINE] == 2
    change = known.read(None)
    assert (change.changed, change.gone, change.counts[Links.ALL]) == ([], [3], 2)
    assert (known.of_vehicle(2), known.of_vehicle(3)) == (2, None)


def test_the_strip_says_what_comes_in_at_the_port_for_video(theme, qtbot):
    strip = GatewayStrip(theme, lambda: NOW_S)
    qtbot.addWidget(strip)
    strip.show_status(gateway())
    assert strip.video.isHidden()
    stream = VideoStream("13900000001", 1, False, "10.0.0.9:4000", False, NOW, watchers=2)
    streams = (stream, replace(stream, channel=2, watchers=0), replace(stream, channel=3, until=NOW))
    counted = {"video_port": 1078, "video": streams, "video_refused": {"not_asked": 3}, "video_turned_away": 1}
    strip.show_status(gateway(**counted))
    assert not strip.video.isHidden()
    assert strip.video.text() == "Video: 2 streams, 1 watched, 4 refused"
    assert "Video not asked for: 3" in strip.video.toolTip()
    assert "port 1078" in strip.video.toolTip()
    strip.show_status(gateway(alive=False, **counted))
    assert strip.video.text() == "Video: 0 streams, 0 watched, 4 refused"


def test_nobody_is_promised_that_video_alone_enters_a_terminal():
    assert "only brings video" in wording.advice("unknown_terminal")
    assert wording.advice("not_asked")


# Gateway


def gateway(**numbers):
    return GatewayStatus("0.0.0.0:6808", NOW, NOW, numbers.pop("alive", True), **numbers)


def test_a_gateway_that_is_silent_is_called_so_and_its_rates_are_not_shown(theme, qtbot):
    strip = GatewayStrip(theme, lambda: NOW_S)
    qtbot.addWidget(strip)
    strip.show_status(None)
    assert "No gateway" in strip.state.text()
    strip.show_status(gateway(connections=7, frames_per_s=61.5, acknowledged=12345))
    assert strip._figures["frames"]._value.text() == "61.5"
    strip.show_status(gateway(alive=False, connections=7, frames_per_s=61.5, acknowledged=12345))
    assert "silent since" in strip.state.text()
    assert strip._figures["frames"]._value.text() == "–"
    assert strip._figures["acknowledged"]._value.text() == "12\u2009345"


def test_chips_that_have_no_room_are_counted(theme, qtbot):
    strip = GatewayStrip(theme, lambda: NOW_S)
    qtbot.addWidget(strip)
    strip.resize(600, 70)
    strip.show()
    strip.show_status(gateway(refused={str(reason): 100 - n for n, reason in enumerate(Refusal)}))
    shown = [reason for reason, button in strip._buttons.items() if button.isVisible()]
    assert shown == [str(reason) for reason in Refusal][: len(shown)]
    assert 0 < len(shown) < len(Refusal)
    assert strip._more.text() == f"{len(Refusal) - len(shown)} more"
    assert strip.minimumSizeHint().width() <= 600


def test_every_reason_has_a_name():
    assert [reason for reason in Refusal if wording.refusal(str(reason)) == str(reason)] == []


# Form


@pytest.fixture
def form(theme, qtbot):
    made = CommandForm(theme, lambda: NOW_S)
    qtbot.addWidget(made)
    made.show_terminal(status(1))
    return made


SAMPLES = {
    Input.TEXT: "ab",
    Input.INTEGER: 7,
    Input.FLAG: True,
    Input.MOMENT: dt.datetime(2026, 6, 10, 10, 42, tzinfo=BEIJING),
    Input.PAIRS: ((0x0055, "80"),),
}


def test_every_command_can_be_filled_in_and_sent(form, qtbot):
    for kind in COMMANDS:
        fill_in_and_send(form, kind, qtbot)


def fill_in_and_send(form, kind, qtbot):
    form.choose_kind(kind.KIND)
    expected = {}
    for field_ in kind.FORM:
        match field_.input:
            case Input.CHOICE:
                expected[field_.name] = field_.choices[-1].value
            case Input.SEVERAL:
                expected[field_.name] = (field_.choices[0].value, field_.choices[1].value)
            case how:
                expected[field_.name] = SAMPLES[how]
        asked(form.inputs[field_.name]).set_value(expected[field_.name])
    with qtbot.waitSignal(form.asked_to_send) as sent:
        form.send()
        if form.confirming:
            form.send()
    command, wait_s = sent.args
    assert type(command) is kind
    assert {f.name: getattr(command, f.name) for f in kind.FORM} == expected
    assert wait_s == 600.0


def test_a_fresh_form_has_the_usual_values(form):
    for name, field_ in ((command.KIND, field_) for command in COMMANDS for field_ in command.FORM):
        form.choose_kind(name)
        value = asked(form.inputs[field_.name]).value()
        if field_.default is not None and field_.input is not Input.SEVERAL:
            assert value == field_.default, field_.name
        if field_.secret:
            assert form.inputs[field_.name].echoMode() == form.inputs[field_.name].EchoMode.Password


def test_a_parameter_that_no_list_has_is_given_by_its_number(form):
    form.choose_kind("set_parameters")
    pairs = form.inputs["values"]
    assert isinstance(pairs, Pairs)
    which, value = pairs.lines[0]
    which.setEditText("0xF364")
    value.setText("01 02")
    assert pairs.value() == ((0xF364, "01 02"),)
    which.setEditText("speed")
    form.send()
    assert form.said == "“Parameters” does not take the value “(('speed', '01 02'),)”."


def test_parameters_are_found_by_a_part_of_their_names(form, qtbot):
    form.choose_kind("ask_parameters")
    several = form.inputs["numbers"]
    several.search.setText("最高速度")
    shown = [several.list.item(at).text() for at in range(several.list.count()) if not several.list.item(at).isHidden()]
    assert shown == ["0x0055 最高速度"]


def test_no_terminal_no_command(form):
    form.show_terminal(None)
    assert not form.send_button.isEnabled()
    assert form.said == "Choose a terminal first."


def test_another_terminal_takes_the_question_back(form):
    form.choose_kind("doors")
    form.send()
    assert form.confirming
    form.show_terminal(replace(status(1), online=False))
    assert form.confirming
    form.show_terminal(status(2))
    assert not form.confirming


def test_every_command_and_state_has_words():
    entry = CommandEntry(1, 1, "text", {"text": "前方结冰"}, "li", NOW, NOW)
    for state in CommandState:
        for result in CommandResult:
            assert wording.state(replace(entry, state=state))
            if state.settled and result:
                assert wording.result(replace(entry, state=state, result=result))
    assert wording.command(replace(entry, kind="of a newer version")) == "of a newer version"
    assert all(isinstance(kind.TITLE, str) for kind in BY_KIND.values())


def test_inputs_are_named_for_screen_readers(form):
    for kind in COMMANDS:
        form.choose_kind(kind.KIND)
        assert all(isinstance(w, QWidget) and w.accessibleName() for w in form.inputs.values())
