"""The functions that fields of records are declared with.

Every one takes the standard's label first. ``since`` and ``until`` bound the versions in which the field is on the
wire, ``when`` ties it to a field before it, ``optional`` says that devices leave it out at the end; such a field needs
a ``default``, which is its value where it is absent. Lists and counts are declared with ``default=()`` and
``default=0``, for the type checker to see that they may be left out.
"""

import dataclasses
from collections.abc import Mapping
from enum import IntEnum, IntFlag
from typing import Any, TypeVar, dataclass_transform

from laixi_transport.devices.wire.groups import Item, Items, Many, Nested, Numbers, Variant
from laixi_transport.devices.wire.kinds import (
    ByVersion,
    CountOf,
    DecimalNumber,
    Digits,
    Kind,
    Number,
    Raw,
    SizeOf,
    Text,
)
from laixi_transport.devices.wire.layout import Condition, Field
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.times import Day, Moment, UnixTime

R = TypeVar("R", bound=Record)
_KEY = "wire"
_ALWAYS = 9999


@dataclasses.dataclass(frozen=True, slots=True)
class _Terms:
    label: str
    kind: Kind[Any]
    since: int
    until: int
    when: Condition | None
    optional: bool


def wire(
    kind: Kind[Any],
    label: str,
    *,
    default: Any = dataclasses.MISSING,
    since: int = 0,
    until: int = _ALWAYS,
    when: Condition | None = None,
    optional: bool = False,
    compare: bool = True,
) -> Any:
    """Return a field of any kind; the others are short for this one."""
    metadata = {_KEY: _Terms(label, kind, since, until, when, optional)}
    return dataclasses.field(default=default, metadata=metadata, compare=compare)


def by_version(kinds: Mapping[int, Kind[Any]], label: str, **terms: Any) -> Any:
    """Return a field of another kind in every edition; ``kinds`` by the year from which on they hold."""
    return wire(ByVersion(tuple(kinds.items())), label, **terms)


def u8(
    label: str,
    *,
    per: int = 1,
    offset: int = 0,
    none: int | None = None,
    values: type[IntEnum] | None = None,
    bits: type[IntFlag] | None = None,
    **terms: Any,
) -> Any:
    """Return a field of one byte."""
    return wire(Number(1, per, offset=offset, none=none, values=values, bits=bits), label, **terms)


def u16(
    label: str,
    *,
    per: int = 1,
    offset: int = 0,
    none: int | None = None,
    values: type[IntEnum] | None = None,
    bits: type[IntFlag] | None = None,
    ident: bool = False,
    **terms: Any,
) -> Any:
    """Return a field of two bytes."""
    return wire(Number(2, per, offset=offset, none=none, values=values, bits=bits, ident=ident), label, **terms)


def u32(
    label: str,
    *,
    per: int = 1,
    none: int | None = None,
    values: type[IntEnum] | None = None,
    bits: type[IntFlag] | None = None,
    **terms: Any,
) -> Any:
    """Return a field of four bytes."""
    return wire(Number(4, per, none=none, values=values, bits=bits), label, **terms)


def u64(label: str, *, bits: type[IntFlag] | None = None, **terms: Any) -> Any:
    """Return a field of eight bytes."""
    return wire(Number(8, bits=bits), label, **terms)


def i16(label: str, *, per: int = 1, **terms: Any) -> Any:
    """Return a signed field of two bytes."""
    return wire(Number(2, per, signed=True), label, **terms)


def i32(label: str, *, per: int = 1, **terms: Any) -> Any:
    """Return a signed field of four bytes."""
    return wire(Number(4, per, signed=True), label, **terms)


def digits(label: str, width: int, *, bare: bool = False, **terms: Any) -> Any:
    """Return a field of BCD digits kept as text."""
    return wire(Digits(width, bare), label, **terms)


def decimal(label: str, width: int, *, per: int = 1, **terms: Any) -> Any:
    """Return a field with a number in BCD."""
    return wire(DecimalNumber(width, per), label, **terms)


def moment(label: str, form: str = "%y%m%d%H%M%S", *, fill: int = 0, **terms: Any) -> Any:
    """Return a field with a time in BCD, GMT+8; ``fill`` is each byte of what is written where there is none."""
    return wire(Moment(form, fill), label, **terms)


