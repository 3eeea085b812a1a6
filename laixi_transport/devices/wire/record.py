"""Records: a fixed order of fields, described once and read, written, flattened and explained from that description.

A record is a frozen dataclass whose fields are made with the functions of ``fields``:

    @record
    class TextMessage(Record):
        flags: int = u8("标志", bits=TextFlag)
        kind: int | None = u8("文本类型", since=2019, default=None)
        text: str = text("文本信息")

Names of fields are the product's and carry their unit; labels are the standard's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from laixi_transport.devices.wire.kinds import CountOf, Kind
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.devices.wire.stream import Sink, Source, Span, UnreadableError

LATEST = 2019


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a field is on the wire, by the value of one before it.

    values  of which the field before must have one
    mask    of bits, of which the field before must have one
    wanted  False: the field is there where the condition does not hold
    """

    field: str
    values: tuple[int, ...] = ()
    mask: int = 0
    wanted: bool = True

    def holds(self, get: Callable[[str], Any]) -> bool:
        """Return whether the field is there; ``get`` returns the value of a field before it."""
        value = get(self.field)
        if value is None:
            return False
        found = bool(int(value) & self.mask) if self.mask else value in self.values
        return found is self.wanted

    @property
    def text(self) -> str:
        """The condition for the printed documentation."""
        if self.mask:
            return f"{self.field} & 0x{self.mask:X}" + ("" if self.wanted else " = 0")
        values = ", ".join(map(str, self.values))
        return f"{self.field} {'=' if self.wanted else '≠'} {values}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    since, until  versions of the standard between which it is there
    optional      whether real devices leave it out at the end
    absent        its value where it is not on the wire
    """

    name: str
    label: str
    kind: Kind[Any]
    since: int
    until: int
    when: Condition | None
    optional: bool
    absent: Any

    def there(self, version: int, get: Callable[[str], Any]) -> bool:
        """Return whether the field is on the wire, given the version and the fields before it."""
        return self.since <= version <= self.until and (self.when is None or self.when.holds(get))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records have in common."""

    rest: bytes = b""
    """Bytes behind the fields that are known; they are written again as they were."""

    LAYOUT: ClassVar[tuple[Field, ...]] = ()
    TITLE: ClassVar[str] = ""
    """The standard's name of the message or item."""
    CLAUSE: ClassVar[str] = ""
    """Where the standard describes it; "mem" in it marks what was written from memory."""

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        """Return the version whose layout a body has; the header does not always tell."""
        del data
        return version

    @classmethod
    def decode(cls, data: bytes, *, version: int = LATEST) -> Self | Fault:
        """Return the record that bytes hold, or where they stop to be readable; never raises."""
        return cls._decode(Source(data, 0, len(data), cls.layout_version(data, version)))

    @classmethod
    def explain(cls, data: bytes, *, version: int = LATEST) -> tuple[tuple[Span, ...], Self | Fault]:
        """Return what the bytes mean, one after the other, and the record."""
        trace: list[Span] = []
        source = Source(data, 0, len(data), cls.layout_version(data, version), trace=trace)
        result = cls._decode(source)
        return tuple(trace), result

    @classmethod
    def _decode(cls, source: Source) -> Self | Fault:
        try:
            return cls.read_all(source)
        except UnreadableError as error:
            return error.fault

    @classmethod
    def read_all(cls, source: Source) -> Self:
        """Return the record that a source holds, with everything up to its end."""
        return cls.read(source, to_end=True)

    @classmethod
    def read(cls, source: Source, *, to_end: bool = False) -> Self:
        """Return the record that stands next; UnreadableError if there is none.

        to_end  nothing comes after it: what the fields leave is its rest
        """
        before, clause = source.values, source.clause
        values: dict[str, Any] = {}
        source.values = values
        source.clause = cls.CLAUSE or clause
        get = values.get
        for field in cls.LAYOUT:
            if not field.there(source.version, get) or (field.optional and not source.left):
                values[field.name] = field.absent
                continue
            begin = source.at
            try:
                value = values[field.name] = field.kind.read(source, field.name)
            except UnreadableError as error:
                error.path = error.path or source.path + field.name
                raise
            if source.trace is not None and not field.kind.notes_itself:
                source.note(begin, field.name, field.label, field.kind.notation, field.kind.text(value))
        if to_end and source.left:
            begin = source.at
            values["rest"] = source.take(source.left)
            source.note(begin, "rest", "", "BYTE[n]", "")
        source.values, source.clause = before, clause
        return cls(**values)

    def encode(self, *, version: int = LATEST) -> bytes:
        """Return the record as on the wire; ValueError, with the field's name, for what does not fit."""
        sink = Sink(version)
        self.write(sink)
        return bytes(sink.data)

    def write(self, sink: Sink) -> None:
        """Append the record to what is being written."""
        before, sink.record = sink.record, self

        def get(name: str) -> Any:
            return getattr(self, name)

        # The last optional fields that have no value were not on the wire.
        layout = self.LAYOUT
        last = len(layout)
        while last and layout[last - 1].optional and get(layout[last - 1].name) == layout[last - 1].absent:
            last -= 1
        for field in layout[:last]:
            if field.there(sink.version, get):
                try:
                    field.kind.write(sink, get(field.name))
                except ValueError as error:
                    raise ValueError(f"{type(self).__name__}.{field.name}: {error}") from error
        sink.data += self.rest
        sink.record = before

    def flat(self, prefix: str = "") -> dict[str, Any]:
        """Return the record as JSON values by name, members of lists as ``name[k].member``; without what is absent."""
        into: dict[str, Any] = {}
        self.flatten(prefix, into)
        return {name: value for name, value in into.items() if value is not None}

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        """Enter the record's fields as JSON under their names."""
        for field in self.LAYOUT:
            value = getattr(self, field.name)
            if isinstance(field.kind, CountOf):
                value = len(getattr(self, field.kind.target))
            if value is not None:
                field.kind.flatten(prefix + field.name, value, into)
        if self.rest:
            into[prefix + "rest"] = self.rest.hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Record):
    """The body of a message."""

    ID: ClassVar[int]
