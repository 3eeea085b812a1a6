"""A track file sent over the wire: one connection a vehicle, every report acknowledged."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from laixi_transport.devices.jt808.terminal import SessionCounters, TerminalSession
from laixi_transport.devices.jt808.terminal_link import TerminalIdentity
from laixi_transport.domain.position import PositionReport, StatusBit
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.vehicle import PlateColour
from laixi_transport.services.replay.naming import phones_for
from laixi_transport.services.replay.point import Point, TrackFile, UnusableRow

SIGNING_ON = 64  # connections that sign on at the same time
WINDOW = 256  # reports a vehicle under way
FIRST_PATIENCE_S = 5.0
PATIENCE_S = 120.0  # a gateway that restarts may take that long
LONGEST_RETRY_S = 0.5
PROGRESS_EVERY_S = 0.5

Progress = Callable[[int, int], None]
"""Called with reports acknowledged and reports in all."""


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What became of a file. ``read = unusable + sent`` when it was sent to the end."""

    kind: str
    vehicles: int
    read: int  # rows
    unusable: int  # rows
    sent: int  # reports, each counted once
    acknowledged: int  # reports
    refused: int  # reports that the gateway answered with a failure
    resent: int  # repetitions
    seconds: float
    speeds_derived: int  # speeds from distance and time, as the file had none
    speeds_unknown: int  # sent as 0, as neither file nor neighbours say
    unusable_rows: tuple[UnusableRow, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every usable row was acknowledged."""
        return self.acknowledged == self.read - self.unusable


async def replay(
    file: TrackFile,
    host: str,
    port: int,
    *,
    speed: float | None = None,
    version: int = 2013,
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
) -> ReplayReport:
    """Send a file and wait for every acknowledgement; times in the reports stay those of the file.

    speed       times as fast as recorded; None: as fast as the gateway answers
    version     of the protocol: 2011, 2013 or 2019
    patience_s  how long a gateway may be away after it has answered once

    Raises Problem when the gateway refuses a vehicle, is not there, or stays away.
    """
    began = time.monotonic()
    phones = phones_for(file.points)
    total = sum(map(len, file.points.values()))
    first_s = min(points[0].time_s for points in file.points.values())
    signing_on = asyncio.Semaphore(SIGNING_ON)
    all_counters: list[SessionCounters] = []

    async def drive(vehicle: str, points: list[Point]) -> None:
        session = TerminalSession(
            TerminalIdentity(phones[vehicle], vehicle_text(vehicle), PlateColour.OTHER, version),
            host,
            port,
            window=WINDOW,
            first_patience_s=FIRST_PATIENCE_S,
            patience_s=patience_s,
            longest_retry_s=LONGEST_RETRY_S,
        )
        all_counters.append(session.counters)
        try:
            async with signing_on:
                await session.open()
            for point in points:
                if speed is not None:
                    due_s = began + (point.time_s - first_s) / speed
                    await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                await session.send(report_of(point))
            await session.drain()
        finally:
            await session.close()

    def acknowledged() -> int:
        return sum(counters.acknowledged for counters in all_counters)

    async def tell(progress: Progress) -> None:
        while True:
            progress(acknowledged(), total)
            await asyncio.sleep(PROGRESS_EVERY_S)

    telling = asyncio.create_task(tell(progress)) if progress else None
    try:
        async with asyncio.TaskGroup() as group:
            for vehicle, points in file.points.items():
                group.create_task(drive(vehicle, points), name=f"replay {vehicle}")
    except* Problem as problems:
        raise _first(problems) from None
    finally:
        if telling is not None:
            telling.cancel()
    if progress:
        progress(acknowledged(), total)
    return ReplayReport(
        kind=file.kind,
        vehicles=len(file.points),
        read=file.rows,
        unusable=len(file.unusable),
        sent=sum(counters.sent for counters in all_counters),
        acknowledged=acknowledged(),
        refused=sum(counters.refused for counters in all_counters),
        resent=sum(counters.resent for counters in all_counters),
        seconds=time.monotonic() - began,
        speeds_derived=file.speeds_derived,
        speeds_unknown=file.speeds_unknown,
        unusable_rows=tuple(file.unusable),
    )


def report_of(point: Point) -> PositionReport:
    """Return a fix as a report; ids and receiving time are the gateway's business."""
    altitude = 0 if point.altitude_m is None else round(max(-32768.0, min(32767.0, point.altitude_m)))
    return PositionReport(
        terminal_id=0,
        vehicle_id=0,
        time_s=int(point.time_s // 1),
        lat_e6=round(point.lat_deg * 1e6),
        lon_e6=round(point.lon_deg * 1e6),
        altitude_m=altitude,
        speed_dkmh=round((point.speed_kmh or 0.0) * 10),
        direction_deg=round(point.direction_deg or 0.0) % 360,
        alarm_bits=0,
        status_bits=int(StatusBit.ACC_ON | StatusBit.LOCATED),
        mileage_hm=None,
        fuel_dl=None,
        recorder_speed_dkmh=None,
        signal_bits=None,
        io_bits=None,
        analog=None,
        signal_strength=None,
        satellites=None,
        other_items=b"",
        flags=0,
        received_us=0,
    )


def vehicle_text(vehicle: str) -> str:
    """Return a vehicle's name as the wire can carry it: GBK, at most 40 bytes."""
    return vehicle.encode("gbk", errors="replace")[:40].decode("gbk", errors="ignore")


def _first(problems: BaseExceptionGroup[Problem]) -> Problem:
    first = problems.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
