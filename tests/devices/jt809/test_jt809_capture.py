"""A link between platforms can be captured like any port."""

import asyncio

from laixi_transport.devices.capture import CaptureWriter, Event, read_capture
from laixi_transport.devices.jt809.frame import FrameParser
from laixi_transport.devices.jt809.lower import LowerLink, LowerTerms
from laixi_transport.devices.jt809.terms import Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform

USER, CENTRE = 370285, 37028500


def test_what_the_platforms_say_to_each_other_is_in_the_capture(tmp_path):
    path = tmp_path / "cascade.capture"

    async def run() -> None:
        with CaptureWriter(path) as writer:
            terms = Terms(center_id=CENTRE, tap=writer.tap("jt809"))
            upper = UpperPlatform({USER: Account(password="secret", center_id=CENTRE)}, terms, pause_s=0.01)
            await upper.start()
            lower = LowerLink(
                LowerTerms(
                    host="127.0.0.1",
                    port=upper.port,
                    user_id=USER,
                    password="secret",
                    center_id=CENTRE,
                    listen_host="127.0.0.1",
                    pauses_s=(0.01,),
                ),
                lambda message, via: None,
                lambda state: None,
            )
            task = asyncio.create_task(lower.run())
            await upper.until(lambda: upper.linked(USER) == (True, True))
            await lower.way().confirmed()
            task.cancel()
            await asyncio.wait({task})
            await upper.vanish()

    asyncio.run(run())
    ids: dict[Event, set[int]] = {Event.RECEIVED: set(), Event.SENT: set()}
    parsers: dict[tuple[int, Event], FrameParser] = {}
    records = list(read_capture(path))
    for record in records:
        assert record.port == "jt809"
        if record.data:
            parser = parsers.setdefault((record.connection, record.event), FrameParser())
            ids[record.event] |= {frame.header.msg_id for frame in parser.feed(record.data)}
    assert {0x1001, 0x1005, 0x9002} <= ids[Event.RECEIVED]  # login, keep-alive, answer on the sub link
    assert {0x1002, 0x1006, 0x9001} <= ids[Event.SENT]
    opened = [record.connection for record in records if record.event == Event.OPENED]
    assert sorted(opened) == sorted(record.connection for record in records if record.event == Event.CLOSED)
    assert len(opened) == 2
