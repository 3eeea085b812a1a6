"""Position reports by the ten thousand: a stream of frames -> columns.

For re-computing from kept frames, for captures and for re-uploads of whole fleets. What comes out is what
``frame.parse_frame`` and ``position.decode_position`` give for each frame, held to by tests; here it is computed for
all frames at once that have the same length and the same items in the same order. Frames that are not plain position
reports, and those of a shape that comes but a few times, go the single way.

How: all escapes are taken out of the whole stream; frames of one length are copied into the rows of one matrix; rows
are compared, eight bytes at a time, with the ids and lengths of items that a layout expects; the fields of the rows
that fit are strided views of the matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from laixi_transport.devices.jt808.fields import month_begins
from laixi_transport.devices.jt808.frame import (
    ENCRYPTION,
    MAX_BODY,
    MAX_WIRE,
    PACKAGED,
    VERSION_2019,
    Frame,
    parse_frame,
)
from laixi_transport.devices.jt808.ids import MessageId
from laixi_transport.devices.jt808.position import BASE_BYTES, ITEMS, decode_position
from laixi_transport.devices.wire.refusal import Refusal, Refused
from laixi_transport.domain.position import CONTENT, PositionReport, StatusBit

_COMPUTED: Final = frozenset({"lat_e6", "lon_e6"})
ABSENT: Final = -1
"""In the column of an item: the report does not carry it."""

_BASE: Final = {"lat_e6": "i4", "lon_e6": "i4", "altitude_m": "i2", "speed_dkmh": "u2", "direction_deg": "u2"} | {
    "alarm_bits": "u4",
    "status_bits": "u4",
}
_CONTENT: Final = PositionReport._fields[CONTENT]
_ITEM_NAMES: Final = _CONTENT[1 + len(_BASE) : -1]
_OFFSETS: Final = {
    "alarm_bits": 0,
    "status_bits": 4,
    "lat_e6": 8,
    "lon_e6": 12,
    "altitude_m": 16,
    "speed_dkmh": 18,
    "direction_deg": 20,
}
_TIME: Final = 22
_FORMS: Final = {"I": ">u4", "H": ">u2", "B": "u1"}
_DELIMITER: Final = 0x7E
_ESCAPE: Final = 0x7D
_LOCATED: Final = np.uint32(StatusBit.LOCATED)
_SOUTH: Final = np.uint32(StatusBit.SOUTH)
_WEST: Final = np.uint32(StatusBit.WEST)
_SHORTEST: Final = 13 + BASE_BYTES
_LONGEST: Final = 22 + MAX_BODY
"""Bytes of header, body and check; shorter and longer pieces go the single way."""
_AT_ONCE: Final = 8192
"""Pieces that are worked on together; more of them would not stay in the processor's cache."""
_FEW: Final = 8
"""Rows of one shape below which it is not worth to learn it."""
_LAYOUTS_PER_LENGTH: Final = 8


def _wire_form(form: str) -> str:
    """Return how a column stands on the wire; the signs of coordinates are bits of the status."""
    return ">" + ("u4" if form == "i4" else form)


_DIGITS = np.full(256, -100, np.int32)
for _tens in range(10):
    _DIGITS[16 * _tens : 16 * _tens + 10] = np.arange(10 * _tens, 10 * _tens + 10)
