"""Kinds of single values: how each stands on the wire, in a record, in JSON and in an explanation.

Numbers are big-endian, texts are GBK.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, Generic, TypeVar, cast

from laixi_transport.devices.wire.gbk import decode_gbk, encode_gbk
from laixi_transport.devices.wire.stream import NOTATIONS, Sink, Source

T = TypeVar("T")

CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""Codes of unsigned numbers in a struct, by their bytes."""


class Kind(ABC, Generic[T]):
    """How one field stands on the wire.

    A kind of a fixed size says so by ``form`` and needs no ``read``; the others read themselves.
    """

    notes_itself = False  # whether ``read`` tells the trace itself, field by field
    related = False  # whether what it means depends on a field before it

    @property
    @abstractmethod
    def notation(self) -> str:
        """The type as the standard writes it: BYTE, WORD, BCD[6] and so on."""

    @property
    def form(self) -> str:
        """The code of one value in a struct; empty if its size is not fixed."""
        return ""

    @property
    def plain(self) -> bool:
        """Whether what the struct returns is the value already."""
        return False

    def value(self, unpacked: Any) -> T:
        """Return the value for what the struct returned."""
        return cast("T", unpacked)

    def value_among(self, unpacked: Any, values: dict[str, Any]) -> T:
        """Return the value for what the struct returned, given the fields before it."""
        del values
        return self.value(unpacked)

    def read(self, source: Source, name: str) -> T:
        """Return the value that stands next; UnreadableError if there is none."""
        del name
        return self.value_among(source.unpack(self.form), source.values)

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
    ident   it is a name rather than a number: explanations show it in hex, as the standard does
    """

    width: int
    per: int = 1
    signed: bool = False
    offset: int = 0
    none: int | None = None
    values: type[IntEnum] | None = None
    bits: type[IntFlag] | None = None
    ident: bool = False

    @property
    def notation(self) -> str:
        return NOTATIONS.get(self.width, f"BYTE[{self.width}]")

    @property
    def form(self) -> str:
        code = CODES.get(self.width, f"{self.width}s")
        return code.lower() if self.signed else code

    @property
    def plain(self) -> bool:
        return self.width in CODES and self.per == 1 and self.none is None and not self.offset

    def value(self, unpacked: Any) -> int | float | None:
        raw = int.from_bytes(unpacked, signed=self.signed) if isinstance(unpacked, bytes) else unpacked
        if raw == self.none:
            return None
        raw -= self.offset
        return cast("int", raw) if self.per == 1 else cast("float", raw / self.per)

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
        if self.ident:
            return f"0x{int(value):0{2 * self.width}X}"
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

    @property
    def form(self) -> str:
        return f"{self.width}s"

    def value(self, unpacked: Any) -> str:
        digits = cast("bytes", unpacked).hex().upper()
        return digits.lstrip("0") if self.bare else digits

    def write(self, sink: Sink, value: str) -> None:
        if len(value) > 2 * self.width:
            raise ValueError(f"{value!r} has more than {2 * self.width} digits")
        if any(digit.isspace() for digit in value):  # which fromhex would skip
            raise ValueError(f"{value!r} has spaces")
        sink.data += bytes.fromhex(value.rjust(2 * self.width, "0"))


@dataclass(frozen=True, slots=True)
class DecimalNumber(Kind["int | float | None"]):
    """A number in BCD; None if the bytes are no digits (FF: not known)."""

    width: int
    per: int = 1

    @property
    def notation(self) -> str:
        return f"BCD[{self.width}]"

    @property
    def form(self) -> str:
        return f"{self.width}s"

    def value(self, unpacked: Any) -> int | float | None:
        digits = cast("bytes", unpacked).hex()
        if not digits.isdecimal():
            return None
        return int(digits) if self.per == 1 else int(digits) / self.per

    def write(self, sink: Sink, value: float | None) -> None:
        digits = "f" * 2 * self.width if value is None else str(round(value * self.per)).rjust(2 * self.width, "0")
        if len(digits) != 2 * self.width or "-" in digits:
            raise ValueError(f"{value} does not fit {2 * self.width} digits")
        sink.data += bytes.fromhex(digits)


@dataclass(frozen=True, slots=True)
class Text(Kind[str]):
    """A text in GBK. Zeros around it are not part of it, nor is what stands behind a zero in it.

    width   bytes, filled up with zeros; spaces around it are not part of it either
    prefix  bytes of the length that stands before it
    without either it goes to the end of the record
    """

    width: int | None = None
    prefix: int | None = None

    @property
    def notation(self) -> str:
        if self.width is not None:
            return f"BYTE[{self.width}]"
        return "STRING" if self.prefix is None else f"{NOTATIONS[self.prefix]} + STRING"

    @property
    def form(self) -> str:
        return f"{self.width}s" if self.width is not None else ""

    def value(self, unpacked: Any) -> str:
        data: bytes = unpacked
        padding = b"\x00" if self.width is None else b"\x00 "
        return decode_gbk(data.strip(padding).partition(b"\x00")[0].rstrip(padding))

    def read(self, source: Source, name: str) -> str:
        del name
        size = self.width
        if size is None:
            size = source.left if self.prefix is None else source.number(self.prefix)
        return self.value(source.take(size))

    def write(self, sink: Sink, value: str) -> None:
        try:
            data = encode_gbk(value)
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
        return "BYTE[n]" if self.prefix is None else f"{NOTATIONS[self.prefix]} + BYTE[n]"

    @property
    def form(self) -> str:
        return f"{self.width}s" if self.width is not None else ""

    @property
    def plain(self) -> bool:
        return True

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
        name = NOTATIONS[self.width]
        return name if self.wide_since is None else f"{name} (WORD, {self.wide_since})"

    @property
    def form(self) -> str:
        return CODES[self.width] if self.wide_since is None else ""

    @property
    def plain(self) -> bool:
        return True

    def read(self, source: Source, name: str) -> int:
        del name
        return source.number(self.width_in(source.version))

    def write(self, sink: Sink, value: int) -> None:
        del value
        sink.data += length_prefix(len(getattr(sink.record, self.target)), self.width_in(sink.version))

    def width_in(self, version: int) -> int:
        """Return the bytes of the number in a version."""
        return 2 if self.wide_since is not None and version >= self.wide_since else self.width


@dataclass(frozen=True, slots=True)
class ByVersion(Kind[T]):
    """What stands otherwise in another edition of the standard.

    kinds  (version from which on, kind) in rising order; before the first, the first
    """

    kinds: tuple[tuple[int, Kind[T]], ...]

    @property
    def notes_itself(self) -> bool:  # type: ignore[override]
        """Whether the kinds, all alike, tell the trace themselves."""
        return self.kinds[0][1].notes_itself

    @property
    def notation(self) -> str:
        later = ", ".join(f"{kind.notation} {since}" for since, kind in self.kinds[1:])
        return f"{self.kinds[0][1].notation} ({later})"

    def read(self, source: Source, name: str) -> T:
        return self.kind_in(source.version).read(source, name)

    def write(self, sink: Sink, value: T) -> None:
        self.kind_in(sink.version).write(sink, value)

    def flatten(self, name: str, value: T, into: dict[str, Any]) -> None:
        self.kinds[0][1].flatten(name, value, into)

    def text(self, value: T) -> str:
        return self.kinds[0][1].text(value)

    def kind_in(self, version: int) -> Kind[T]:
        """Return the kind of a version."""
        found = self.kinds[0][1]
        for since, kind in self.kinds:
            if since <= version:
                found = kind
        return found


@dataclass(frozen=True, slots=True)
class SizeOf(Kind[int]):
    """How many bytes a field further behind takes; what that field holds decides when it is written."""

    target: str
    width: int

    @property
    def notation(self) -> str:
        return NOTATIONS[self.width]

    @property
    def form(self) -> str:
        return CODES[self.width]

    @property
    def plain(self) -> bool:
        return True

    def write(self, sink: Sink, value: int) -> None:
        del value
        sink.data += length_prefix(self.size_in(sink.record, sink.version), self.width)

    def size_in(self, record: Any, version: int) -> int:
        """Return the bytes that the field takes in a record."""
        sink = Sink(version, record=record)
        kind = next(field.kind for field in record.LAYOUT if field.name == self.target)
        kind.write(sink, getattr(record, self.target))
        return len(sink.data)


def length_prefix(length: int, width: int) -> bytes:
    """Return a length or a count; ValueError if it does not fit."""
    try:
        return length.to_bytes(width)
    except OverflowError:
        raise ValueError(f"{length} does not fit {NOTATIONS[width]}") from None
