"""Kinds that hold other records: one, many, by id and length, by the value of a field before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from laixi_transport.devices.wire.kinds import Kind, Raw, length_prefix
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.devices.wire.stream import Sink, Source, UnreadableError

_RAW = Raw()
_WORDS = {1: "BYTE", 2: "WORD", 4: "DWORD"}


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
    """

    member: type[Record]
    prefix: int | None = None
    width: int | None = None
    to_end: bool = False
    notes_itself = True

    @property
    def notation(self) -> str:
        return self.member.__name__

    def read(self, source: Source, name: str) -> Record:
        path = f"{source.path}{name}."
        if self.prefix is not None or self.width is not None:
            size = self.width if self.width is not None else source.number(self.prefix or 0)
            return self.member.read_all(source.part(size, path))
        before, source.path = source.path, path
        value = self.member.read(source, to_end=self.to_end)
        source.path = before
        return value

    def write(self, sink: Sink, value: Record | None) -> None:
        if value is None:
            raise ValueError("a record is missing")
        if self.prefix is None:
            value.write(sink)
            return
        data = value.encode(version=sink.version)
        sink.data += length_prefix(len(data), self.prefix) + data

    def flatten(self, name: str, value: Record | None, into: dict[str, Any]) -> None:
        if value is not None:
            value.flatten(f"{name}.", into)


@dataclass(frozen=True, slots=True)
class Many(Kind[tuple[Record, ...]]):
    """Records one after the other.

    count  name of the ``CountOf`` field before it, or bytes of the number that stands right before it, or None: to the
           end
    size   bytes of the length that stands before each
    """

    member: type[Record]
    count: str | int | None = None
    size: int | None = None
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"{self.member.__name__}[]"

    def read(self, source: Source, name: str) -> tuple[Record, ...]:
        count = _count(self.count, source)
        members: list[Record] = []
        while len(members) < count if count is not None else source.left:
            path = f"{source.path}{name}[{len(members)}]."
            if self.size is not None:
                members.append(self.member.read_all(source.part(source.number(self.size), path)))
                continue
            before, source.path = source.path, path
            begin = source.at
            members.append(self.member.read(source))
            source.path = before
            if source.at == begin:
                raise UnreadableError(Refusal.BODY_SHORT, begin)
        return tuple(members)

    def write(self, sink: Sink, value: tuple[Record, ...]) -> None:
        if isinstance(self.count, int):
            sink.data += length_prefix(len(value), self.count)
        for member in value:
            if self.size is None:
                member.write(sink)
            else:
                data = member.encode(version=sink.version)
                sink.data += length_prefix(len(data), self.size) + data

    def flatten(self, name: str, value: tuple[Record, ...], into: dict[str, Any]) -> None:
        for index, member in enumerate(value):
            member.flatten(f"{name}[{index}].", into)


@dataclass(frozen=True, slots=True)
class Numbers(Kind[tuple[int, ...]]):
    """Numbers of ``width`` bytes one after the other; ``count`` as for many records."""

    width: int
    count: str | int | None = None

    @property
    def notation(self) -> str:
        return f"{_WORDS[self.width]}[n]"

    def read(self, source: Source, name: str) -> tuple[int, ...]:
        del name
        count = _count(self.count, source)
        if count is None:
            count = source.left // self.width
        data = source.take(count * self.width)
        return tuple(int.from_bytes(data[at : at + self.width]) for at in range(0, len(data), self.width))

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
        return f"{_WORDS[self.tag]} + {_WORDS[self.length]} + BYTE[n]"

    def read(self, source: Source, name: str) -> tuple[Record, ...]:
        count = _count(self.count, source)
        items: list[Record] = []
        while source.left and (count is None or len(items) < count):
            begin = source.at
            head = self.tag + self.length
            if source.left < head:
                break
            tag = source.number(self.tag)
            size = source.number(self.length)
            if source.left < size:
                source.at = begin
                break
            items.append(self._item(source, begin, tag, size, name))
        if count is not None and len(items) < count:
            raise UnreadableError(Refusal.BODY_SHORT, source.at)
        return tuple(items)

    def _item(self, source: Source, begin: int, tag: int, size: int, name: str) -> Record:
        member = self.table.get(tag)
        path = f"{source.path}{name}.{tag:0{2 * self.tag}X}."
        traced = len(source.trace) if source.trace is not None else 0
        head_end = source.at
        if member is not None:
            inner = source.part(size, path)
            source.note(begin, f"{name}.{tag:0{2 * self.tag}X}", member.TITLE, "id + length", f"{size} B")
            if source.trace is not None:  # the head alone: the fields note themselves
                source.trace[-1] = source.trace[-1]._replace(data=source.data[begin:head_end])
            try:
                item = member.read_all(inner)
            except UnreadableError:
                pass
            else:
                if not item.rest:
                    return item
            if source.trace is not None:
                del source.trace[traced:]
            source.at = head_end
        data = source.take(size)
        source.note(begin, f"{name}.{tag:0{2 * self.tag}X}", "", "id + length + BYTE[n]", _RAW.text(data))
        return RawItem(tag=tag, data=data)

    def write(self, sink: Sink, value: tuple[Record, ...]) -> None:
        if isinstance(self.count, int):
            sink.data += length_prefix(len(value), self.count)
        for item in value:
            assert isinstance(item, Item | RawItem)  # noqa: S101 - the type of the field says so
            data = item.encode(version=sink.version)
            sink.data += item.tag.to_bytes(self.tag) + length_prefix(len(data), self.length) + data

    def flatten(self, name: str, value: tuple[Record, ...], into: dict[str, Any]) -> None:
        owner = name.rpartition(".")[0]
        owner = f"{owner}." if owner else ""
        for item in value:
            item.flatten(owner + (item.PREFIX if isinstance(item, Item) else ""), into)


@dataclass(frozen=True, slots=True)
class Variant(Kind["Record | bytes"]):
    """What a field before it decides: a record by its value, or bytes where the value or the layout is not known.

    size  bytes of the length that stands before it; None: to the end
    """

    by: str
    table: Mapping[int, type[Record]]
    size: int | None = None
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"by {self.by}"

    def read(self, source: Source, name: str) -> Record | bytes:
        size = source.left if self.size is None else source.number(self.size)
        begin = source.at
        member = self.table.get(source.values[self.by])
        traced = len(source.trace) if source.trace is not None else 0
        inner = source.part(size, f"{source.path}{name}.")
        if member is not None:
            try:
                return member.read_all(inner)
            except UnreadableError:
                if source.trace is not None:
                    del source.trace[traced:]
        data = source.data[begin : begin + size]
        source.note(begin, name, "", "BYTE[n]", _RAW.text(data))
        return data

    def write(self, sink: Sink, value: Record | bytes) -> None:
        data = value if isinstance(value, bytes) else value.encode(version=sink.version)
        if self.size is not None:
            sink.data += length_prefix(len(data), self.size)
        sink.data += data

    def flatten(self, name: str, value: Record | bytes, into: dict[str, Any]) -> None:
        if isinstance(value, bytes):
            into[name] = value.hex()
        else:
            value.flatten(name.rpartition(".")[0] + "." if "." in name else "", into)


def _count(count: str | int | None, source: Source) -> int | None:
    """Return how many members follow; None: up to the end."""
    if isinstance(count, str):
        return int(source.values[count])
    return source.number(count) if count is not None else None
