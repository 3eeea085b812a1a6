"""Pictures that were coded, sent and put together are pictures again."""

import asyncio
import threading

import numpy as np
import pytest

from laixi_transport.devices.jt1078.access_unit import AccessUnit, Assembler
from laixi_transport.devices.jt1078.clip import encode_clip, moving_pictures
from laixi_transport.devices.jt1078.decoder import Decoder, DecoderThread, Skip
from laixi_transport.devices.jt1078.hub import Hub
from laixi_transport.devices.jt1078.messages import Coding
from laixi_transport.devices.jt1078.sender import Packetizer, send_stream
from laixi_transport.devices.jt1078.server import StreamServer

PHONE = "13900000001"
COUNT = 12
CODECS = {Coding.H264: "libx264", Coding.H265: "libx265"}


@pytest.fixture(scope="module")
def originals():
    return list(moving_pictures(COUNT, width=320, height=180))


def units_of(originals, load_type=Coding.H264):
    coded = encode_clip(originals, key_interval=5, kilobits_s=1500, codec=CODECS[load_type])
    packetizer, assembler = Packetizer(PHONE, 2, load_type=load_type), Assembler()
    packets = [one for at, picture in enumerate(coded) for one in packetizer.picture(picture, 40 * at)]
    return [unit for one in packets if (unit := assembler.add(one))]


@pytest.mark.parametrize("load_type", CODECS)
def test_pictures_come_out_as_they_went_in(originals, load_type):
    decoder = Decoder()
    pictures = [picture for unit in units_of(originals, load_type) for picture in decoder.decode(unit)]
    assert [picture.timestamp_ms for picture in pictures] == [40 * at for at in range(COUNT)]
    assert (decoder.decoded, decoder.failed) == (COUNT, 0)
    for original, picture in zip(originals, pictures, strict=True):
        assert picture.pixels.shape == original.shape
        assert np.abs(picture.pixels.astype(int) - original).mean() < 12


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"pixels": "bgra"}, (180, 320, 4)),
        ({"pixels": "gray"}, (180, 320)),
        ({"pixels": "yuv420p"}, (270, 320)),
        ({"width": 160}, (90, 160, 3)),
    ],
)
def test_arrays_are_arranged_as_asked(originals, options, shape):
    decoder = Decoder(**options)
    pictures = decoder.decode(units_of(originals)[0])
    assert [picture.pixels.shape for picture in pictures] == [shape]


def test_only_key_frames_can_be_asked_for(originals):
    decoder = Decoder(skip=Skip.ALL_BUT_KEYS)
    pictures = [picture for unit in units_of(originals) for picture in decoder.decode(unit)]
    assert [picture.timestamp_ms for picture in pictures] == [0, 200, 400]
    assert all(picture.key for picture in pictures)


def test_what_cannot_be_decoded_is_counted_and_the_rest_decoded(originals):
    decoder = Decoder()
    units = units_of(originals)
    broken = units[0]._replace(data=b"\x00\x00\x00\x01\x65" + bytes(range(1, 200)))
    assert decoder.decode(broken) == []
    assert decoder.failed == 1
    assert sum(len(decoder.decode(unit)) for unit in units) == COUNT


@pytest.mark.expects_warnings("load type 101")
def test_a_coding_that_nobody_knows_is_said_once():
    decoder = Decoder()
    unit = AccessUnit(PHONE, 1, Coding.SVAC, True, 0, b"\x00\x00\x01", 1)
    assert [decoder.decode(unit), decoder.decode(unit)] == [[], []]
    assert decoder.failed == 2


def test_from_the_camera_to_arrays_over_a_link(originals):
    coded = list(encode_clip(originals, key_interval=5))
    got, complete = [], threading.Event()

    def on_picture(picture):
        got.append(picture)
        if len(got) == COUNT:
            complete.set()

    async def scene(thread):
        server = StreamServer(Hub())
        await server.start("127.0.0.1", 0)
        subscription = server.hub.subscribe(PHONE, 2, thread.take)
        await send_stream("127.0.0.1", server.port, Packetizer(PHONE, 2), coded, fps=0)
        assert await asyncio.to_thread(complete.wait, 20)
        assert (subscription.taken, subscription.lost) == (COUNT, 0)
        await server.stop()

    thread = DecoderThread("camera-2", on_picture)
    try:
        asyncio.run(scene(thread))
    finally:
        thread.close()
    assert [picture.timestamp_ms for picture in got] == [40 * at for at in range(COUNT)]


def test_a_thread_that_is_full_takes_no_more_and_finishes_what_it_has(originals):
    units = units_of(originals)
    hold, got = threading.Event(), []

    def on_picture(picture):
        hold.wait(20)
        got.append(picture)

    thread = DecoderThread("camera-2", on_picture, max_units=3)
    try:
        taken = [thread.take(unit) for unit in units]
    finally:
        hold.set()
        thread.close(finish=True)
    assert taken[:3] == [True] * 3
    assert not taken[-1]
    assert len(got) == sum(taken)
    assert thread.take(units[0]) is False


@pytest.mark.expects_warnings("was not taken")
def test_a_picture_that_is_not_taken_costs_no_other(originals):
    got = []

    def on_picture(picture):
        got.append(picture)
        if len(got) == 2:
            raise RuntimeError("no room on the screen")

    thread = DecoderThread("camera-2", on_picture)
    for unit in units_of(originals):
        assert thread.take(unit)
    thread.close(finish=True)
    assert len(got) == COUNT
