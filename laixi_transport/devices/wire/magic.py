"""Bytes that must stand where something begins."""

from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.devices.wire.stream import Sink, Source, UnreadableError


@dataclass(frozen=True, slots=True)
class Magic(Kind[bytes]):
    """Fixed bytes; anything else is refused."""

    expected: bytes

    @property
    def notation(self) -> str:
        return f"BYTE[{len(self.expected)}] = {self.expected.hex(' ').upper()}"

    def read(self, source: Source, name: str) -> bytes:
        del name
        if source.take(len(self.expected)) != self.expected:
            raise UnreadableError(Refusal.MAGIC)
        return self.expected

    def write(self, sink: Sink, value: bytes) -> None:
        del value
        sink.data += self.expected

    def flatten(self, name: str, value: bytes, into: dict[str, Any]) -> None:
        """It says nothing."""

    def text(self, value: bytes) -> str:
        return value.hex(" ").upper()
