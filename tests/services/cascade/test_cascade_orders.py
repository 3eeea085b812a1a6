"""What a platform above orders reaches the terminal, and the terminal's own answer goes up; over real sockets."""

import asyncio
import datetime as dt

import pytest

from laixi_transport.devices.jt808.answers import TerminalAnswer
from laixi_transport.devices.jt808.control import TerminalControl
from laixi_transport.devices.jt808.driver import Card, DriverCard
from laixi_transport.devices.jt808.frame import encode_frames
from laixi_transport.devices.jt808.media import TakePhoto
from laixi_transport.devices.jt808.telephone import CallBack
from laixi_transport.devices.jt808.texts import TextMessage
from laixi_transport.devices.jt809 import control, vehicles
from laixi_transport.devices.jt809.control import PhotoAnswer
from laixi_transport.domain.command import CommandState
from laixi_transport.domain.time import utc_now
from laixi_transport.services.cascade import orders
from laixi_transport.services.cascade.service import CascadeService
from laixi_transport.services.cascade.uplink import Uplink
from laixi_transport.services.ingest.gateway import Gateway
from laixi_transport.storage.media import MediaFiles
from tests.services.cascade.conftest import USER
from tests.services.station import CODE, PHONE, Client, position_body

PLATE = "鲁B00042D"
ABOUT = {"plate_no": PLATE, "plate_color": 2}
PICTURE = bytes(range(256)) * 9


@pytest.fixture
def county(store, station_over, tmp_path):
    """Return what runs a test with a terminal at a gateway of ours and a platform above."""
    known = store.register.enter_terminal(PHONE, plate=PLATE, auth_code=CODE)

    def run(version, test):
        station = station_over(store, version)
        quick = station.service._make
        station.service._make = lambda *given: _with_media(quick(*given), MediaFiles(tmp_path))

        async def whole():
            gateway = Gateway(store, media=tmp_path)
            await gateway.start()
            client = await asyncio.to_thread(Client, gateway.port)
            try:
                assert await asyncio.to_thread(client.sign_on) == 0
                await station.linked()
                await station.upper.until(lambda: PLATE in station.upper.received.registered)
                await test(station, client)
            finally:
                client.close()
                await gateway.stop()

        station.clock = utc_now
        station.service = CascadeService(
            store, runs=True, now=utc_now, uplink=lambda *given: _with_media(quick(*given), MediaFiles(tmp_path))
        )
        station.run(whole)
        return known

    return run


def _with_media(uplink: Uplink, files: MediaFiles) -> Uplink:
    uplink._orders._files = files
    return uplink


async def told(client, kind):
    """Return the sequence and the body of the next message of a kind to the terminal."""
    while True:
        frame = await asyncio.to_thread(client.read)
        if frame.msg_id == kind.ID:
            return frame.sequence, kind.decode(frame.body, version=client.version)


def take(client, sequence, kind, result=0):
    client.send(0x0001, TerminalAnswer(resp_seq=sequence, resp_id=kind.ID, result=result).encode())


async def answered(station, kind):
    """Return the answer that went up."""
    await station.upper.until(lambda: station.upper.received.of(kind))
    [message] = station.upper.received.of(kind)
    assert message.envelope.plate_no == PLATE
    return message.envelope.data


ORDERS = [
    (control.VehicleText(info_id=4, priority=0, info="靠边停车"), TextMessage, control.VehicleTextAnswer),
    (control.Listen(tel="05328466"), CallBack, control.ListenAnswer),
    (
        control.Emergency(
            auth_code="12345678901234567890", access_point="cmnet", user="u", password="p", server_ip="203.0.113.9",
            tcp_port=8080, udp_port=0, end=int(dt.datetime(2040, 1, 1, tzinfo=dt.UTC).timestamp()),
        ),
        TerminalControl,
        control.EmergencyAnswer,
    ),
]  # fmt: skip


@pytest.mark.parametrize("result", [0, 1])
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order[0]).__name__)
def test_an_order_reaches_the_terminal_and_its_answer_goes_up(store, county, version, order, result):
    data, downwards, upwards = order

    async def test(station, client):
        seq = station.upper.send(USER, data, **ABOUT)
        sequence, body = await told(client, downwards)
        if downwards is TextMessage:
            assert body.text == "靠边停车"
        elif downwards is CallBack:
            assert body.phone_no == "05328466"
        else:
            assert body.parameters.startswith(b"0;12345678901234567890;cmnet;u;p;203.0.113.9;8080;0;")
        take(client, sequence, downwards, result)
        answer = await answered(station, upwards)
        assert answer.result == result
        if version == 2019:
            assert (answer.source_sub_id, answer.source_seq) == (data.SUB, seq)

    known = county(version, test)
    [entry] = store.commands.last(known.id, 5)
    assert entry.made_by == "市平台"
    assert entry.state is (CommandState.FAILED if result else CommandState.ANSWERED)


