"""What the tests of all protocols share: records invented from their own layouts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import strategies as st

from laixi_transport.devices.jsatl.ident import AlarmIdent, IdentKind, WideAlarmIdent
from laixi_transport.devices.jt808.coordinates import Coordinate
from laixi_transport.devices.jt808.parameters import PARAMETERS, Setting, SettingValue
from laixi_transport.devices.wire.groups import Items, Many, Nested, Numbers, RawItem, Variant
from laixi_transport.devices.wire.kinds import ByVersion, CountOf, Kind, Number, Raw, SizeOf, Text
from laixi_transport.devices.wire.layout import Field
from laixi_transport.devices.wire.magic import Magic
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.stream import Source, UnreadableError

LETTERS = "abcXYZ0189-_粤鲁京测试"
MEMBERS = 3
FREE_BYTES = 24


@st.composite
def records(draw: st.DrawFn, cls: type[Record], version: int) -> Any:
    """Draw a record of a class as it is in a version; the last of its optional fields may be missing."""
    values: dict[str, Any] = {}
    optional = [field.name for field in cls.LAYOUT if field.optional]
    missing = optional[draw(st.integers(0, len(optional))) :]
    for field in cls.LAYOUT:
        if field.name in missing or not field.there(version, values.get):
            values[field.name] = field.absent
        else:
            values[field.name] = draw(_value(field.kind, version, values, list(_told_apart(cls, field))))
    for field in cls.LAYOUT:  # the hemisphere is told by bits that may stand further behind
        if isinstance(field.kind, Coordinate):
            degrees = abs(values[field.name])
            values[field.name] = -degrees if values[field.kind.bits] & field.kind.mask else degrees
    return cls(**values)


def _value(kind: Kind[Any], version: int, values: dict[str, Any], wanted: list[int]) -> st.SearchStrategy[Any]:
    match kind:
        case ByVersion():
            return _value(kind.kind_in(version), version, values, wanted)
        case Number(values=names) if names is not None:
            wanted = [*wanted, *map(int, names)]
        case CountOf() | SizeOf():
            return st.just(0)
        case Text():
            texts = st.text(LETTERS, max_size=12)
            return texts if kind.width is None else texts.map(lambda text, width=kind.width: text[: width // 2])
        case Raw(width=None):
            return st.binary(max_size=FREE_BYTES)
        case Raw():
            return st.binary(min_size=kind.width or 0, max_size=kind.width)
        case Magic():
            return st.just(kind.expected)
        case IdentKind():
            return st.one_of(records(AlarmIdent, version), records(WideAlarmIdent, version))
        case Nested():
            return records(kind.member, version)
        case Many():
            least, most = (0, MEMBERS) if kind.fixed is None else (kind.fixed, kind.fixed)
            return st.lists(records(kind.member, version), min_size=least, max_size=most).map(tuple)
        case Numbers():
            return st.lists(st.integers(0, 256**kind.width - 1), max_size=MEMBERS).map(tuple)
        case Items():
            unknown = st.integers(0, 256**kind.tag - 1).filter(lambda tag: tag not in kind.table)
            choices: list[st.SearchStrategy[Any]] = [
                st.builds(RawItem, tag=unknown, data=st.binary(max_size=8)),
                *(records(member, version) for member in kind.table.values()),
            ]
            return st.lists(st.one_of(choices), max_size=MEMBERS).map(tuple)
        case SettingValue():
            parameter = PARAMETERS.get(values["id"])
            return _value(parameter.kind, version, values, []) if parameter is not None else st.binary(max_size=8)
        case Coordinate():
            return st.integers(0, 180_000_000).map(lambda raw: raw / 1e6)
        case Variant():
            member = kind.table.get(values[kind.by])
            return records(member, version) if member is not None else st.binary(max_size=FREE_BYTES)
    return st.one_of(*map(st.just, wanted), _read(kind, version, values))


@st.composite
def _read(draw: st.DrawFn, kind: Kind[Any], version: int, values: dict[str, Any]) -> Any:
    """Draw a value of a kind that nothing is known of: what it reads from some bytes."""
    data = draw(st.binary(min_size=FREE_BYTES, max_size=FREE_BYTES))
    try:
        return kind.read(Source(data, 0, len(data), version, values), "")
    except UnreadableError:
        return kind.read(Source(bytes(len(data)), 0, len(data), version, values), "")


def _told_apart(cls: type[Record], field: Field) -> Iterator[int]:
    """Yield the values of a field that decide what stands further behind."""
    if cls is Setting and field.name == "id":
        yield from PARAMETERS
    for other in cls.LAYOUT:
        if other.when is not None and other.when.field == field.name:
            yield from other.when.values or (other.when.mask,)
        if isinstance(other.kind, Variant) and other.kind.by == field.name:
            yield from other.kind.table


@pytest.fixture(scope="session")
def records_of() -> Callable[[type[Record], int], st.SearchStrategy[Any]]:
    """A strategy for records of a class in a version of the standard."""
    return records


def _assert_spans_cover(cls: type[Record], body: bytes, version: int) -> None:
    spans, result = cls.explain(body, version=version)
    assert result == cls.decode(body, version=version)
    at = 0
    for span in spans:
        assert (span.offset, body[at : at + len(span.data)]) == (at, span.data), span
        assert span.data, span
        at += len(span.data)
    assert at == len(body)


@pytest.fixture(scope="session")
def assert_spans_cover() -> Callable[[type[Record], bytes, int], None]:
    """Checks that an explanation names every byte once and gives the record that decoding gives."""
    return _assert_spans_cover
