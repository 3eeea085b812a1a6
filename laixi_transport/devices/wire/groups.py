"""Kinds that hold other records: one, many, by id and length, by the value of a field before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from laixi_transport.devices.wire.kinds import Kind, Raw, length_prefix
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.devices.wire.stream import NOTATIONS, Sink, Source, UnreadableError

LENGTH, COUNT = "长度", "总数"
"""Labels of the lengths and counts that stand before a field and are none of their own."""

_RAW = Raw()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """A record that is found by its id in a list of id, length and value."""

    TAG: ClassVar[int]
    PREFIX: ClassVar[str] = ""
    """Stands before the names of its fields in JSON."""

    @property
    def tag(self) -> int:
        """Its id."""
        return self.TAG


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem(Record):
    """An item that is not known, or that has another length than its description."""

    tag: int
    data: bytes

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        into[f"{prefix}item.{self.tag:02x}"] = self.data.hex()

    def write(self, sink: Sink) -> None:
        sink.data += self.data


@dataclass(frozen=True, slots=True)
class Nested(Kind["Record | None"]):
    """A record within a record.

    prefix  bytes of its length that stands before it
    width   its length, where that is fixed; without either it takes what its fields take
    to_end  nothing comes after it
    inline  in JSON its fields stand among those of the record around it
    or_none a length of zero before it says that there is none
    """

    member: type[Record]
    prefix: int | None = None
    width: int | None = None
    to_end: bool = False
    inline: bool = False
    or_none: bool = False
    notes_itself = True

    @property
    def notation(self) -> str:
        return self.member.__name__

    def read(self, source: Source, name: str) -> Record | None:
        before = source.path
        size = self.width
        if self.prefix is not None:
            size = source.prefix(self.prefix, f"{name}.length", LENGTH)
            if self.or_none and not size:
                return None
        if source.trace is not None:
            source.path = f"{before}{name}."
        if size is not None:
            value = self.member.read_all(source.part(size))
        else:
            value = self.member.read(source, to_end=self.to_end)
        source.path = before
        return value

    def write(self, sink: Sink, value: Record | None) -> None:
        if value is None:
            if self.or_none:
                sink.data += length_prefix(0, self.prefix or 0)
                return
            raise ValueError("a record is missing")
        if self.prefix is None:
            value.write(sink)
            return
        data = value.encode(version=sink.version)
        sink.data += length_prefix(len(data), self.prefix) + data

    def flatten(self, name: str, value: Record | None, into: dict[str, Any]) -> None:
        if value is not None:
            value.flatten(_owner(name) if self.inline else f"{name}.", into)


@dataclass(frozen=True, slots=True)
class Many(Kind["tuple[Record | bytes, ...]"]):
    """Records one after the other.

    count  name of the ``CountOf`` field before it, or bytes of the number that stands right before it, or None: to the
           end
    size   bytes of the length that stands before each
    fixed  how many there always are, where nothing on the wire says it
    loose  with ``size``: a member that cannot be read stays bytes, the list ends where a length runs over the end
    """

    member: type[Record]
    count: str | int | None = None
    size: int | None = None
    fixed: int | None = None
    loose: bool = False
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"{self.member.__name__}[{self.fixed or ''}]"

    def read(self, source: Source, name: str) -> tuple[Record | bytes, ...]:
        count = _count(self.count, source, name) if self.fixed is None else self.fixed
        before = source.path
        members: list[Record | bytes] = []
        while len(members) < count if count is not None else source.left:
            begin = source.at
            if self.loose and self._runs_over(source):
                break
            try:
                size = source.prefix(self.size, f"{name}[{len(members)}].length", LENGTH) if self.size else None
                if source.trace is not None:
                    source.path = f"{before}{name}[{len(members)}]."
                if size is not None:
                    members.append(self._sized(source, size, f"{name}[{len(members)}]", before))
                else:
                    member = self.member.read(source)
                    if source.at == begin:  # a record of no bytes would come for ever
                        raise UnreadableError(Refusal.BODY_SHORT)
                    members.append(member)
            except UnreadableError as error:
                error.within(f"[{len(members)}]", begin)
                raise
            source.path = before
        return tuple(members)

    def _runs_over(self, source: Source) -> bool:
        size = self.size or 0
        return source.left < size or source.left - size < int.from_bytes(source.data[source.at : source.at + size])

    def _sized(self, source: Source, size: int, name: str, path: str) -> Record | bytes:
        if not self.loose:
            return self.member.read_all(source.part(size))
        begin, traced = source.at, len(source.trace or ())
        try:
            return self.member.read_all(source.part(size))
        except UnreadableError:
            source.at = begin
        data = source.take(size)
        if source.trace is not None:
            del source.trace[traced:]
            source.path = path
            source.note(begin, name, source.label, "BYTE[n]", _RAW.text(data))
        return data

    def write(self, sink: Sink, value: tuple[Record | bytes, ...]) -> None:
        if self.fixed is not None and len(value) != self.fixed:
            raise ValueError(f"{len(value)} members where there must be {self.fixed}")
        if isinstance(self.count, int):
            sink.data += length_prefix(len(value), self.count)
        for member in value:
            data = member if isinstance(member, bytes) else member.encode(version=sink.version)
            sink.data += data if self.size is None else length_prefix(len(data), self.size) + data

    def flatten(self, name: str, value: tuple[Record | bytes, ...], into: dict[str, Any]) -> None:
        for index, member in enumerate(value):
            if isinstance(member, bytes):
                into[f"{name}[{index}]"] = member.hex()
            else:
                member.flatten(f"{name}[{index}].", into)


@dataclass(frozen=True, slots=True)
class Numbers(Kind[tuple[int, ...]]):
    """Numbers of ``width`` bytes one after the other; ``count`` as for many records."""

    width: int
    count: str | int | None = None
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"{NOTATIONS[self.width]}[n]"

    def read(self, source: Source, name: str) -> tuple[int, ...]:
        count = _count(self.count, source, name)
        if count is None:
            count = source.left // self.width
        begin = source.at
        data = source.take(count * self.width)
        value = tuple(int.from_bytes(data[at : at + self.width]) for at in range(0, len(data), self.width))
        if source.trace is not None:
            source.note(begin, name, source.label, self.notation, ", ".join(map(str, value)))
        return value

    def write(self, sink: Sink, value: tuple[int, ...]) -> None:
        if isinstance(self.count, int):
            sink.data += length_prefix(len(value), self.count)
        for number in value:
            try:
                sink.data += number.to_bytes(self.width)
            except OverflowError:
                raise ValueError(f"{number} does not fit {self.width} bytes") from None

    def flatten(self, name: str, value: tuple[int, ...], into: dict[str, Any]) -> None:
        into[name] = list(value)


@dataclass(frozen=True, slots=True)
class Items(Kind[tuple[Record, ...]]):
    """Items of id, length and value. What is cut off at the end is left to the record's rest.

    table        items by id; others, and those whose value does not fit their description, become ``RawItem``
    tag, length  bytes of id and of length
    count        as for many records
    """

    table: Mapping[int, type[Item]]
    tag: int = 1
    length: int = 1
    count: str | int | None = None
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"{NOTATIONS[self.tag]} + {NOTATIONS[self.length]} + BYTE[n]"

    def read(self, source: Source, name: str) -> tuple[Record, ...]:
        count = _count(self.count, source, name)
        items: list[Record] = []
        head = self.tag + self.length
        data = source.data
        while count is None or len(items) < count:
            begin = source.at
            split = begin + self.tag
            end = begin + head + int.from_bytes(data[split : begin + head])
            if begin + head > source.end or end > source.end:
                break
            items.append(self._item(source, int.from_bytes(data[begin:split]), end, name))
        if count is not None and len(items) < count:
            raise UnreadableError(Refusal.BODY_SHORT)
        return tuple(items)

    def _item(self, source: Source, tag: int, end: int, name: str) -> Record:
        begin = source.at
        source.at += self.tag + self.length
        member = self.table.get(tag)
        before, traced = source.path, 0
        if source.trace is not None:
            traced = len(source.trace)
            name = f"{name}.{tag:0{2 * self.tag}X}"
            source.note(begin, name, member.TITLE if member else source.label, "id + length", f"{end - source.at} B")
            source.path = f"{before}{name}."
        data_at = source.at
        item = member.read_exactly(source, end) if member is not None else None
        source.path = before
        if item is not None:
            return item
        if source.trace is not None:
            del source.trace[traced + 1 :]  # what was told of the fields; the head stays
        source.at = data_at
        data = source.take(end - data_at)
        source.note(data_at, name, source.label, "BYTE[n]", _RAW.text(data))
        return RawItem(tag=tag, data=data)

    def write(self, sink: Sink, value: tuple[Record, ...]) -> None:
        if isinstance(self.count, int):
            sink.data += length_prefix(len(value), self.count)
        for item in value:
            assert isinstance(item, Item | RawItem)  # noqa: S101 - the type of the field says so
            data = item.encode(version=sink.version)
            sink.data += item.tag.to_bytes(self.tag) + length_prefix(len(data), self.length) + data

    def flatten(self, name: str, value: tuple[Record, ...], into: dict[str, Any]) -> None:
        owner = _owner(name)
        for item in value:
            item.flatten(owner + (item.PREFIX if isinstance(item, Item) else ""), into)


@dataclass(frozen=True, slots=True)
class Variant(Kind["Record | bytes"]):
    """What a field before it decides: a record by its value, or bytes where the value or the layout is not known.

    size  bytes of the length that stands before it, or name of the ``SizeOf`` field before it, or None: to the end
    """

    by: str
    table: Mapping[int, type[Record]]
    size: str | int | None = None
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"by {self.by}"

    def read(self, source: Source, name: str) -> Record | bytes:
        size = _count(self.size, source, name, "length", LENGTH)
        if size is None:
            size = source.left
        member = self.table.get(source.values[self.by])
        begin, before = source.at, source.path
        traced = len(source.trace) if source.trace is not None else 0
        if member is not None:
            if source.trace is not None:
                source.path = f"{before}{name}."
            try:
                value = member.read_all(source.part(size))
            except UnreadableError:
                source.at = begin
                if source.trace is not None:
                    del source.trace[traced:]
            else:
                source.path = before
                return value
            source.path = before
        data = source.take(size)
        if source.trace is not None:
            source.note(begin, name, source.label, "BYTE[n]", _RAW.text(data))
        return data

    def write(self, sink: Sink, value: Record | bytes) -> None:
        data = value if isinstance(value, bytes) else value.encode(version=sink.version)
        if isinstance(self.size, int):
            sink.data += length_prefix(len(data), self.size)
        sink.data += data

    def flatten(self, name: str, value: Record | bytes, into: dict[str, Any]) -> None:
        if isinstance(value, bytes):
            into[name] = value.hex()
        else:
            value.flatten(_owner(name), into)


def _owner(name: str) -> str:
    """Return what stands before the names of the record that a field belongs to."""
    return name[: name.rfind(".") + 1]


def _count(count: str | int | None, source: Source, name: str, what: str = "count", label: str = COUNT) -> int | None:
    """Return how many members or bytes follow; None: up to the end."""
    if isinstance(count, str):
        return int(source.values[count] or 0)
    return source.prefix(count, f"{name}.{what}", label) if count is not None else None
