"""Records: a fixed order of fields, described once and read, written, flattened and explained from that description.

A record is a frozen dataclass whose fields are made with the functions of ``fields``:

    @record
    class TextMessage(Record):
        flags: int = u8("标志", bits=TextFlag)
        kind: int | None = u8("文本类型", since=2019, default=None)
        text: str = text("文本信息")

Names of fields are the product's and carry their unit; labels are the standard's.
"""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from inspect import getattr_static
from typing import Any, ClassVar, Self

from laixi_transport.devices.wire.kinds import CountOf, SizeOf
from laixi_transport.devices.wire.layout import Field, Plan
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.devices.wire.stream import Sink, Source, Span, UnreadableError

LATEST = 2019


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records have in common."""

    rest: bytes = b""
    """Bytes behind the fields that are known; they are written again as they were."""
    sent: bytes | None = dataclass_field(default=None, repr=False, compare=False)
    """The whole bytes that it was decoded from; ``encode`` returns them as long as they still say the same.

    Senders fill up texts from the left or with spaces, put FF where no time is, and count wrongly: what they sent says
    no more than the fields, but it is to come back byte by byte.
    """

    LAYOUT: ClassVar[tuple[Field, ...]] = ()
    PLANS: ClassVar[dict[int, Plan]] = {}
    """How each version is read, made from the layout when it is first wanted."""
    TITLE: ClassVar[str] = ""
    """The standard's name of the message or item."""
    CLAUSE: ClassVar[str] = ""
    """Where the standard describes it; "mem" in it marks what was written from memory."""
    OPEN: ClassVar[bool] = False
    """Of an item: more bytes than its fields take are its rest; otherwise they make it an item that is not known."""

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
    def readable(cls, data: bytes, *, version: int = LATEST) -> dict[str, Any]:
        """Return, as JSON values by name, the fields before the one where a body stops to be readable."""
        source = Source(data, 0, len(data), cls.layout_version(data, version))
        into: dict[str, Any] = {}
        for field in cls.LAYOUT:
            try:
                field.read(source, source.values)
            except UnreadableError:
                break
            if source.values[field.name] is not None:
                field.kind.flatten(field.name, source.values[field.name], into)
        return {name: value for name, value in into.items() if value is not None}

    @classmethod
    def explain(cls, data: bytes, *, version: int = LATEST) -> tuple[tuple[Span, ...], Self | Fault]:
        """Return what the bytes mean, one span after the other without a gap, and the record."""
        trace: list[Span] = []
        source = Source(data, 0, len(data), cls.layout_version(data, version), trace=trace)
        result = cls._decode(source)
        read = trace[-1].offset + len(trace[-1].data) if trace else 0
        if isinstance(result, Fault) and read < len(data):
            trace.append(Span(read, data[read:], result.field, "", "BYTE[n]", f"? {result.reason}", ""))
        return tuple(trace), result

    @classmethod
    def _decode(cls, source: Source) -> Self | Fault:
        try:
            result = cls.read_all(source)
        except UnreadableError as error:
            return error.fault
        object.__setattr__(result, "sent", source.data)
        return result

    @classmethod
    def read_all(cls, source: Source) -> Self:
        """Return the record that a source holds, with everything up to its end."""
        return cls.read(source, to_end=True)

    @classmethod
    def read(cls, source: Source, *, to_end: bool = False) -> Self:
        """Return the record that stands next; UnreadableError if there is none.

        to_end  nothing comes after it: what the fields leave is its rest
        """
        plan = cls.PLANS.get(source.version) or cls._plan(source.version)
        before, path, clause = source.values, source.path, source.clause
        values = source.values = plan.absent.copy()
        if source.trace is not None:
            source.clause = cls.CLAUSE or clause
        try:
            for step in plan.steps if source.trace is None else cls.LAYOUT:
                step.read(source, values)
        except UnreadableError as error:
            if not (to_end and error.optional and error.reason is Refusal.BODY_SHORT):
                raise
            # The message ends within a field that may be missing: what there is of it becomes the rest.
            source.at, source.path = error.begin, path
            if source.trace is not None:
                source.trace[:] = [span for span in source.trace if span.offset < error.begin]
            values.update((field.name, field.absent) for field in cls.LAYOUT if field.name not in values)
        if to_end and source.at < source.end:
            begin = source.at
            values["rest"] = source.take(source.left)
            source.note(begin, "rest", "", "BYTE[n]", "")
        source.values, source.clause = before, clause
        return cls(**values)

    @classmethod
    def read_exactly(cls, source: Source, end: int) -> Self | None:
        """Return the record that takes a source up to a place, None if it takes less, unless it is open, or more."""
        plan = cls.PLANS.get(source.version) or cls._plan(source.version)
        if plan.whole is not None and source.trace is None and not cls.OPEN:
            if source.at + plan.whole.size != end:
                return None
            values = plan.absent.copy()
            plan.whole.read(source, values)
            return cls(**values)
        try:
            found = cls.read_all(source.part(end - source.at))
        except UnreadableError:
            return None
        return found if cls.OPEN or not found.rest else None

    @classmethod
    def _plan(cls, version: int) -> Plan:
        plan = cls.PLANS[version] = Plan(cls.LAYOUT, version)
        if getattr_static(cls, "read") is not getattr_static(Record, "read"):
            plan.whole = None  # it reads in its own way
        return plan

    def encode(self, *, version: int = LATEST) -> bytes:
        """Return the record as on the wire; ValueError, with the field's name, for what does not fit."""
        if self.sent is not None and self == self._decode(Source(self.sent, 0, len(self.sent), version)):
            return self.sent
        sink = Sink(version)
        self.write(sink)
        return bytes(sink.data)

    def write(self, sink: Sink) -> None:
        """Append the record to what is being written."""
        before, sink.record = sink.record, self

        def get(name: str) -> Any:
            return getattr(self, name)

        fields = [field for field in self.LAYOUT if field.there(sink.version, get)]
        # The last optional fields that have no value were not on the wire; before a rest only None says so.
        end = len(fields)
        while end and fields[end - 1].optional and get(fields[end - 1].name) == fields[end - 1].absent:
            end -= 1
        while self.rest and end < len(fields) and get(fields[end].name) is not None:
            end += 1
        for field in fields[:end]:
            value = get(field.name)
            try:
                field.kind.write(sink, value)
            except ValueError as error:
                raise ValueError(f"{type(self).__name__}.{field.name}: {error}") from error
            except (AttributeError, TypeError) as error:
                if value is not None:
                    raise
                raise ValueError(f"{type(self).__name__}.{field.name}: a value is missing") from error
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
            elif isinstance(field.kind, SizeOf):
                value = field.kind.size_in(self, LATEST)
            if value is not None:
                field.kind.flatten(prefix + field.name, value, into)
        if self.rest:
            into[prefix + "rest"] = self.rest.hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Record):
    """The body of a message."""

    ID: ClassVar[int]
