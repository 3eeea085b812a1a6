"""Reading packets of video streams, blocks of alarm files and blocks of recorders: single things, one record each."""

from laixi_transport.devices.jsatl.file_block import FileBlock
from laixi_transport.devices.jt1078.packet_layout import StreamPacket
from laixi_transport.devices.recorder.block import ANSWERED, RecorderAnswer, RecorderRequest
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.services.decoding.reading import Reading, Terms

LENGTH_BYTES = {"body": 2, "data": 4}
"""Bytes of the length in front of the part whose size varies."""


def read_packet(data: bytes, terms: Terms) -> Reading:
    """Return what a packet of JT/T 1078 holds; ``remain`` is what stands behind it."""
    return _read(StreamPacket, data, terms)


def read_file_block(data: bytes, terms: Terms) -> Reading:
    """Return what a block of an alarm's file holds; ``remain`` is what stands behind it."""
    return _read(FileBlock, data, terms)


def read_recorder_block(data: bytes, terms: Terms) -> Reading:
    """Return what a block of a driving recorder holds."""
    answered = data[:2] == ANSWERED.to_bytes(2)
    return _read(RecorderAnswer if answered else RecorderRequest, data, terms)


def _read(kind: type[Record], data: bytes, terms: Terms) -> Reading:
    reading = Reading()
    record = reading.take(kind, data, terms)
    if isinstance(record, Record):
        reading.add({"remain": record.rest.hex()})
        reading.fields.pop("rest", None)
    elif record.reason is Refusal.BODY_SHORT:
        # A head says how long the body is: it is cut off itself, or what it says is not there.
        head = record.offset + LENGTH_BYTES.get(record.field, len(data) + 1)
        reading.faults[:] = [Refusal.HEADER_SHORT] if len(data) < head else [Refusal.BODY_LENGTH, Refusal.BODY_SHORT]
        reading.add({"remain": data[head if head <= len(data) else 0 :].hex()})
    else:
        reading.add({"remain": data.hex()})
    return reading