_MONTH_BEGINS_S = np.array(month_begins(), np.int64)  # of 2000 to 2099, and of the month after
_MONTH_DAYS = (np.diff(_MONTH_BEGINS_S) // 86_400).astype(np.int32)

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Columns:
    """Position reports of a stream, in its order.

    index       (n,) which piece between two delimiters of the stream each came in, counted from 0
    address     (n, 10) phones as in the headers, BCD, filled up with zeros on the left; see ``phone``
    sequence    (n,) sequence numbers
    content     by the names of ``PositionReport``, time_s to satellites: (n,) integers in its units; items that a
                report does not carry are ``ABSENT``
    other_items by row: every other item of a report that has one, id-length-value as received
    others      what else stood between delimiters, with its index: frames of other messages and refused bytes
    rest        bytes behind the last delimiter: the begin of what comes next
    """

    index: NDArray[np.int64]
    address: Bytes
    sequence: NDArray[np.uint16]
    content: dict[str, NDArray[Any]]
    others: tuple[tuple[int, Frame | Refused], ...]
    rest: bytes
    other_items: dict[int, bytes]

    def __len__(self) -> int:
        return len(self.index)

    def phone(self, row: int) -> str:
        """Return the phone of a report without leading zeros."""
        return bytes(self.address[row]).hex().upper().lstrip("0")

    def report(self, row: int) -> tuple[Any, ...]:
        """Return a report as ``decode_position`` does."""
        values = [int(self.content[name][row]) for name in _CONTENT[:-1]]
        items = (None if value == ABSENT else value for value in values[1 + len(_BASE) :])
        return (*values[: 1 + len(_BASE)], *items, self.other_items.get(row, b""))


class _Layout:
    """Where the fields are in payloads of one length with the same header and the same items in the same order."""

    __slots__ = ("columns", "dtype", "head", "mask", "other_bytes", "plain", "time_at", "wanted", "words")

    def __init__(self, payload: bytes, width: int) -> None:
        """Learn from a payload with a right checksum, whose row is ``width`` bytes wide."""
        msg_id, properties = int.from_bytes(payload[:2]), int.from_bytes(payload[2:4])
        self.head = 17 if properties & VERSION_2019 else 12
        self.time_at = self.head + _TIME
        body_bytes = len(payload) - self.head - 1
        self.plain = (
            msg_id == MessageId.POSITION
            and not properties & (PACKAGED | ENCRYPTION)
            and body_bytes == properties & MAX_BODY
            and body_bytes >= BASE_BYTES
        )
        fields = {name: (self.head + at, _wire_form(_BASE[name])) for name, at in _OFFSETS.items()}
        heads: list[int] = []
        self.other_bytes: list[int] = []
        if self.plain:
            self._learn_items(payload, fields, heads)
        self.columns = tuple(name for name in fields if name not in _COMPUTED)
        fields["sequence"] = (self.head - 2, ">u2")
        self.dtype = np.dtype(
            {
                "names": list(fields),
                "formats": [form for _, form in fields.values()],
                "offsets": [at for at, _ in fields.values()],
                "itemsize": max(width, self.head + BASE_BYTES),
            }
        )
        mask = np.zeros(width, np.uint8)
        mask[[0, 1, 2, 3, *heads]] = 0xFF
        row = np.zeros(width, np.uint8)
        row[: len(payload)] = np.frombuffer(payload, np.uint8)
        self.mask = mask.view(np.uint64)
        self.wanted = row.view(np.uint64) & self.mask
        self.words: list[int] = np.flatnonzero(self.mask).tolist()

    def _learn_items(self, payload: bytes, fields: dict[str, tuple[int, str]], heads: list[int]) -> None:
        """Find the items; the same rules as in ``position``.

        fields  takes offset and form of the items with a column of their own
        heads   takes the offsets of all ids and lengths
        """
        names = dict(zip(ITEMS, _ITEM_NAMES, strict=True))
        at = self.head + BASE_BYTES
        stop = len(payload) - 1
        while at + 2 <= stop:
            item, length = payload[at], payload[at + 1]
            end = at + 2 + length
            heads += (at, at + 1)
            if end > stop:
                break
            form = _FORMS.get(ITEMS.get(item, ""))
            if form is not None and np.dtype(form).itemsize == length and names[item] not in fields:
                fields[names[item]] = (at + 2, form)
            else:
                self.other_bytes += range(at, end)
            at = end
        self.other_bytes += range(at, stop)

    def matching(self, words: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return which rows have this layout."""
        fits: NDArray[np.bool_] = (words[:, 0] & self.mask[0]) == self.wanted[0]
        for at in self.words[1:]:
            fits &= (words[:, at] & self.mask[at]) == self.wanted[at]
        return fits


_LAYOUTS: dict[int, list[_Layout]] = {}


@dataclass(slots=True)
class _Chunk:
    """Rows of one layout."""

    index: NDArray[np.int64]
    rows: Bytes
    layout: _Layout
    time_s: NDArray[np.int64]
    lat_e6: NDArray[np.int32]
    lon_e6: NDArray[np.int32]


def decode_columns(data: bytes) -> Columns:
    """Return the position reports of a stream, and what else was in it; never raises.

    data  bytes as received from the begin of a stream, or ``rest`` of the call before and what came behind it
    """
    octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets == _DELIMITER)
    if not len(ends):
        return _gathered([], [], data)
    starts = np.empty_like(ends)
    starts[0] = 0
    starts[1:] = ends[:-1] + 1
    parts = [
        _part(data, octets, starts[at : at + _AT_ONCE], ends[at : at + _AT_ONCE], at)
        for at in range(0, len(ends), _AT_ONCE)
    ]
    return _joined(parts, data[int(ends[-1]) :])


def _part(data: bytes, octets: Bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], number: int) -> Columns:
    """Return what some of the pieces hold, the first of which has this number."""
    base = int(starts[0])
    plain, begins, lengths, single = _unescaped(octets[base : int(ends[-1]) + 1], starts - base, ends - base)
    if not number:
        single[0] = True  # what stands before the first delimiter is no frame
    single |= (lengths < _SHORTEST) | (lengths > _LONGEST)
    chunks: list[_Chunk] = []
    chosen = np.flatnonzero(~single)
    if len(chosen):
        order = chosen[np.argsort(lengths[chosen].astype(np.uint16), kind="stable")]
        borders = np.flatnonzero(np.diff(lengths[order])) + 1
        for group in np.split(order, borders):
            length = int(lengths[group[0]])
            single[group] = True
            for chunk in _rows_of(plain, begins, group, length):
                single[chunk.index] = False
                chunk.index += number
                chunks.append(chunk)
    single &= ends > starts
    pieces = [(number + at, data[starts[at] : ends[at]]) for at in np.flatnonzero(single).tolist()]
    return _gathered(chunks, pieces)


def _joined(parts: list[Columns], rest: bytes) -> Columns:
    """Put parts of a stream behind each other."""
    other_items: dict[int, bytes] = {}
    done = 0
    for part in parts:
        other_items |= {done + row: data for row, data in part.other_items.items()}
        done += len(part)
    return Columns(
        np.concatenate([part.index for part in parts]),
        np.concatenate([part.address for part in parts]),
        np.concatenate([part.sequence for part in parts]),
        {name: np.concatenate([part.content[name] for part in parts]) for name in _CONTENT[:-1]},
        tuple(other for part in parts for other in part.others),
        rest,
        other_items,
    )


def _unescaped(
    octets: Bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[Bytes, NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Take the escapes out of all pieces.

    Returns the bytes with some room behind them, where each piece begins in them, how long it is, and which pieces hold
    an escape that is none.
    """
    doubtful = np.zeros(len(starts), np.bool_)
    escapes = np.flatnonzero(octets == _ESCAPE)
    if not len(escapes):
        return np.concatenate((octets, np.zeros(_LONGEST + 8, np.uint8))), starts, ends - starts, doubtful
    inside = escapes[escapes < ends[-1]]  # behind each of them stands at least a delimiter
    second = octets[inside + 1]
    sound = (second == 1) | (second == 2)
    doubtful[np.searchsorted(ends, inside[~sound])] = True
    removed = inside[sound] + 1
    keep = np.ones(len(octets), np.bool_)
    keep[removed] = False
    replaced = octets.copy()
    replaced[inside[sound]] = np.where(second[sound] == 1, _ESCAPE, _DELIMITER)
    plain = np.concatenate((replaced[keep], np.zeros(_LONGEST + 8, np.uint8)))
    begins = starts - np.searchsorted(removed, starts)
    stops = ends - np.searchsorted(removed, ends)
    return plain, begins, stops - begins, doubtful


def _rows_of(plain: Bytes, begins: NDArray[np.int64], group: NDArray[np.int64], length: int) -> Iterator[_Chunk]:
    """Yield the position reports among pieces of one length; those that are not yielded go the single way."""
    width = (length + 7) // 8 * 8
    windows: Bytes = np.ndarray((len(plain) - width + 1, width), np.uint8, plain, strides=(1, 1))
    rows = windows[begins[group]]
    rows[:, length:] = 0
    words = rows.view(np.uint64)
    index = group
    sound = _check(words) == 0
    if not sound.all():
        rows, words, index = rows[sound], words[sound], index[sound]
    layouts = _LAYOUTS.setdefault(length, [])
    known = iter(tuple(layouts))
    while len(index) >= _FEW:
        layout = next(known, None) or _Layout(rows[0, :length].tobytes(), width)
        fits = layout.matching(words)
        if not fits.any():
            continue
        if layout in layouts:
            layouts.remove(layout)
        layouts.insert(0, layout)  # the one that nothing has had for longest stands last
        del layouts[_LAYOUTS_PER_LENGTH:]
        if layout.plain:
            yield _content(layout, rows[fits], index[fits])
        rows, words, index = rows[~fits], words[~fits], index[~fits]


def _check(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the XOR of all bytes of each row."""
    folded = words[:, 0].copy()
    for at in range(1, words.shape[1]):
        folded ^= words[:, at]
    for shift in (32, 16, 8):
        folded ^= folded >> np.uint64(shift)
    return folded & np.uint64(0xFF)


def _content(layout: _Layout, rows: Bytes, index: NDArray[np.int64]) -> _Chunk:
    """Return those rows of a layout that hold a sound report, with what is computed of them."""
    digits = _DIGITS[rows[:, layout.time_at : layout.time_at + 6]]
    year, month, day, hour, minute, second = digits.T
    good = (digits >= 0).all(axis=1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24)
    good &= (minute < 60) & (second < 60)
    months = np.where(good, year * 12 + month - 1, 0)
    good &= day <= _MONTH_DAYS[months]
    time_s = _MONTH_BEGINS_S[months] + (day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    fields = rows.view(layout.dtype)[:, 0]
    status = fields["status_bits"].astype(np.uint32)
    lat = fields["lat_e6"].astype(np.int64)
    lon = fields["lon_e6"].astype(np.int64)
    off = (lat > 90_000_000) | (lon > 180_000_000)
    if off.any():
        good &= ~off | (status & _LOCATED == 0)
        lat[off] = lon[off] = 0
    np.negative(lat, out=lat, where=status & _SOUTH != 0)
    np.negative(lon, out=lon, where=status & _WEST != 0)
    if not good.all():
        rows, index, time_s, lat, lon = rows[good], index[good], time_s[good], lat[good], lon[good]
    return _Chunk(index, rows, layout, time_s, lat.astype(np.int32), lon.astype(np.int32))


def _gathered(chunks: list[_Chunk], pieces: list[tuple[int, bytes]], rest: bytes = b"") -> Columns:
    """Put the rows of all layouts, and what went the single way, in the stream's order."""
    others: list[tuple[int, Frame | Refused]] = []
    singles: list[tuple[int, Frame, tuple[Any, ...]]] = []
    for at, piece in pieces:
        frame = parse_frame(piece) if at else Refusal.JUNK
        if not isinstance(frame, Frame):
            wire = piece[:MAX_WIRE]
            others.append((at, Refused(frame, b"\x7e" + wire + b"\x7e" if at else wire)))
            continue
        plain = frame.msg_id == MessageId.POSITION and not frame.properties & (PACKAGED | ENCRYPTION)
        content = decode_position(frame.body) if plain else None
        if isinstance(content, Refusal):
            others.append((at, Refused(content, frame.wire)))
        elif content is None:
            others.append((at, frame))
        else:
            singles.append((at, frame, content))
    index = np.concatenate([chunk.index for chunk in chunks] + [np.array([one[0] for one in singles], np.int64)])
    count = len(index)
    order = np.argsort(index, kind="stable")
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    address = np.zeros((count, 10), np.uint8)
    sequence = np.zeros(count, np.uint16)
    content_of: dict[str, NDArray[Any]] = {"time_s": np.zeros(count, np.int64)}
    content_of |= {name: np.zeros(count, form) for name, form in _BASE.items()}
    content_of |= {name: np.full(count, ABSENT, np.int64) for name in _ITEM_NAMES}
    other_items: dict[int, bytes] = {}
    done = 0
    for chunk in chunks:
        at_rows = place[done : done + len(chunk.index)]
        done += len(chunk.index)
        layout = chunk.layout
        fields = chunk.rows.view(layout.dtype)[:, 0]
        content_of["time_s"][at_rows] = chunk.time_s
        content_of["lat_e6"][at_rows] = chunk.lat_e6
        content_of["lon_e6"][at_rows] = chunk.lon_e6
        for name in layout.columns:
            content_of[name][at_rows] = fields[name]
        sequence[at_rows] = fields["sequence"]
        phone_bytes = 10 if layout.head == 17 else 6
        address[at_rows, 10 - phone_bytes :] = chunk.rows[:, layout.head - 2 - phone_bytes : layout.head - 2]
        if layout.other_bytes:
            tails = chunk.rows[:, layout.other_bytes].tobytes()
            size = len(layout.other_bytes)
            for row, at_row in enumerate(at_rows.tolist()):
                other_items[at_row] = tails[row * size : (row + 1) * size]
    for at_row, (_, frame, content) in zip(place[done:].tolist(), singles, strict=True):
        address[at_row, 10 - len(frame.address) :] = np.frombuffer(frame.address, np.uint8)
        sequence[at_row] = frame.sequence
        for name, value in zip(_CONTENT[:-1], content[:-1], strict=True):
            if value is not None:
                content_of[name][at_row] = value
        if content[-1]:
            other_items[at_row] = content[-1]
    return Columns(index[order], address, sequence, content_of, tuple(others), rest, other_items)
