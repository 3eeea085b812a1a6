"""Reads the kept frames again and looks for each of their reports among the stored positions.

A frame is kept in the same transaction as its reports, so every report in a kept frame must be stored; a sealed hour of
frames must match its digest. What this finds is damage to the database, by a disk or by a hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.devices.jt808.columns import decode_columns
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.ids import MessageId
from laixi_transport.devices.jt808.packets import Assembler, Whole
from laixi_transport.devices.jt808.position import decode_position
from laixi_transport.devices.jt808.position_report import batch_bodies
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.frame import RawFrame
from laixi_transport.domain.time import HOUR_S
from laixi_transport.domain.track import Track
from laixi_transport.storage import DamagedBlockError, Store

_COMPARED = ("time_s", "lat_e6", "lon_e6", "altitude_m", "speed_dkmh", "direction_deg", "alarm_bits", "status_bits")
_REPORTING = frozenset({MessageId.POSITION, MessageId.POSITION_BATCH})


@dataclass(slots=True)
class Verification:
    """What was compared, and what was found wrong."""

    vehicles: int = 0
    frames: int = 0
    reports: int = 0  # in the frames; one that was sent twice counts twice
    missing: list[tuple[int, int]] = field(default_factory=list)  # vehicle id, Unix time of a report that is not stored
    damaged: list[tuple[int, int]] = field(
        default_factory=list
    )  # vehicle id, begin of an hour whose frames are damaged

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.missing and not self.damaged

    @property
    def wrong(self) -> list[tuple[int, int]]:
        """Vehicle id and Unix time of everything that is wrong, by time."""
        return sorted(self.missing + self.damaged, key=lambda one: one[1])


def verify(store: Store, received: tuple[int, int] | None) -> Verification:
    """Compare what was received with what is stored; days of one vehicle are read at a time.

    received  Unix seconds [begin, end); None: nothing was
    """
    found = Verification()
    begin_s, end_s = received or (0, 0)
    for vehicle in store.register.vehicles():
        found.vehicles += 1
        held: list[Frame] = []
        for begin in range(begin_s, end_s, 24 * HOUR_S):
            frames = list(_frames(store, vehicle.id, begin, min(begin + 24 * HOUR_S, end_s), found))
            found.frames += len(frames)
            reports = _reports(frames, held)
            found.reports += len(reports)
            if len(reports):
                track = store.tracks.track(vehicle.id, int(reports[:, 0].min()), int(reports[:, 0].max()) + 1)
                missing = _rows(reports)[~np.isin(_rows(reports), _rows(_stored(track)))]
                found.missing += sorted({(vehicle.id, int(row[0])) for row in missing.view(np.int64).reshape(-1, 8)})
    return found


def _frames(store: Store, vehicle_id: int, begin_s: int, end_s: int, found: Verification) -> Iterator[RawFrame]:
    """Yield a vehicle's frames of a day; hours that do not match their digest are noted and left out."""
    try:
        yield from store.frames.frames(vehicle_id, begin_s * 1_000_000, end_s * 1_000_000)
    except DamagedBlockError:
        for hour in range(begin_s // HOUR_S, (end_s - 1) // HOUR_S + 1):
            begin, end = max(begin_s, hour * HOUR_S), min(end_s, (hour + 1) * HOUR_S)
            try:
                yield from store.frames.frames(vehicle_id, begin * 1_000_000, end * 1_000_000)
            except DamagedBlockError:
                found.damaged.append((vehicle_id, hour * HOUR_S))


def _reports(frames: list[RawFrame], held: list[Frame]) -> NDArray[np.int64]:
    """Return the reports in frames as rows of the compared columns.

    held  parts of messages that were not complete by the end of the frames before; takes what is left now
    """
    columns = decode_columns(b"".join(frame.data for frame in frames))
    rows = [np.stack([columns.content[name].astype(np.int64) for name in _COMPARED], axis=1)]
    others = [one for _, one in columns.others if isinstance(one, Frame) and one.msg_id in _REPORTING]
    contents: list[tuple[Any, ...]] = []
    for frame in _whole(held, others):
        bodies: tuple[bytes, ...] = (frame.body,)
        if frame.msg_id == MessageId.POSITION_BATCH:
            batch = batch_bodies(frame.body)
            bodies = batch[1] if batch is not None else ()
        contents += [content for body in bodies if not isinstance(content := decode_position(body), Refusal)]
    if contents:
        # A content begins with time, latitude to direction, alarm and status: the compared columns in their order.
        rows.append(np.array([content[: len(_COMPARED)] for content in contents], np.int64))
    return np.concatenate(rows)


def _whole(held: list[Frame], frames: list[Frame]) -> Iterator[Frame]:
    """Yield messages with their parts put together; ``held`` takes the parts that wait for others."""
    assembler = Assembler()
    waiting: dict[int, Frame] = {}
    for number, frame in enumerate((*held, *frames)):
        if not frame.parts:
            yield frame
            continue
        whole = assembler.add(frame, 0.0)
        waiting[number] = frame
        if isinstance(whole, Whole):
            parts = set(map(id, whole.frames))
            waiting = {at: part for at, part in waiting.items() if id(part) not in parts}
            yield whole.frame
    held[:] = waiting.values()


def _stored(track: Track) -> NDArray[np.int64]:
    """Return stored positions as rows of the compared columns."""
    columns = (
        track.time_s,
        np.rint(track.lat_deg * 1e6),
        np.rint(track.lon_deg * 1e6),
        track.altitude_m,
        np.rint(track.speed_kmh * 10),
        track.direction_deg,
        track.alarm_bits,
        track.status_bits,
    )
    return np.stack([column.astype(np.int64) for column in columns], axis=1)


def _rows(table: NDArray[np.int64]) -> NDArray[np.void]:
    """Return each row as one value that can be looked for."""
    return np.ascontiguousarray(table).view(f"V{8 * table.shape[1]}").ravel()
