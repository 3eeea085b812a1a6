"""The names that readings can have, collected from the layouts of all records."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, zip_longest
from typing import Any

from laixi_transport.devices.jsatl.file_block import FileBlock
from laixi_transport.devices.jsatl.ident import AlarmIdent, IdentKind
from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.header import Header
from laixi_transport.devices.jt808.parameters import SettingValue
from laixi_transport.devices.jt809.catalogue import MESSAGES as LINK_MESSAGES
from laixi_transport.devices.jt809.catalogue import SUBS
from laixi_transport.devices.jt809.frame import Header as PlatformHeader
from laixi_transport.devices.jt1078.packet import MAGIC
from laixi_transport.devices.jt1078.packet_layout import StreamPacket
from laixi_transport.devices.recorder.block import Embedded
from laixi_transport.devices.training.header import Header as TrainingHeader
from laixi_transport.devices.training.messages import MESSAGES as TRAINING_MESSAGES
from laixi_transport.devices.wire.groups import Items, Many, Nested, Numbers, Variant
from laixi_transport.devices.wire.kinds import ByVersion, CountOf, Kind, SizeOf
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.stream import Source, UnreadableError

_PLACE = re.compile(r"\[\d+\]")
_PARAMETER = re.compile(r"^param\.[0-9a-f]{4}$")
VERSIONS = (2011, 2013, 2019)


def records() -> Iterator[type[Record]]:
    """Yield the records that anything can be read as."""
    yield from (Header, TrainingHeader, PlatformHeader, StreamPacket, FileBlock)
    yield from chain(MESSAGES.values(), LINK_MESSAGES.values(), TRAINING_MESSAGES.values(), *SUBS.values())


def names_of(cls: type[Record]) -> set[str]:
    """Return the names that a record can have in JSON, with ``k`` for the places in lists."""
    found = set()
    for version in VERSIONS:
        for sample in samples(cls, version):
            found |= {_PARAMETER.sub("param.<hex4>", _PLACE.sub("[k]", name)) for name in sample.flat()}
    return found


def samples(cls: type[Record], version: int) -> Iterator[Record]:
    """Yield records of a class that together have every field of it: all zeros, and what its conditions tell apart."""
    choices = [{}]
    for field in cls.LAYOUT:
        if field.when is not None:
            choices += [{field.when.field: value} for value in field.when.values or (field.when.mask,)]
        if isinstance(field.kind, Variant):
            choices += [{field.kind.by: value} for value in field.kind.table]
        if isinstance(field.kind, SettingValue):
            choices.append({"id": 1})
    for choice in choices:
        yield from _with(cls, version, choice)


def _with(cls: type[Record], version: int, choice: dict[str, int]) -> Iterator[Record]:
    alternatives: dict[str, list[Any]] = {}
    values: dict[str, Any] = {}
    for field in cls.LAYOUT:
        if not field.there(version, values.get):
            alternatives[field.name] = [field.absent]
        elif field.name in choice:
            alternatives[field.name] = [choice[field.name]]
        else:
            alternatives[field.name] = list(_values(field.kind, version, values)) or [field.absent]
        values[field.name] = alternatives[field.name][0]
    first = {name: options[0] for name, options in alternatives.items()}
    for options in zip_longest(*alternatives.values()):
        chosen = {name: value for name, value in zip(alternatives, options, strict=True) if value is not None}
        yield cls(**{**first, **chosen})


def _values(kind: Kind[Any], version: int, values: dict[str, Any]) -> Iterable[Any]:
    match kind:
        case CountOf() | SizeOf():
            return [0]
        case Numbers():
            return [(1,)]
        case ByVersion():
            return _values(kind.kind_in(version), version, values)
        case Nested() | Embedded():
            return samples(kind.member, version)
        case IdentKind():
            return samples(AlarmIdent, version)
        case SettingValue():
            return [b""]
        case Many():
            members = tuple(samples(kind.member, version))
            return [members if kind.fixed is None else members[:1] * kind.fixed]
        case Items():
            return [tuple(chain.from_iterable(samples(item, version) for item in kind.table.values()))]
        case Variant():
            member = kind.table.get(values[kind.by])
            return samples(member, version) if member is not None else [b""]
    return _read(kind, version, values)


def _read(kind: Kind[Any], version: int, values: dict[str, Any]) -> Iterable[Any]:
    """Return what a kind makes of some bytes, preferably not None."""
    found = []
    for data in (b"\x01" * 1000, bytes(1000), MAGIC + bytes(100)):
        source = Source(data, 0, len(data), version, values)
        with suppress(UnreadableError):
            found.append(kind.read(source, ""))
    return [value for value in found if value is not None][:1] or found[:1]
