"""What a record's layout is made of: its fields, and the runs in which they are read where nothing is asked of them.

Most fields of most messages have a fixed size and are always there. Such neighbours are read by one struct; whatever is
conditional, of its own length or cut short is read field by field.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from struct import Struct
from typing import Any

from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.stream import Source, UnreadableError


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
        if value is None:  # that field is not there: it has none of the values
            return not self.wanted
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
    optional      whether real devices leave it out at the end, or end their message within it
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

    def known(self, version: int) -> bool:
        """Return whether a version of the standard has the field."""
        return self.since <= version <= self.until

    def there(self, version: int, get: Callable[[str], Any]) -> bool:
        """Return whether the field is on the wire, given the version and the fields before it."""
        return self.since <= version <= self.until and (self.when is None or self.when.holds(get))

    def read(self, source: Source, values: dict[str, Any]) -> None:
        """Enter its value; UnreadableError if it should be there and is not."""
        if not self.there(source.version, values.get) or (self.optional and source.at >= source.end):
            values[self.name] = self.absent
            return
        begin = source.at
        if source.trace is not None:
            source.label = self.label
        try:
            value = values[self.name] = self.kind.read(source, self.name)
        except UnreadableError as error:
            error.within(self.name, begin)
            error.begin, error.optional = begin, self.optional
            raise
        if source.trace is not None and not self.kind.notes_itself:
            source.note(begin, self.name, self.label, self.kind.notation, self.kind.text(value))


class Run:
    """Neighbours of fixed sizes that are always there in a version, read by one struct."""

    __slots__ = ("_converted", "_fields", "_names", "_related", "_unpack", "size")

    def __init__(self, fields: tuple[Field, ...]) -> None:
        struct = Struct(">" + "".join(field.kind.form for field in fields))
        self.size = struct.size
        self._fields = fields
        self._names = tuple(field.name for field in fields)
        self._unpack = struct.unpack_from
        kinds = [(field.name, field.kind) for field in fields if field.kind.related or not field.kind.plain]
        self._converted = tuple((name, kind.value) for name, kind in kinds if not kind.related)
        self._related = tuple((name, kind.value_among) for name, kind in kinds if kind.related)

    def read(self, source: Source, values: dict[str, Any]) -> None:
        """Enter the values of its fields; UnreadableError, with the field's name, if one is cut short."""
        begin = source.at
        end = begin + self.size
        if end > source.end:
            for field in self._fields:
                field.read(source, values)
            return
        values.update(zip(self._names, self._unpack(source.data, begin), strict=True))
        for name, value in self._converted:
            values[name] = value(values[name])
        for name, value_among in self._related:
            values[name] = value_among(values[name], values)
        source.at = end


class Plan:
    """How the records of one version are read.

    absent  values of the fields that the version does not have
    steps   what is read, in order
    whole   the one run that is all of it, if there is no more and nothing may be missing
    """

    __slots__ = ("absent", "steps", "whole")

    def __init__(self, layout: tuple[Field, ...], version: int) -> None:
        self.absent = {field.name: field.absent for field in layout if not field.known(version)}
        self.steps = tuple(_steps([field for field in layout if field.known(version)]))
        only = self.steps[0] if len(self.steps) == 1 and not any(field.optional for field in layout) else None
        self.whole = only if isinstance(only, Run) else None


def _steps(fields: list[Field]) -> Iterator[Field | Run]:
    for joined, group in groupby(fields, lambda field: bool(field.kind.form) and field.when is None):
        if joined:
            yield Run(tuple(group))
        else:
            yield from group
