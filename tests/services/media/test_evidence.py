"""An alarm that tells of files is asked for them once, and again while some are missing."""

import datetime as dt

import pytest

from laixi_transport.devices.attachments.client import LocalFile, bring_files
from laixi_transport.devices.jsatl.evidence import alarm_number, evidence_in, read_ident
from laixi_transport.devices.jsatl.ident import AlarmIdent, WideAlarmIdent
from laixi_transport.devices.jsatl.items import AdasAlarm, BlindSpotAlarm
from laixi_transport.devices.jsatl.messages import FetchAttachments
from laixi_transport.devices.jt808.answers import PlatformAnswer, TerminalAnswer
from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.domain.command import CommandState
from laixi_transport.services.commands.media_commands import FetchFiles
from laixi_transport.services.commands.service import CommandService
from laixi_transport.services.media import evidence as module
from tests.services.station import PHONE, WAIT_S, position_body

AT = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
FILES = ("00_65_6401_0_one.jpg", "02_65_6401_1_two.mp4")


def item(files=2, seq=0, kind=AdasAlarm, ident=None):
    """Return an alarm as an item of a position."""
    ident = ident or AlarmIdent(terminal_id="0000001", time=AT, seq=seq, attach_count=files)
    special = {}
    if kind is AdasAlarm:
        special = {"level": 2, "front_speed_kmh": 0, "front_distance_100ms": 9, "deviation_type": 0, "sign_type": 0}
        special |= {"sign_data": 0}
    alarm = kind(
        alarm_id=7, flag=1, type=1, speed_kmh=60, altitude_m=30, lat_deg=36.87, lon_deg=120.52, time=AT,
        vehicle_state=0x401, ident=ident, **special,
    )  # fmt: skip
    value = alarm.encode()
    return bytes((kind.TAG, len(value))) + value


@pytest.fixture
def listening(station, folder, known):
    """Return what starts a gateway with a port for files of alarms."""

    def start(**how):
        return station.start(media=folder, attachments=("127.0.0.1", 0), **how)

    return start


def asked(client):
    """Return the sequence and the body of the next 9208; other answers are passed over."""
    while True:
        frame = client.read()
        if frame.msg_id == FetchAttachments.ID:
            return frame.sequence, FetchAttachments.decode(frame.body)


def take(client, sequence):
    """Say that the command was taken."""
    client.send(0x0001, TerminalAnswer(resp_seq=sequence, resp_id=0x9208, result=Result.OK).encode())


def settled(store, terminal_id, n=1):
    """Return the newest commands once so many of them are settled."""
    for _ in range(2000):
        store.writer.run(lambda session: None).result(WAIT_S)
        found = store.commands.last(terminal_id, 10)
        if sum(one.state.settled for one in found) >= n:
            return found
    raise AssertionError(found)


def bring(station, order, files=FILES):
    return station.call(
        bring_files(
            order.server_ip, order.tcp_port, phone=PHONE, ident=order.ident, alarm_no=order.alarm_no,
            files=[LocalFile(name, name.encode() * 50) for name in files],
        )
    )  # fmt: skip


def until_words(store, command_id, words):
    for _ in range(2000):
        store.writer.run(lambda session: None).result(WAIT_S)
        if store.commands.get(command_id).detail == words:
            return
    raise AssertionError(store.commands.get(command_id).detail)


def test_an_alarm_with_files_is_asked_for_them_and_what_has_come_is_told(station, store, known, listening):
    listening()
    client = station.signed_on()
    client.send(MessageId.POSITION, position_body(items=item()))
    sequence, order = asked(client)
    assert (order.server_ip, order.tcp_port) == ("127.0.0.1", station.look(lambda g: g.attachments.port))
    assert (order.ident.time, order.ident.attach_count) == (AT, 2)
    take(client, sequence)
    assert bring(station, order).done == list(FILES)
    [entry] = settled(store, known.id)
    assert (entry.made_by, entry.state) == ("gateway", CommandState.ANSWERED)
    until_words(store, entry.id, "2 of 2 files have come")
    assert [media.name for media in store.media.of_alarm(known.id, order.alarm_no)] == list(FILES)


