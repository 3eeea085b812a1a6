"""Kinds of single values: how each stands on the wire, in a record, in JSON and in an explanation.

Numbers are big-endian. Times on the wire are GMT+8, in records they are aware and in UTC, in JSON they are local again.
Texts are GBK.
"""

import datetime as dt
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, Generic, TypeVar

from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.devices.wire.stream import Sink, Source, UnreadableError
from laixi_transport.domain.time import BEIJING

T = TypeVar("T")

_WORDS = {1: "BYTE", 2: "WORD", 4: "DWORD", 8: "BYTE[8]"}


class Kind(ABC, Generic[T]):
    """How one field stands on the wire."""

    notes_itself = False  # whether ``read`` tells the trace itself, field by field

    @property
    @abstractmethod
    def notation(self) -> str:
        """The type as the standard writes it: BYTE, WORD, BCD[6] and so on."""

    @abstractmethod
    def read(self, source: Source, name: str) -> T:
        """Return the value that stands next; UnreadableError if there is none."""

    @abstractmethod
    def write(self, sink: Sink, value: T) -> None:
        """Append a value; ValueError if it does not fit."""

    def flatten(self, name: str, value: T, into: dict[str, Any]) -> None:
        """Enter a value as JSON under its name."""
        into[name] = value

    def text(self, value: T) -> str:
        """Return a value for an explanation."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Number(Kind["int | float | None"]):
    """An integer, or a fraction kept as one.

    width   bytes
    per     units of the wire in one unit of the field's name: 10 if 0.1 km/h stand on the wire and km/h in the name
    offset  added on the wire
    none    value on the wire that says "not known", read as None
    values  names of values, bits names of bits, for explanations
    """

    width: int
    per: int = 1
    signed: bool = False
    offset: int = 0
    none: int | None = None
    values: type[IntEnum] | None = None
    bits: type[IntFlag] | None = None

    @property
    def notation(self) -> str:
        return _WORDS.get(self.width, f"BYTE[{self.width}]")

    def read(self, source: Source, name: str) -> int | float | None:
        del name
        raw = int.from_bytes(source.take(self.width), signed=self.signed)
        if raw == self.none:
            return None
        raw -= self.offset
        return raw if self.per == 1 else raw / self.per

    def write(self, sink: Sink, value: float | None) -> None:
        if value is None:
            if self.none is None:
                raise ValueError("a number is missing")
            raw = self.none
        else:
            raw = round(value * self.per) + self.offset
        try:
            sink.data += raw.to_bytes(self.width, signed=self.signed)
        except OverflowError:
            raise ValueError(f"{value} does not fit {self.notation}") from None

    def text(self, value: float | None) -> str:
        if value is None:
            return "-"
        if self.bits is not None:
            names = [bit.name for bit in self.bits if bit.name and int(value) & bit]
            return f"0x{int(value):0{2 * self.width}X}" + (": " + ", ".join(names) if names else "")
        if self.values is not None and value in self.values.__members__.values():
            return f"{value} ({self.values(int(value)).name})"
        return str(value)


@dataclass(frozen=True, slots=True)
class Digits(Kind[str]):
    """Digits in BCD; devices put A to F there too.

    width  bytes
    bare   without the zeros that fill up on the left
    """

    width: int
    bare: bool = False

    @property
    def notation(self) -> str:
        return f"BCD[{self.width}]"

    def read(self, source: Source, name: str) -> str:
        del name
        digits = source.take(self.width).hex().upper()
        return digits.lstrip("0") if self.bare else digits

    def write(self, sink: Sink, value: str) -> None:
        if len(value) > 2 * self.width:
            raise ValueError(f"{value!r} has more than {2 * self.width} digits")
        sink.data += bytes.fromhex(value.rjust(2 * self.width, "0"))


@dataclass(frozen=True, slots=True)
class DecimalNumber(Kind["int | float | None"]):
    """A number in BCD; None if the bytes are no digits (FF: not known)."""

    width: int
    per: int = 1

    @property
    def notation(self) -> str:
        return f"BCD[{self.width}]"

    def read(self, source: Source, name: str) -> int | float | None:
        del name
        digits = source.take(self.width).hex()
        if not digits.isdecimal():
            return None
        return int(digits) if self.per == 1 else int(digits) / self.per

    def write(self, sink: Sink, value: float | None) -> None:
        digits = "f" * 2 * self.width if value is None else str(round(value * self.per)).rjust(2 * self.width, "0")
        if len(digits) != 2 * self.width or "-" in digits:
            raise ValueError(f"{value} does not fit {2 * self.width} digits")
        sink.data += bytes.fromhex(digits)


@dataclass(frozen=True, slots=True)
class Moment(Kind["dt.datetime | None"]):
    """A time in BCD, GMT+8. None stands for bytes that are no time, zeros among them; it is written as zeros.

    form  what the digits mean, as strftime writes it; %y is 2000 to 2099
    """

    form: str = "%y%m%d%H%M%S"

    @property
    def width(self) -> int:
        """Bytes."""
        return len(dt.datetime(2000, 1, 1, tzinfo=dt.UTC).strftime(self.form)) // 2

    @property
    def notation(self) -> str:
        return f"BCD[{self.width}]"

    def read(self, source: Source, name: str) -> dt.datetime | None:
        del name
        digits = source.take(self.width).hex()
        if not digits.isdecimal():
            return None
        form, digits = (self.form, digits) if "%y" not in self.form else (self.form.replace("%y", "%Y"), "20" + digits)
        try:
            return dt.datetime.strptime(digits, form).replace(tzinfo=BEIJING).astimezone(dt.UTC)
        except ValueError:
            return None

    def write(self, sink: Sink, value: dt.datetime | None) -> None:
        if value is None:
            sink.data += bytes(self.width)
            return
        local = value.astimezone(BEIJING)
        if "%y" in self.form and not 2000 <= local.year < 2100:
            raise ValueError(f"the year {local.year} does not fit two digits")
        sink.data += bytes.fromhex(local.strftime(self.form))

    def flatten(self, name: str, value: dt.datetime | None, into: dict[str, Any]) -> None:
        into[name] = local_text(value)

    def text(self, value: dt.datetime | None) -> str:
        return local_text(value) or "-"


@dataclass(frozen=True, slots=True)
class Day(Kind["dt.date | None"]):
    """A date in BCD[4]; None if it is none."""

    @property
    def notation(self) -> str:
        return "BCD[4]"

    def read(self, source: Source, name: str) -> dt.date | None:
        del name
        digits = source.take(4).hex()
        try:
            return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return None

    def write(self, sink: Sink, value: dt.date | None) -> None:
        sink.data += bytes(4) if value is None else bytes.fromhex(f"{value:%Y%m%d}")

    def flatten(self, name: str, value: dt.date | None, into: dict[str, Any]) -> None:
        into[name] = value.isoformat() if value is not None else None


@dataclass(frozen=True, slots=True)
class UnixTime(Kind["dt.datetime | None"]):
    """Seconds or their fractions since 1970 in UTC.

    width  bytes
    per_s  1, or 1000 for milliseconds
    """

    width: int = 8
    per_s: int = 1

    @property
    def notation(self) -> str:
        return f"UINT{8 * self.width}"

    def read(self, source: Source, name: str) -> dt.datetime | None:
        del name
        raw = int.from_bytes(source.take(self.width))
        try:
            return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=raw * (1_000_000 // self.per_s))
        except OverflowError:
            return None

    def write(self, sink: Sink, value: dt.datetime | None) -> None:
        raw = 0 if value is None else self.raw(value)
        if not 0 <= raw < 1 << 8 * self.width:
            raise ValueError(f"{value} does not fit {self.notation}")
        sink.data += raw.to_bytes(self.width)

    def raw(self, value: dt.datetime) -> int:
        """Return the number on the wire."""
        since = value - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return since // dt.timedelta(microseconds=1_000_000 // self.per_s)

    def flatten(self, name: str, value: dt.datetime | None, into: dict[str, Any]) -> None:
        into[name] = self.raw(value) if value is not None else None

    def text(self, value: dt.datetime | None) -> str:
        return local_text(value) or "-"


@dataclass(frozen=True, slots=True)
class Text(Kind[str]):
    """A text in GBK.

    width   bytes, filled up with zeros; spaces and zeros around it are not part of it, nor is what stands behind a zero
    prefix  bytes of the length that stands before it
    without either it goes to the end of the record
    """

    width: int | None = None
    prefix: int | None = None

    @property
    def notation(self) -> str:
        if self.width is not None:
            return f"BYTE[{self.width}]"
        return "STRING" if self.prefix is None else f"{_WORDS[self.prefix]} + STRING"

    def read(self, source: Source, name: str) -> str:
        del name
        if self.width is not None:
            data = source.take(self.width).strip(b"\x00 ").partition(b"\x00")[0].rstrip(b" ")
        else:
            size = source.left if self.prefix is None else source.number(self.prefix)
            data = source.take(size).rstrip(b"\x00")
        return data.decode("gbk", errors="replace")

    def write(self, sink: Sink, value: str) -> None:
        try:
            data = value.encode("gbk")
        except UnicodeEncodeError as error:
            raise ValueError(f"{value[error.start]!r} is not in GBK") from None
        if self.width is not None:
            if len(data) > self.width:
                raise ValueError(f"{value!r} has more than {self.width} bytes")
            data = data.ljust(self.width, b"\x00")
        elif self.prefix is not None:
            sink.data += length_prefix(len(data), self.prefix)
        sink.data += data


@dataclass(frozen=True, slots=True)
class Raw(Kind[bytes]):
    """Bytes as they are; ``width``, ``prefix`` as for a text."""

    width: int | None = None
    prefix: int | None = None

    @property
    def notation(self) -> str:
        if self.width is not None:
            return f"BYTE[{self.width}]"
        return "BYTE[n]" if self.prefix is None else f"{_WORDS[self.prefix]} + BYTE[n]"

    def read(self, source: Source, name: str) -> bytes:
        del name
        if self.width is not None:
            return source.take(self.width)
        return source.take(source.left if self.prefix is None else source.number(self.prefix))

    def write(self, sink: Sink, value: bytes) -> None:
        if self.width is not None and len(value) != self.width:
            raise ValueError(f"{len(value)} bytes where there must be {self.width}")
        if self.prefix is not None:
            sink.data += length_prefix(len(value), self.prefix)
        sink.data += value

    def flatten(self, name: str, value: bytes, into: dict[str, Any]) -> None:
        into[name] = value.hex()

    def text(self, value: bytes) -> str:
        return value.hex(" ") if len(value) <= 32 else f"{value[:32].hex(' ')} … ({len(value)} B)"


@dataclass(frozen=True, slots=True)
class CountOf(Kind[int]):
    """How many members a list further behind has; the list's length decides when it is written.

    wide_since  version from which on the number has two bytes
    """

    target: str
    width: int
    wide_since: int | None = None

    @property
    def notation(self) -> str:
        return _WORDS[self.width] if self.wide_since is None else f"{_WORDS[self.width]} (WORD, {self.wide_since})"

    def read(self, source: Source, name: str) -> int:
        del name
        return source.number(self.width_in(source.version))

    def write(self, sink: Sink, value: int) -> None:
        del value
        sink.data += length_prefix(len(getattr(sink.record, self.target)), self.width_in(sink.version))

    def width_in(self, version: int) -> int:
        """Return the bytes of the number in a version."""
        return 2 if self.wide_since is not None and version >= self.wide_since else self.width


def length_prefix(length: int, width: int) -> bytes:
    """Return a length or a count; ValueError if it does not fit."""
    try:
        return length.to_bytes(width)
    except OverflowError:
        raise ValueError(f"{length} does not fit {_WORDS[width]}") from None


def local_text(value: dt.datetime | None) -> str | None:
    """Return a time in GMT+8 as YYYY-MM-DDTHH:MM:SS."""
    return value.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S") if value is not None else None


def require(*, holds: bool, source: Source, reason: Refusal = Refusal.BODY_SHORT) -> None:
    """Refuse what is being read unless something holds."""
    if not holds:
        raise UnreadableError(reason, source.at)
