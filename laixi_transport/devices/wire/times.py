"""Kinds of times. On the wire they are GMT+8, in records aware and in UTC, in JSON local again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from laixi_transport.devices.wire.kinds import CODES, Kind
from laixi_transport.devices.wire.stream import Sink
from laixi_transport.domain.time import BEIJING

_CALENDAR = "%y%m%d%H%M%S"
_PAIRS = range(0, 12, 2)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LAST_S = 253_402_214_400  # 9999-12-31 in UTC: times of that day have no local time any more


@dataclass(frozen=True, slots=True)
class Moment(Kind["dt.datetime | None"]):
    """A time in BCD, GMT+8. None stands for bytes that are no time, zeros among them.

    order  what the digits mean, as strftime writes it; %y is 2000 to 2099
    fill   each byte of what is written for None
    """

    order: str = _CALENDAR
    fill: int = 0

    @property
    def width(self) -> int:
        """Bytes."""
        return len(dt.datetime(2000, 1, 1, tzinfo=dt.UTC).strftime(self.order)) // 2

    @property
    def notation(self) -> str:
        return f"BCD[{self.width}]"

    @property
    def form(self) -> str:
        return f"{self.width}s"

    def value(self, unpacked: Any) -> dt.datetime | None:
        digits = cast("bytes", unpacked).hex()
        if not digits.isdecimal():
            return None
        try:
            if self.order == _CALENDAR:  # the one that every position carries, without the detour of a parser
                year, month, date, hour, minute, second = (int(digits[at : at + 2]) for at in _PAIRS)
                local = dt.datetime(2000 + year, month, date, hour, minute, second, tzinfo=BEIJING)
            else:
                order, digits = self.order.replace("%y", "%Y"), "20" * self.order.count("%y") + digits
                local = dt.datetime.strptime(digits, order).replace(tzinfo=BEIJING)
            return local.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            return None

    def write(self, sink: Sink, value: dt.datetime | None) -> None:
        if value is None:
            sink.data += bytes((self.fill,)) * self.width
            return
        local = value.astimezone(BEIJING)
        if local.year < 1000:
            raise ValueError(f"the year {local.year} has not four digits")
        if "%y" in self.order and not 2000 <= local.year < 2100:
            raise ValueError(f"the year {local.year} does not fit two digits")
        sink.data += bytes.fromhex(local.strftime(self.order))

    def flatten(self, name: str, value: dt.datetime | None, into: dict[str, Any]) -> None:
        into[name] = local_text(value)

    def text(self, value: dt.datetime | None) -> str:
        return local_text(value) or "-"


@dataclass(frozen=True, slots=True)
class Day(Kind["dt.date | None"]):
    """A date in BCD; None if it is none.

    width  bytes: 4, or 3 for a year of two digits, 2000 to 2099
    """

    width: int = 4

    @property
    def notation(self) -> str:
        return f"BCD[{self.width}]"

    @property
    def form(self) -> str:
        return f"{self.width}s"

    def value(self, unpacked: Any) -> dt.date | None:
        digits = ("20" if self.width == 3 else "") + cast("bytes", unpacked).hex()
        try:
            return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return None

    def write(self, sink: Sink, value: dt.date | None) -> None:
        if value is None:
            sink.data += bytes(self.width)
            return
        if self.width == 3 and not 2000 <= value.year < 2100:
            raise ValueError(f"the year {value.year} does not fit two digits")
        sink.data += bytes.fromhex(value.isoformat().replace("-", ""))[-self.width :]

    def flatten(self, name: str, value: dt.date | None, into: dict[str, Any]) -> None:
        into[name] = value.isoformat() if value is not None else None


@dataclass(frozen=True, slots=True)
class UnixTime(Kind["dt.datetime | None"]):
    """Seconds or their fractions since 1970 in UTC. None stands for numbers beyond the calendar; it is written as FF.

    width  bytes
    per_s  1, or 1000 for milliseconds
    """

    width: int = 8
    per_s: int = 1

    @property
    def notation(self) -> str:
        return f"UINT{8 * self.width}"

    @property
    def form(self) -> str:
        return CODES.get(self.width, f"{self.width}s")

    def value(self, unpacked: Any) -> dt.datetime | None:
        raw = int.from_bytes(unpacked) if isinstance(unpacked, bytes) else unpacked
        return _EPOCH + dt.timedelta(microseconds=raw * (1_000_000 // self.per_s)) if raw < self._end else None

    @property
    def _end(self) -> int:
        return _LAST_S * self.per_s

    def write(self, sink: Sink, value: dt.datetime | None) -> None:
        raw = (1 << 8 * self.width) - 1 if value is None else self.raw(value)
        if not 0 <= raw < 1 << 8 * self.width:
            raise ValueError(f"{value} does not fit {self.notation}")
        sink.data += raw.to_bytes(self.width)

    def raw(self, value: dt.datetime) -> int:
        """Return the number on the wire."""
        since = value - _EPOCH
        return since // dt.timedelta(microseconds=1_000_000 // self.per_s)

    def flatten(self, name: str, value: dt.datetime | None, into: dict[str, Any]) -> None:
        into[name] = self.raw(value) if value is not None else None

    def text(self, value: dt.datetime | None) -> str:
        return local_text(value) or "-"


def local_text(value: dt.datetime | None) -> str | None:
    """Return a time in GMT+8 as YYYY-MM-DDTHH:MM:SS."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S") if value is not None else None
