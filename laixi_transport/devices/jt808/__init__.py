"""JT/T 808 vehicle terminals: frames, messages, server side and terminal side, in the editions of 2011, 2013 and 2019.

It needs nothing of the rest of the product but ``devices.wire``, ``domain`` and the neighbours whose messages travel in
it (``jsatl``, ``jt1078``, ``recorder``). Reading what a terminal sends:

    from laixi_transport.devices.jt808.frame import FrameParser
    from laixi_transport.devices.jt808.message import decode_message

    parser = FrameParser()
    for frame in parser.feed(data):  # bytes of a stream, cut anywhere; parser.refused says what was no frame, and why
        print(frame.phone, decode_message(frame).body)  # Position(lat_deg=36.870493, ...); body.flat() for JSON

Writing to one:

    from laixi_transport.devices.jt808.message import encode
    from laixi_transport.devices.jt808.texts import TextFlag, TextMessage

    told = TextMessage(flag=TextFlag.DISPLAY | TextFlag.SPEECH, text="前方施工，请减速")
    wire = b"".join(encode(told, "13900000001", sequence=1, version=2013))

No bytes raise an exception; ``Fault`` says where a body stops to be readable. Whatever is not known, items, ids and
bytes behind the last field, is kept and written again unchanged.

Where to look: ``frame`` (stream <-> frames), ``catalogue`` (all messages by id), ``message`` (frame <-> record), one
module a topic for the messages, ``position`` and ``columns`` (positions fast, without records), ``packets``
(sub-packages), ``server`` and ``terminal`` (asyncio).

A vendor's item of the position report is added in one place, ``position_items``: a record with its ``TAG``,

    @record
    class Voltage(Item):
        TAG = 0xE3
        TITLE = "外接电压"
        CLAUSE = "the vendor's manual 2.4"

        voltage_v: float = u16("电压", per=10)

and an entry in ``POSITION_ITEMS`` there. Reading, writing, JSON, explanation, documentation and tests follow from it. A
message is added the same way, as a record with its ``ID``, in ``catalogue``.
"""
