"""Kinds of values that only JT/T 809 has."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from laixi_transport.devices.wire.fields import wire
from laixi_transport.devices.wire.kinds import Kind, Number, Text
from laixi_transport.devices.wire.stream import Sink
from laixi_transport.devices.wire.times import local_text
from laixi_transport.domain.time import BEIJING, from_unix

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds the year 5138, as milliseconds 1973."""


def instant_of(number: int) -> dt.datetime | None:
    """Return the time that eight bytes of UTC stand for, None for zero and for what is no time.

    The standard says seconds; the national platform for checks sends milliseconds in alarms.
    """
    if not number:
        return None
    try:
        return from_unix(number / 1000 if number >= _MILLISECONDS_FROM else number)
    except (OverflowError, ValueError, OSError):
        return None


def unix_of(time: dt.datetime | None) -> int:
    """Return a time as the standard writes it: seconds since 1970, zero for none."""
    return 0 if time is None else int(time.timestamp())


@dataclass(frozen=True, slots=True)
class Instant(Number):
    """A time in UTC, kept as the number that was sent: see ``instant_of``.

    counted  in JSON it is that number, too, as in the times of alarms; others are shown in GMT+8
    """

    width: int = 8
    counted: bool = False

    @property
    def notation(self) -> str:
        return "time_t"

    def flatten(self, name: str, value: float | None, into: dict[str, Any]) -> None:
        into[name] = value if self.counted or value is None else local_text(instant_of(int(value))) or value

    def text(self, value: float | None) -> str:
        return local_text(instant_of(int(value or 0))) or str(value)


@dataclass(frozen=True, slots=True)
class BinaryMoment(Kind["dt.datetime | None"]):
    """Day, month, year in two bytes, hour, minute, second as binary numbers, GMT+8; None if they are no time."""

    @property
    def notation(self) -> str:
        return "BYTE[7]"

    @property
    def form(self) -> str:
        return "7s"

    def value(self, unpacked: Any) -> dt.datetime | None:
        day, month, high, low, hour, minute, second = cast("bytes", unpacked)
        try:
            local = dt.datetime(high << 8 | low, month, day, hour, minute, second, tzinfo=BEIJING)
            return local.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            return None

    def write(self, sink: Sink, value: dt.datetime | None) -> None:
        if value is None:
            sink.data += bytes(7)
            return
        local = value.astimezone(BEIJING)
        sink.data += bytes((local.day, local.month, *local.year.to_bytes(2), local.hour, local.minute, local.second))

    def flatten(self, name: str, value: dt.datetime | None, into: dict[str, Any]) -> None:
        into[name] = local_text(value)

    def text(self, value: dt.datetime | None) -> str:
        return local_text(value) or "-"


@dataclass(frozen=True, slots=True)
class HexNumber(Number):
    """A number that is written in hexadecimal where people see it."""

    width: int = 4

    def flatten(self, name: str, value: float | None, into: dict[str, Any]) -> None:
        into[name] = None if value is None else f"{int(value):0{2 * self.width}x}"

    def text(self, value: float | None) -> str:
        return f"0x{int(value or 0):0{2 * self.width}X}"


@dataclass(frozen=True, slots=True)
class PlatformCode(Text):
    """The code of a platform: 11 characters, or, as published implementations write it, one number of 11 bytes."""

    width: int | None = 11

    def value(self, unpacked: Any) -> str:
        data: bytes = unpacked
        if data.startswith(b"\x00") and not data.strip(b"\x00 ").decode("latin-1").isprintable():
            return str(int.from_bytes(data))
        return Text.value(self, data)


def instant(label: str, *, counted: bool = False, **terms: Any) -> Any:
    """Return a field with a time in UTC."""
    return wire(Instant(counted=counted), label, **terms)


def platform_code(label: str, **terms: Any) -> Any:
    """Return a field with the code of a platform."""
    return wire(PlatformCode(), label, **terms)


def hex32(label: str, **terms: Any) -> Any:
    """Return a field with an identification of four bytes."""
    return wire(HexNumber(), label, **terms)


def binary_moment(label: str, **terms: Any) -> Any:
    """Return a field with a time in binary numbers."""
    return wire(BinaryMoment(), label, **terms)