def day(label: str, *, width: int = 4, **terms: Any) -> Any:
    """Return a field with a date in BCD[4], or in BCD[3] with a year of two digits."""
    return wire(Day(width), label, **terms)


def unix_time(label: str, width: int = 8, *, per_s: int = 1, **terms: Any) -> Any:
    """Return a field with a time counted from 1970."""
    return wire(UnixTime(width, per_s), label, **terms)


def text(label: str, width: int | None = None, *, prefix: int | None = None, **terms: Any) -> Any:
    """Return a field with a text in GBK: of a width, behind its length, or to the end."""
    return wire(Text(width, prefix), label, **terms)


def raw(label: str, width: int | None = None, *, prefix: int | None = None, **terms: Any) -> Any:
    """Return a field with bytes: of a width, behind their length, or to the end."""
    return wire(Raw(width, prefix), label, **terms)


def count_of(target: str, label: str, width: int = 1, *, wide_since: int | None = None, **terms: Any) -> Any:
    """Return a field with the number of members of a list further behind."""
    return wire(CountOf(target, width, wide_since), label, **{"default": 0, "compare": False, **terms})


def size_of(target: str, label: str, width: int, **terms: Any) -> Any:
    """Return a field with the bytes that a field further behind takes."""
    return wire(SizeOf(target, width), label, **{"default": 0, "compare": False, **terms})


def nested(
    member: type[Record],
    label: str,
    *,
    prefix: int | None = None,
    width: int | None = None,
    to_end: bool = False,
    inline: bool = False,
    or_none: bool = False,
    **terms: Any,
) -> Any:
    """Return a field with a record."""
    return wire(Nested(member, prefix, width, to_end, inline, or_none), label, **terms)


def many(
    member: type[Record],
    label: str,
    *,
    count: str | int | None = None,
    size: int | None = None,
    fixed: int | None = None,
    loose: bool = False,
    **terms: Any,
) -> Any:
    """Return a field with records one after the other."""
    return wire(Many(member, count, size, fixed, loose), label, **{"default": (), **terms})


def numbers(width: int, label: str, *, count: str | int | None = None, **terms: Any) -> Any:
    """Return a field with numbers one after the other."""
    return wire(Numbers(width, count), label, **{"default": (), **terms})


def items(
    table: Mapping[int, type[Item]],
    label: str,
    *,
    tag: int = 1,
    length: int = 1,
    count: str | int | None = None,
    **terms: Any,
) -> Any:
    """Return a field with items of id, length and value."""
    return wire(Items(table, tag, length, count), label, **{"default": (), **terms})


def variant(
    by: str, table: Mapping[int, type[Record]], label: str, *, size: str | int | None = None, **terms: Any
) -> Any:
    """Return a field whose record depends on the field ``by``."""
    return wire(Variant(by, table, size), label, **terms)


def equals(field: str, *values: int) -> Condition:
    """Return the condition that a field before has one of these values."""
    return Condition(field, values)


def differs(field: str, *values: int) -> Condition:
    """Return the condition that a field before has none of these values."""
    return Condition(field, values, wanted=False)


def has_bit(field: str, mask: int) -> Condition:
    """Return the condition that a field before has one of these bits."""
    return Condition(field, mask=mask)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        wire, by_version, u8, u16, u32, u64, i16, i32, digits, decimal, moment, day, unix_time, text, raw, count_of,
        size_of, nested, many, numbers, items, variant,
    ),
)  # fmt: skip
def record(cls: type[R]) -> type[R]:
    """Make a record of a class: a frozen dataclass with slots, its layout the order of its fields."""
    made = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)
    layout = []
    for field in dataclasses.fields(made):
        terms = field.metadata.get(_KEY)
        if terms is None:
            continue
        bound = terms.since or terms.until != _ALWAYS or terms.when is not None or terms.optional
        if bound and field.default is dataclasses.MISSING:
            raise TypeError(f"{cls.__name__}.{field.name} is not always there and has no default")
        absent = None if field.default is dataclasses.MISSING else field.default
        layout.append(
            Field(field.name, terms.label, terms.kind, terms.since, terms.until, terms.when, terms.optional, absent)
        )
    made.LAYOUT = tuple(layout)
    made.PLANS = {}
    return made
