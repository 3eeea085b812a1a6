"""Position reports: 0200 body <-> the content of a PositionReport.

Layout (JT/T 808-2019 tables 23 to 27): alarm DW, status DW, latitude DW, longitude DW (1e-6 degrees, signed by status
bits 2 and 3), altitude W, speed W (0.1 km/h), direction W, time BCD[6] in GMT+8, then items of id B, length B, value.
The altitude is read as signed: terminals in depressions send it so.

Terminals send the same items in the same order nearly always. So the items are not walked through report by report: the
first report of a kind gives a layout, one struct over the whole body with the expected ids and lengths, and the next
ones only compare those.
"""

from collections.abc import Callable
from operator import itemgetter
from struct import Struct
from typing import Any, Final

from laixi_transport.devices.jt808.fields import MINUTES, SIXTY, encode_time, minute_of
from laixi_transport.devices.jt808.frame import MAX_BODY
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.position import CONTENT, PositionReport, StatusBit

BASE_BYTES = 28

Content = tuple[Any, ...]
"""``PositionReport[CONTENT]``: time_s to other_items."""

ITEMS: Final = {
    0x01: "I",  # mileage
    0x02: "H",  # fuel
    0x03: "H",  # speed of the recorder
    0x25: "I",  # vehicle signals
    0x2A: "H",  # input and output bits
    0x2B: "I",  # analog inputs
    0x30: "B",  # signal strength
    0x31: "B",  # satellites
}
"""Items with a column of their own in the order of PositionReport -> form; all others are kept as received."""

_BASE = Struct(">IIIIhHH6s")
_BYTES = {"I": 4, "H": 2, "B": 1}
# As plain integers: the complement of a flag knows only the flag's own bits, and it is slow.
_LOCATED = int(StatusBit.LOCATED)
_SOUTH = int(StatusBit.SOUTH)
_WEST = int(StatusBit.WEST)
_NOTHING = (None,)
_LAYOUTS_PER_LENGTH = 4
_LAYOUT_ITEMS = 32
"""Layouts are kept for what terminals really send; invented ones must not fill the memory."""


class _Layout:
    """How to read the bodies that carry the same items with the same lengths in the same order."""

    __slots__ = ("other", "pick", "stop", "tags", "unpack")

    def __init__(self, body: bytes) -> None:
        form = ">IIIIhHH5sB"
        tags: list[int] = []
        places: dict[int, int] = {}
        other: list[slice] = []
        at = BASE_BYTES
        while at + 2 <= len(body):
            item, length = body[at], body[at + 1]
            end = at + 2 + length
            if end > len(body):
                break
            value = ITEMS.get(item)
            if value is not None and _BYTES[value] == length and item not in places:
                places[item] = 10 + 2 * len(tags)
                form += "H" + value
            else:  # unknown, of another length than the standard's, or there a second time
                form += f"H{length}s"
                other.append(slice(at, end))
            tags.append(item << 8 | length)
            at = end
        if at < len(body):  # the last item is cut off: the report is good, its rest is kept
            if at + 2 <= len(body):
                form += f"H{len(body) - at - 2}x"
                tags.append(body[at] << 8 | body[at + 1])
            else:
                form += "x"
            other.append(slice(at, len(body)))
        self.unpack: Callable[[bytes], tuple[Any, ...]] = Struct(form).unpack
        self.tags = tuple(tags)
        self.stop = 9 + 2 * len(tags)
        # Latitude to direction, alarm, status, then the items or, from the end of the values, None.
        self.pick: Callable[[tuple[Any, ...]], tuple[Any, ...]] = itemgetter(
            2, 3, 4, 5, 6, 0, 1, *(places.get(item, -1) for item in ITEMS)
        )
        self.other: Any = None if not other else other[0] if len(other) == 1 else other


_LAYOUTS: dict[int, tuple[_Layout, ...]] = {}


def decode_position(body: bytes) -> Content | Refusal:
    """Return the content of a 0200 body, or why it cannot be a report.

    Refused: fewer than 28 bytes, a time that is none (all zero, too), and coordinates off the globe if the terminal
    claims to be located. Without a fix such coordinates become 0, 0: they say nothing.
    """
    size = len(body)
    if size < BASE_BYTES:
        return Refusal.BODY_SHORT
    layouts = _LAYOUTS.get(size, ())
    for layout in layouts:
        values = layout.unpack(body)
        if values[9 : layout.stop : 2] == layout.tags:
            break
    else:
        layout = _Layout(body)
        if size <= MAX_BODY and len(layouts) < _LAYOUTS_PER_LENGTH and len(layout.tags) <= _LAYOUT_ITEMS:
            _LAYOUTS[size] = (*layouts, layout)
        values = layout.unpack(body)
    minute_s = MINUTES.get(values[7]) or minute_of(values[7])
    second_s = SIXTY.get(values[8])
    if minute_s is None or second_s is None:
        return Refusal.TIME
    if values[2] > 90_000_000 or values[3] > 180_000_000 or values[1] & (_SOUTH | _WEST):
        corrected = _corrected(values)
        if corrected is None:
            return Refusal.COORDINATES
        values = corrected
    other = layout.other
    if other is None:
        rest = b""
    elif other.__class__ is slice:
        rest = body[other]
    else:
        rest = b"".join([body[part] for part in other])
    return (minute_s + second_s, *layout.pick(values + _NOTHING), rest)


def _corrected(values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Return values with signed coordinates; None if they are off the globe though the terminal is located."""
    status, lat, lon = values[1:4]
    if lat > 90_000_000 or lon > 180_000_000:
        if status & _LOCATED:
            return None
        lat = lon = 0
    if status & _SOUTH:
        lat = -lat
    if status & _WEST:
        lon = -lon
    return (values[0], status, lat, lon, *values[4:])


def encode_position(report: PositionReport) -> bytes:
    """Return the 0200 body of a report; the hemispheres are taken from the signs of its coordinates.

    Raises ValueError for a time outside of 2000 to 2099 and struct.error for values that do not fit their fields.
    """
    content: Content = tuple(report)[CONTENT]
    time_s, lat, lon, altitude, speed, direction, alarm, status, *items = content[:-1]
    if lat:
        status = status | _SOUTH if lat < 0 else status & ~_SOUTH
    if lon:
        status = status | _WEST if lon < 0 else status & ~_WEST
    body = _BASE.pack(alarm, status, abs(lat), abs(lon), altitude, speed, direction, encode_time(time_s))
    for (item, form), value in zip(ITEMS.items(), items, strict=True):
        if value is not None:
            body += bytes((item, _BYTES[form])) + value.to_bytes(_BYTES[form])
    return body + report.other_items