def test_files_that_come_before_the_terminals_answer_are_told_of_too(station, store, known, listening):
    listening()
    client = station.signed_on()
    client.send(MessageId.POSITION, position_body(items=item()))
    sequence, order = asked(client)
    assert bring(station, order).done == list(FILES)
    take(client, sequence)
    [entry] = settled(store, known.id)
    until_words(store, entry.id, "2 of 2 files have come")
    station.until(lambda g: not g.files._open)


def test_an_alarm_that_is_reported_again_is_asked_for_once_even_by_another_gateway(station, store, known, listening):
    for _ in range(2):
        listening()
        client = station.signed_on()
        for step in range(3):
            client.send(MessageId.POSITION, position_body(step, items=item()))
        answers = [frame.msg_id for frame in (client.read() for _ in range(3))]
        while answers.count(PlatformAnswer.ID) < 3:
            answers.append(client.read().msg_id)
        station.stop()
    assert len(store.commands.last(known.id, 10)) == 1


def test_missing_files_are_asked_for_again_but_not_for_ever(station, store, known, listening, monkeypatch):
    before = module.EvidenceService.__init__.__kwdefaults__
    monkeypatch.setattr(module.EvidenceService.__init__, "__kwdefaults__", before | {"patience_s": 0.05})
    monkeypatch.setattr(module, "TICK_S", 0.01)
    listening()
    client = station.signed_on()
    client.send(MessageId.POSITION, position_body(items=item()))
    numbers = []
    for _ in range(module.TRIES):
        sequence, order = asked(client)
        take(client, sequence)
        numbers.append(order.alarm_no)
    assert len(set(numbers)) == 1
    station.until(lambda g: not g.files._open)
    found = settled(store, known.id, module.TRIES)
    assert len(found) == module.TRIES
    until_words(store, found[0].id, "0 of 2 files have come")


def test_the_switch_leaves_the_asking_to_operators(station, store, known, listening):
    listening(fetch_files=False)
    client = station.signed_on()
    assert client.report(items=item()) == Result.OK
    assert store.commands.last(known.id, 10) == []
    ident = AlarmIdent(terminal_id="0000001", time=AT, seq=0, attach_count=2).encode()
    CommandService(store).send(known.id, FetchFiles(ident=ident.hex()), by="李工").result(WAIT_S)
    sequence, order = asked(client)
    take(client, sequence)
    assert order.alarm_no == alarm_number(PHONE, ident)
    assert bring(station, order).done == list(FILES)


def test_without_a_port_for_files_the_operator_is_told(station, store, known, folder):
    station.start(media=folder)
    station.signed_on()
    ident = AlarmIdent(terminal_id="0000001", time=AT, seq=0, attach_count=2).encode()
    CommandService(store).send(known.id, FetchFiles(ident=ident.hex()), by="李工").result(WAIT_S)
    [entry] = settled(store, known.id)
    assert entry.state is CommandState.FAILED
    assert "--attachments" in entry.detail


def test_alarms_without_files_and_broken_ones_are_passed_over():
    good = item(seq=3)
    wide = item(ident=WideAlarmIdent(terminal_id="0000001", time=AT, seq=4, attach_count=1), kind=BlindSpotAlarm)
    found = evidence_in(b"\xe1\x01\x05" + item(files=0) + good + wide + good[:20])
    assert [(one.tag, one.files, len(one.ident)) for one in found] == [(0x64, 2, 16), (0x67, 1, 40)]
    assert [read_ident(one.ident).seq for one in found] == [3, 4]
    assert all(len(alarm_number(PHONE, one.ident)) == 32 for one in found)
    with pytest.raises(ValueError, match="16 or 40"):
        read_ident(b"12")
