"""Coordinates in 1e-6 degrees without a sign: bits of another field say south and west."""

from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.stream import Sink, Source


@dataclass(frozen=True, slots=True)
class Coordinate(Kind[float]):
    """Degrees, negative where the bit ``mask`` of the field ``bits`` is set.

    ahead  bytes from the coordinate to the byte that holds the bits, if it stands behind it
    """

    bits: str
    mask: int
    ahead: int | None = None
    related = True

    @property
    def notation(self) -> str:
        return "DWORD"

    @property
    def form(self) -> str:
        return "I" if self.ahead is None else ""

    def value_among(self, unpacked: Any, values: dict[str, Any]) -> float:
        raw: int = unpacked
        return (-raw if values[self.bits] & self.mask else raw) / 1e6

    def read(self, source: Source, name: str) -> float:
        del name
        if self.ahead is None:
            return self.value_among(source.number(4), source.values)
        bits = int.from_bytes(source.data[source.at + self.ahead : source.at + self.ahead + 1])
        return self.value_among(source.number(4), {self.bits: bits})

    def write(self, sink: Sink, value: float) -> None:
        raw = round(value * 1e6)
        negative = bool(getattr(sink.record, self.bits) & self.mask)
        if raw and (raw < 0) is not negative:
            raise ValueError(f"the sign of {value} is not the one that {self.bits} tells")
        try:
            sink.data += abs(raw).to_bytes(4)
        except OverflowError:
            raise ValueError(f"{value} does not fit DWORD") from None
