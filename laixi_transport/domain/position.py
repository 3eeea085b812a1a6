"""One position report, as it stands in the database."""

from enum import IntFlag
from typing import NamedTuple


class ReportFlag(IntFlag):
    """What the gateway knew about a report besides its content."""

    BLIND_AREA = 1  # re-sent after the terminal was out of reach (0704, type 1)
    BATCH = 2  # came in a batch (0704, type 0)
    CLOCK_AHEAD = 4  # the terminal's time lay more than five minutes after the gateway's


class StatusBit(IntFlag):
    """Status bits of JT/T 808-2019 table 25 that the product decides by."""

    ACC_ON = 1 << 0
    LOCATED = 1 << 1
    SOUTH = 1 << 2
    WEST = 1 << 3
    OUT_OF_SERVICE = 1 << 4


_LOCATED = int(StatusBit.LOCATED)  # an operation on the flag itself takes twenty times as long


class PositionReport(NamedTuple):
    """A JT/T 808 position report (0x0200 body) in the integers of the wire, times in UTC.

    A named tuple of integers, not a dataclass: some ten thousand arrive a second and go to the database driver as they
    are. The fields from ``time_s`` to ``other_items`` are the content: two reports of one terminal with equal content
    are one report that was sent twice. Source: JT/T 808-2019 tables 23 to 27.
    """

    terminal_id: int
    vehicle_id: int
    time_s: int  # Unix seconds, of the terminal
    lat_e6: int  # 1e-6 degrees, signed
    lon_e6: int
    altitude_m: int
    speed_dkmh: int  # 0.1 km/h, by GNSS
    direction_deg: int
    alarm_bits: int
    status_bits: int
    mileage_hm: int | None  # item 01, 0.1 km
    fuel_dl: int | None  # item 02, 0.1 L
    recorder_speed_dkmh: int | None  # item 03, 0.1 km/h
    signal_bits: int | None  # item 25
    io_bits: int | None  # item 2A
    analog: int | None  # item 2B
    signal_strength: int | None  # item 30
    satellites: int | None  # item 31
    other_items: bytes  # every other item, id-length-value as received
    flags: int  # ReportFlag
    received_us: int  # Unix microseconds, of the gateway

    @property
    def located(self) -> bool:
        """Whether the terminal had a fix; without one the coordinates say nothing."""
        return bool(self.status_bits & _LOCATED)


class Sample(NamedTuple):
    """What rules look at in a position report; its fields mean what they mean there."""

    vehicle_id: int
    time_s: int
    lat_e6: int
    lon_e6: int
    speed_dkmh: int
    status_bits: int
    recorder_speed_dkmh: int | None
    received_us: int

    @property
    def located(self) -> bool:
        """Whether the terminal had a fix; without one the coordinates say nothing."""
        return bool(self.status_bits & _LOCATED)


CONTENT = slice(PositionReport._fields.index("time_s"), PositionReport._fields.index("flags"))
"""``report[CONTENT]`` is what makes two reports of a terminal the same."""