def test_a_picture_that_is_ordered_goes_up(county, version):
    async def test(station, client):
        station.upper.send(USER, control.Photo(channel=2, resolution=1), **ABOUT)
        sequence, body = await told(client, TakePhoto)
        assert (body.channel, body.resolution) == (2, 1)
        client.send(0x0805, sequence.to_bytes(2) + bytes.fromhex("00 0001 0000002a"))
        whole = bytes.fromhex("0000002a 00 00 00 02") + position_body(7)[:28] + PICTURE
        for frame in encode_frames(0x0801, client.phone, 500, whole, version=client.version):
            client.sock.sendall(frame)
        answer = await answered(station, PhotoAnswer)
        assert (answer.result, answer.channel, answer.format, answer.data) == (orders.PHOTO_TAKEN, 2, 1, PICTURE)
        assert answer.pos.lat_deg == pytest.approx(36.870007)

    county(version, test)


def test_a_terminal_without_a_camera_is_told_as_such(county, version):
    async def test(station, client):
        station.upper.send(USER, control.Photo(channel=9, resolution=1), **ABOUT)
        sequence, _ = await told(client, TakePhoto)
        client.send(0x0805, sequence.to_bytes(2) + bytes.fromhex("02 0000"))
        answer = await answered(station, PhotoAnswer)
        assert (answer.result, answer.data) == (orders.PHOTO_FAILED, b"")

    county(version, test)


def test_the_recorder_is_read_for_the_platform_above(county, version):
    block = bytes.fromhex("557a 02 0006 00 261123163000")
    block += bytes((0,))
    check = 0
    for byte in block[:-1]:
        check ^= byte
    block = block[:-1] + bytes((check,))

    async def test(station, client):
        station.upper.send(USER, control.RecorderRequest(command=2, **({} if version == 2011 else {
            "begin_utc": 0, "end_utc": 0})), **ABOUT)  # fmt: skip
        while (frame := await asyncio.to_thread(client.read)).msg_id != 0x8700:
            pass
        assert frame.body[0] == 2
        client.send(0x0700, frame.sequence.to_bytes(2) + b"\x02" + block)
        answer = await answered(station, control.RecorderAnswer)
        assert answer.data == block

    county(version, test)


def test_the_driver_is_asked_for_the_platform_above(county, version):
    async def test(station, client):
        station.upper.send(USER, vehicles.DriverRequest(flag=None if version == 2011 else 0), **ABOUT)
        while (await asyncio.to_thread(client.read)).msg_id != 0x8702:
            pass
        card = Card(
            driver_name="王海", qualification="3702850001", issuer="莱西市交通运输局", cert_expiry=dt.date(2030, 5, 1)
        )
        shown = DriverCard(status=1, time=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), read_result=0, card=card)
        client.send(0x0702, shown.encode(version=2013))
        answer = await answered(station, vehicles.DriverAnswer)
        assert (answer.driver_name, answer.qualification, answer.issuer) == ("王海", "3702850001", "莱西市交通运输局")

    county(version, test)


def test_what_is_ordered_of_an_unknown_vehicle_or_cannot_be_said_is_answered_not_done(county, version):
    async def test(station, client):
        station.upper.send(USER, control.Listen(tel="1"), plate_no="鲁B00099D", plate_color=2)
        await station.upper.until(lambda: station.upper.received.of(control.ListenAnswer))
        access = ORDERS[2][0]
        wrong = control.Emergency(
            auth_code=access.auth_code, access_point="a;b", user="", password="", server_ip="203.0.113.9", tcp_port=1,
            udp_port=0, end=access.end,
        )  # fmt: skip
        station.upper.send(USER, wrong, **ABOUT)
        await station.upper.until(lambda: station.upper.received.of(control.EmergencyAnswer))
        for kind in (control.ListenAnswer, control.EmergencyAnswer):
            assert station.upper.received.of(kind)[0].envelope.data.result == orders.NOT_DONE

    county(version, test)
