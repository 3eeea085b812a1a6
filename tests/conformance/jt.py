"""Records of the vehicle-terminal protocols: bytes of a layer, and what must be found in them."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.time import BEIJING
from laixi_transport.services.decoding import platforms, streams, terminals
from laixi_transport.services.decoding.reading import Reading, Terms

TRAINING = 128
TOLERANCE = 1e-6

NUMBERS = frozenset({"phone", "sim"})
WORDS = frozenset({"error", "error_or_flag", "lenient", "must_not_crash", "ok"})
"""What a record says about the reading as a whole."""

CLASSES = {
    Refusal.JUNK: "framing",
    Refusal.TOO_LONG: "framing",
    Refusal.TRUNCATED: "framing",
    Refusal.ESCAPE: "framing",
    Refusal.HEADER_SHORT: "header_short",
    Refusal.CHECKSUM: "checksum",
    Refusal.BODY_LENGTH: "body_length",
    Refusal.MAGIC: "magic",
    Refusal.BODY_SHORT: "body_short",
}
"""Our reasons -> those of the corpora."""
OF_FRAMES = {"framing", "header_short", "checksum", "body_length", "magic"}

OUR_NAMES = {
    "junk_between": ("junk_between", "junk_runs"),  # what is counted, bytes or places, the corpora do not tell
    "utc": ("utc", "time", "pos.time"),
    "begin": ("begin", "begin_utc"),
    "end": ("end", "end_utc"),
    "gnss.extra.04": ("gnss.engine_rpm",),
    "gnss.extra.05": ("gnss.engine_rpm",),
}
"""Names of the corpora -> ours, where they differ; one of them must have the value."""

_HEX = re.compile(r"[0-9a-fA-F]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?")


def claims(path: Path, record: Any) -> bool:
    """Return whether a record is of this kind."""
    del path
    return isinstance(record, dict) and {"layer", "hex", "expect"} <= record.keys()


def check(path: Path, record: Mapping[str, Any]) -> None:
    """Fail if what is read differs from what the record says."""
    del path
    reading = read(record)
    expected = record["expect"]
    found = {CLASSES.get(fault, str(fault)) for fault in reading.faults}
    refused_as = expected.get("error")
    if isinstance(refused_as, int):  # 错误代码 of 1007, 1008, 9007 and 9008: a field as others are
        refused_as = None
    words = WORDS if refused_as else WORDS - {"error"}
    values = {name: value for name, value in expected.items() if name not in words}
    if refused_as:
        wanted = set(re.split(r"\s+or\s+|\s*\|\s*", refused_as))
        assert wanted <= set(CLASSES.values()), f"unknown error {expected['error']!r}"
        found |= {CLASSES[Refusal(value)] for name, value in reading.fields.items() if name.endswith("].error")}
        assert found & wanted, f"expected {refused_as}, found {found or reading.fields}"
    elif "error_or_flag" in expected:
        assert found or expected["error_or_flag"] in reading.flags, f"accepted without a word: {reading.fields}"
    elif not expected.get("must_not_crash"):
        only_the_frame = values.keys() <= {"msg_id", "phone", "seq"} and "ok" not in expected
        refused = found & OF_FRAMES if only_the_frame else found
        assert bool(refused) is not expected.get("ok", True), f"refused: {refused}"
    compare(values, reading.fields)
    compare(expected.get("lenient") or {}, reading.fields)


def compare(expected: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Fail unless every expected value was found."""
    known = {name.lower(): value for name, value in found.items()}
    wrong = {}
    for name, value in expected.items():
        candidates = [known.get(ours.lower()) for ours in OUR_NAMES.get(name, (name,))]
        meant = same_number if name in NUMBERS else same
        if not any(meant(value, candidate) for candidate in candidates):
            wrong[name] = (value, candidates[0])
    listed = "\n".join(f"  {name}: expected {value!r}, found {seen!r}" for name, (value, seen) in wrong.items())
    assert not wrong, f"\n{listed}\nin {dict(found)}"


def same_number(expected: Any, found: Any) -> bool:
    """Return whether two numbers of telephones or cards are the same; zeros that fill up are none of theirs."""
    return str(expected).lstrip("0") == str(found).lstrip("0")


def same(expected: Any, found: Any) -> bool:
    """Return whether two JSON values mean the same: numbers within 1e-6, texts without what fills them up.

    A time may be written as text, in GMT+8, or as seconds since 1970.
    """
    if isinstance(expected, str) is not isinstance(found, str):
        expected, found = _seconds(expected), _seconds(found)
    if isinstance(expected, str) and isinstance(found, str):
        expected, found = expected.strip(" \x00"), found.strip(" \x00")
        if _HEX.fullmatch(expected) and _HEX.fullmatch(found):
            return expected.lower() == found.lower()
        return expected == found
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return abs(expected - found) <= TOLERANCE * max(1.0, abs(expected))
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    return bool(expected == found)


def _seconds(value: Any) -> Any:
    """Return the seconds since 1970 of a time as text; anything else as it is."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return value
    return dt.datetime.fromisoformat(value).replace(tzinfo=BEIJING).timestamp()


def read(record: Mapping[str, Any]) -> Reading:
    """Return what the bytes of a record hold."""
    layer = LAYERS.get(record["layer"])
    assert layer is not None, f"unknown layer {record['layer']!r}"
    keys = record.get("keys")
    terms = Terms(
        version=record.get("version"),
        keys=Keys(keys["M1"], keys["IA1"], keys["IC1"]) if keys else None,
        explain=True,
    )
    reading = layer(bytes.fromhex(record["hex"]), record, terms)
    assert reading.faults or _contiguous(reading), "the explanation leaves bytes out"
    return reading


def _contiguous(reading: Reading) -> bool:
    at = 0
    for span in reading.spans:
        if span.offset != at:
            return False
        at += len(span.data)
    return True


def _number(record: Mapping[str, Any], name: str) -> int | None:
    value = record.get(name)
    return int(value, 0) if isinstance(value, str) else value


def _frame(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    dialect = terminals.TRAINING if record.get("version") == TRAINING else terminals.JT808
    return terminals.read_frame(dialect, data, terms)


def _body(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    dialect = terminals.TRAINING if record.get("version") == TRAINING else terminals.JT808
    msg_id = _number(record, "msg_id")
    assert msg_id is not None, "a body without msg_id"
    return terminals.read_body(dialect, msg_id, data, terms)


def _frame_training(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    del record
    return terminals.read_frame(terminals.TRAINING, data, terms)


def _rtp(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    del record
    return streams.read_packet(data, terms)


def _jsatl_file(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    del record
    return streams.read_file_block(data, terms)


def _frame809(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    del record
    return platforms.read_frame(data, terms)


def _body809(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    return platforms.read_body(_number(record, "msg_id"), _number(record, "sub_id"), data, terms)


def _stream809(data: bytes, record: Mapping[str, Any], terms: Terms) -> Reading:
    del record
    return platforms.read_stream(data, terms)


LAYERS: dict[str, Callable[[bytes, Mapping[str, Any], Terms], Reading]] = {
    "frame": _frame,
    "body": _body,
    "rtp": _rtp,
    "jsatl_file": _jsatl_file,
    "frame809": _frame809,
    "body809": _body809,
    "stream809": _stream809,
    "frame_training": _frame_training,
}
