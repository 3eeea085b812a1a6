"""What was found in some bytes, whichever protocol they are of."""

from dataclasses import dataclass, field
from typing import Any

from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.wire.consistency import inconsistencies
from laixi_transport.devices.wire.record import LATEST, Record
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.devices.wire.stream import Span

INCONSISTENT = "body_inconsistent"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of the bytes beforehand.

    version  year of the standard, None if the bytes must tell
    keys     of encrypted frames of JT/T 809
    explain  whether the meaning of every byte is wanted, too
    """

    version: int | None = None
    keys: Keys | None = None
    explain: bool = False


@dataclass(slots=True)
class Reading:
    """Values by name, what is wrong with the bytes, and their meaning one after the other.

    fields  JSON values; they are there as far as they can be read although something is wrong
    faults  why the bytes are refused, in the order in which a parser finds it; empty if they are accepted
    flags   what is odd about bytes that are accepted
    spans   if they were asked for; offsets count bytes without escapes
    """

    fields: dict[str, Any] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        """The reading as one JSON object; what is refused has its reason first."""
        head: dict[str, Any] = {"error": str(self.faults[0])} if self.faults else {}
        if len(self.faults) > 1:
            head["errors"] = [str(fault) for fault in self.faults]
        if self.flags:
            head["flags"] = self.flags
        return {**head, **self.fields}

    def add(self, fields: dict[str, Any]) -> None:
        """Enter more fields; those that are there already stay."""
        for name, value in fields.items():
            self.fields.setdefault(name, value)

    def mark(self, begin: int, data: bytes, name: str, label: str, text: str = "", clause: str = "") -> None:
        """Note what bytes mean that no record describes."""
        if data:
            self.spans.append(Span(begin, data, name, label, f"BYTE[{len(data)}]", text, clause))

    def take(
        self, kind: type[Record], data: bytes, terms: Terms, *, version: int | None = None, begin: int = 0
    ) -> Record | Fault:
        """Enter the fields of a record that bytes hold, or the reason why they do not.

        begin  where the bytes begin in what is being read, for the spans
        """
        version = version or terms.version or LATEST
        record = kind.decode(data, version=version)
        if isinstance(record, Fault):
            self.refuse(record, data)
            self.add(kind.readable(data, version=version))
        else:
            self.add(record.flat())
            if INCONSISTENT not in self.flags and any(inconsistencies(record)):
                self.flags.append(INCONSISTENT)
        if terms.explain:
            spans, _ = kind.explain(data, version=version)
            self.spans += [span._replace(offset=span.offset + begin) for span in spans]
        return record

    def refuse(self, fault: Fault, data: bytes) -> None:
        """Note where a body stops to be readable; its bytes are shown as they are."""
        self.faults.append(fault.reason)
        self.add({"error_field": fault.field, "error_offset": fault.offset, "body": data.hex()})
