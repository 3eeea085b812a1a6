"""What stands on each page of docs/protocols, and how a record is printed."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache
from itertools import groupby
from struct import calcsize
from typing import Any

from laixi_transport.devices.jsatl.file_block import FileBlock
from laixi_transport.devices.jt808.catalogue import MESSAGES, POSITION_ITEMS
from laixi_transport.devices.jt808.header import Header
from laixi_transport.devices.jt808.parameters import PARAMETERS, Parameter
from laixi_transport.devices.jt809.catalogue import MESSAGES as LINK_MESSAGES
from laixi_transport.devices.jt809.catalogue import SUBS
from laixi_transport.devices.jt809.frame import Header as PlatformHeader
from laixi_transport.devices.jt1078.packet_layout import StreamPacket
from laixi_transport.devices.recorder.block import REQUESTS, RecorderAnswer, RecorderRequest
from laixi_transport.devices.recorder.data import ANSWERS
from laixi_transport.devices.training.extension import FUNCTIONS
from laixi_transport.devices.training.gnss import GNSS_ITEMS
from laixi_transport.devices.training.header import Header as TrainingHeader
from laixi_transport.devices.training.messages import MESSAGES as TRAINING_MESSAGES
from laixi_transport.devices.wire.groups import Item
from laixi_transport.devices.wire.kinds import ByVersion, Kind, Number
from laixi_transport.devices.wire.layout import Field
from laixi_transport.devices.wire.record import Message, Record
from laixi_transport.devices.wire.refusal import Refusal

UNITS = {
    "deg": "°", "kmh": "km/h", "km": "km", "m": "m", "s": "s", "ms": "ms", "us": "µs", "l": "L", "kpa": "kPa",
    "pa": "Pa",
    "c": "°C", "pct": "%", "rpm": "1/min", "bytes": "byte", "100ms": "100 ms", "min": "min", "h": "h", "minutes": "min",
    "hours": "h", "days": "d", "v": "V", "kbit": "kbit",
}  # fmt: skip
UNVERIFIED = "mem"
_FOREVER = 9999
_FIXED = re.compile(r"(BYTE|WORD|DWORD|BCD\[|BYTE\[)(?:(\d+)\])?")
_OWN_NUMBER = re.compile(r"^[0-9A-F]{2,4}(?:[:.] |\.$)")
_DIGITS = re.compile(r"[0-9A-Fa-f]{3,4}$")
_COMMENT = re.compile(r"^\s+(\w+)\s*=\s*[^#\n]+#\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with records; ``ids`` of those that have one."""

    title: str
    records: Sequence[tuple[str, type[Record]]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page; what its records are made of is printed behind them."""

    name: str
    title: str
    intro: str
    package: str
    sections: tuple[Section, ...]
    parameters: Mapping[int, Parameter] | None = None
    refusals: bool = False


def _numbered(records: Mapping[int, type[Record]], package: str, width: int = 4) -> list[tuple[str, type[Record]]]:
    return [(f"0x{number:0{width}X}", one) for number, one in sorted(records.items()) if _package(one) == package]


def _package(one: type) -> str:
    return one.__module__.split(".")[2]


PAGES = (
    Page(
        "jt808", "JT/T 808: terminal and platform",
        "Editions 2011, 2013 and 2019. Ids 0xxx come from the terminal, 8xxx from the platform.", "jt808",
        (
            Section("Header", [("", Header)]),
            Section("Messages", _numbered(MESSAGES, "jt808")),
            Section("Items of a position", _numbered(POSITION_ITEMS, "jt808", 2)),
        ), PARAMETERS,
    ),
    Page(
        "jt1078", "JT/T 1078: video", "Messages on the JT/T 808 link, and the packets of a stream on its own.",
        "jt1078",
        (
            Section("Messages", _numbered(MESSAGES, "jt1078")),
            Section("Items of a position", _numbered(POSITION_ITEMS, "jt1078", 2)),
            Section("Stream", [("", StreamPacket)]),
        ),
    ),
    Page(
        "jsatl", "T/JSATL 12: driver assistance and driver state",
        "Items and messages on the JT/T 808 link, and the blocks of files on the attachment link.", "jsatl",
        (
            Section("Messages", _numbered(MESSAGES, "jsatl")),
            Section("Items of a position", _numbered(POSITION_ITEMS, "jsatl", 2)),
            Section("Files", [("", FileBlock)]),
        ),
    ),
    Page(
        "jt809", "JT/T 809: platform and platform",
        "Editions 2011 and 2019. Ids 1xxx go to the upper platform, 9xxx to the lower one. The data of a business "
        "message stand behind plate BYTE[21], colour BYTE, sub id WORD and length DWORD.", "jt809",
        (
            Section("Header", [("", PlatformHeader)]),
            Section("Messages of the link", _numbered(LINK_MESSAGES, "jt809")),
            Section("Data of business messages, by sub id",
                    [(f"0x{sub_id:04X}", one) for sub_id, layouts in sorted(SUBS.items()) for one in layouts]),
        ),
    ),
    Page(
        "recorder", "GB/T 19056: driving recorder", "Blocks inside 0x0700, 0x8700 and 0x8701 of JT/T 808.", "recorder",
        (
            Section("Blocks", [("", RecorderRequest), ("", RecorderAnswer)]),
            Section("Data of requests", _numbered(REQUESTS, "recorder", 2)),
            Section("Data of answers", _numbered(ANSWERS, "recorder", 2)),
        ),
    ),
    Page(
        "training", "Timing terminals of training cars",
        "JT/T 808 with a header of its own; what is not listed is as in JT/T 808-2013.", "training",
        (
            Section("Header", [("", TrainingHeader)]),
            Section("Messages", _numbered(TRAINING_MESSAGES, "training")),
            Section("Training messages, by function id", _numbered(FUNCTIONS, "training")),
            Section("Items of a position", _numbered(GNSS_ITEMS, "training", 2)),
        ),
    ),
    Page(
        "refusals", "Why bytes are refused",
        "One reason for each refused frame or message: in the quarantine, on the terminals page and printed by "
        "`decode`.", "wire", (), refusals=True,
    ),
)  # fmt: skip


def page_text(page: Page) -> str:
    """Return a page as Markdown."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield f"# {page.title}"
    yield ""
    yield "Printed by `python -m tools.protocol_docs write`: change the descriptions, not this page."
    yield ""
    yield page.intro
    if page.refusals:
        yield from _refusals()
        return
    yield ""
    yield f"A clause with *{UNVERIFIED}* was written from memory of the standard: check it before relying on it."
    for section in page.sections:
        if not section.records:
            continue
        yield from ("", f"## {section.title}")
        if len(section.records) > 3:
            yield ""
            for number, one in section.records:
                yield f"- [{number} {one.TITLE or one.__name__}](#{_anchor(one)})"
        for number, one in section.records:
            yield from _record(number, one, page)
    if page.parameters is not None:
        yield from _parameters(page.parameters, page)
    listed = {one for section in page.sections for _, one in section.records}
    further = sorted((one for one in _reached(page) - listed if _package(one) == page.package), key=_anchor)
    if further:
        yield from ("", "## Parts of these")
        for one in further:
            yield from _record("", one, page)
    names = sorted({*_named(listed | set(further), page)}, key=lambda enum: enum.__name__)
    if names:
        yield from ("", "## Names of values")
        for enum in names:
            yield from _enumeration(enum)


def _record(number: str, one: type[Record], page: Page) -> Iterator[str]:
    yield ""
    yield f'<a id="{_anchor(one)}"></a>'
    yield ""
    yield f"### {f'{number} ' if number else ''}{one.TITLE or one.__name__}"
    yield ""
    about = (inspect.getdoc(one) or "").split("\n\n")
    mark = " ⚠" if UNVERIFIED in one.CLAUSE else ""
    yield f"`{one.__name__}`{f' · {one.CLAUSE}{mark}' if one.CLAUSE else ''}. " + _joined(about[0], one)
    for paragraph in about[1:]:
        yield from ("", _joined(paragraph, one))
    if not one.LAYOUT:
        if issubclass(one, Message):
            yield from ("", "No body.")
        return
    yield ""
    yield "| offset | type | name | label | meaning | there |"
    yield "|---|---|---|---|---|---|"
    offset: int | None = 0
    for field in one.LAYOUT:
        cells = ("" if offset is None else str(offset), _type(field.kind, page), f"`{field.name}`", field.label,
                 _meaning(field), _there(field))  # fmt: skip
        yield _row(cells)
        size = _size(field)
        offset = offset + size if offset is not None and size is not None else None


def _size(field: Field) -> int | None:
    """Return the bytes that a field takes, if it is always there and always takes as many."""
    if field.since or field.until != _FOREVER or field.when is not None:
        return None
    if field.kind.form:
        return calcsize(f">{field.kind.form}")
    fixed = _FIXED.fullmatch(field.kind.notation)
    if fixed is None:
        return None
    return int(fixed[2]) if fixed[2] else {"BYTE": 1, "WORD": 2, "DWORD": 4}[fixed[1]]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _joined(text: str, one: type[Record]) -> str:
    text = _OWN_NUMBER.sub("", " ".join(text.split()))
    return "" if text.startswith(f"{one.__name__}(") else text[:1].upper() + text[1:].replace("``", "`")


def _anchor(one: type[Record]) -> str:
    number = getattr(one, "ID", getattr(one, "SUB", getattr(one, "TAG", None)))
    return one.__name__.lower() + (f"-{number:x}" if isinstance(number, int) else "")


def _link(one: type[Record], page: Page) -> str:
    package = _package(one)
    target = "" if package == page.package else f"{package}.md"
    return f"[{one.__name__}]({target}#{_anchor(one)})"


def _members(kind: Kind[Any]) -> Iterator[type[Record]]:
    """Yield the records that a kind of field holds."""
    member = getattr(kind, "member", None)
    if isinstance(member, type) and issubclass(member, Record):
        yield member
    table = getattr(kind, "table", None)
    if isinstance(table, Mapping):
        yield from table.values()
    if isinstance(kind, ByVersion):
        for _, one in kind.kinds:
            yield from _members(one)


def _type(kind: Kind[Any], page: Page) -> str:
    members = dict.fromkeys(_members(kind))
    if not members:
        return kind.notation
    if len(members) > 8 or any(issubclass(one, Item) for one in members):
        return f"{kind.notation}, see the lists"
    links = ", ".join(_link(one, page) for one in members)
    sized = "[]" if kind.notation.endswith("]") else ""
    return f"{links}{sized}" if len(members) == 1 else f"{kind.notation}: {links}"


def _meaning(field: Field) -> str:
    kind = field.kind
    parts = []
    words = field.name.split("_")
    unit = UNITS.get(words[-1], "") if len(words) > 1 else ""
    if words[-3:-1] == ["per"]:
        unit = ""
    if unit:
        parts.append(unit)
    if isinstance(kind, Number):
        if kind.per != 1:
            parts.append(f"1/{kind.per} on the wire")
        if kind.signed:
            parts.append("signed")
        if kind.offset:
            parts.append(f"{kind.offset:+d} on the wire")
        if kind.none is not None:
            parts.append(f"0x{kind.none:X}: not known")
        named = kind.values or kind.bits
        if named is not None:
            parts.append(f"[{named.__name__}](#{named.__name__.lower()})")
    return ", ".join(parts)


def _there(field: Field) -> str:
    parts = []
    if field.since:
        parts.append(f"since {field.since}")
    if field.until != _FOREVER:
        parts.append(f"until {field.until}")
    if field.when is not None:
        parts.append(f"if {field.when.text}")
    if field.optional:
        parts.append("may be missing")
    return ", ".join(parts)


@cache
def _all_reached(package: str) -> frozenset[type[Record]]:
    """Return every record that the records of any page hold, at any depth."""
    del package
    roots = [one for page in PAGES for section in page.sections for _, one in section.records]
    roots += [one for parameter in PARAMETERS.values() for one in _members(parameter.kind)]
    found: set[type[Record]] = set()
    while roots:
        one = roots.pop()
        if one not in found:
            found.add(one)
            roots += [member for field in one.LAYOUT for member in _members(field.kind)]
    return frozenset(found)


def _reached(page: Page) -> frozenset[type[Record]]:
    return _all_reached(page.package)


def _named(records: set[type[Record]], page: Page) -> Iterator[type[IntEnum | IntFlag]]:
    kinds = [field.kind for one in records for field in one.LAYOUT]
    kinds += [parameter.kind for parameter in (page.parameters or {}).values()]
    for kind in kinds:
        named = (kind.values or kind.bits) if isinstance(kind, Number) else None
        if named is not None:
            yield named


def _enumeration(enum: type[IntEnum | IntFlag]) -> Iterator[str]:
    flags = issubclass(enum, IntFlag)
    yield from ("", f'<a id="{enum.__name__.lower()}"></a>', "", f"### {enum.__name__}", "")
    yield from (" ".join((inspect.getdoc(enum) or "").split()).replace("``", "`"), "")
    yield f"| {'bit' if flags else 'value'} | name | label |"
    yield "|---|---|---|"
    labels = _labels(enum)
    for member in enum.__members__.values():
        number = _bits(int(member)) if flags else f"{int(member)}"
        yield f"| {number} | {member.name} | {labels.get(str(member.name), '')} |"


def _bits(mask: int) -> str:
    return ", ".join(str(bit) for bit in range(mask.bit_length()) if mask >> bit & 1) or "none"


def _labels(enum: type[IntEnum | IntFlag]) -> dict[str, str]:
    """Return the standard's words for the members: those of a table beside the class, or comments behind them."""
    for value in vars(inspect.getmodule(enum)).values():
        if isinstance(value, Mapping) and value and all(isinstance(key, enum) for key in value):
            return {str(key.name): str(text) for key, text in value.items()}
    return dict(_COMMENT.findall(inspect.getsource(enum)))


def _parameters(parameters: Mapping[int, Parameter], page: Page) -> Iterator[str]:
    yield from (
        "",
        "## Terminal parameters",
        "",
        "| id | type | name | label | unit | there |",
        "|---|---|---|---|---|---|",
    )

    def alike(one: Parameter) -> tuple[str, ...]:
        years = [f"since {one.since}"] * (one.since > 2011) + [f"until {one.until}"] * (one.until != _FOREVER)
        return (
            _type(one.kind, page),
            _DIGITS.sub("…", one.name),
            _DIGITS.sub("…", one.label),
            one.unit,
            ", ".join(years),
        )

    for (kind, name, label, unit, years), group in groupby(parameters.values(), alike):
        ids = [one.id for one in group]
        if len(ids) > 2:
            yield _row((f"{ids[0]:04X} … {ids[-1]:04X}", kind, f"`{name}`", label, unit, years))
            continue
        for one in (parameters[number] for number in ids):
            yield _row((f"{one.id:04X}", kind, f"`{one.name}`", one.label, unit, years))


def _refusals() -> Iterator[str]:
    comments = dict(_COMMENT.findall(inspect.getsource(Refusal)))
    yield from ("", "| reason | name | when |", "|---|---|---|")
    for member in Refusal:
        yield f"| `{member}` | {member.name} | {comments.get(member.name, '')} |"
