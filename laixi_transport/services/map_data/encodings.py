"""In which encoding the texts of a Shapefile are: its .cpg file, the mark in its .dbf, else what its bytes can be."""

import codecs
from pathlib import Path

GBK = "GB18030"
"""Reads GB 2312 and GBK as well."""
UTF8 = "UTF-8"
LATIN = "ISO-8859-1"
_LANGUAGES = {0x4D: GBK, 0x7A: GBK, 0x03: "CP1252", 0x57: LATIN}
"""Language driver ids of the .dbf header, byte 29."""
_NAMES = {"936": GBK, "CP936": GBK, "GBK": GBK, "GB2312": GBK, "GB18030": GBK, "65001": UTF8, "UTF8": UTF8}
SAMPLE_BYTES = 1 << 20


def shapefile_encoding(path: Path) -> tuple[str, bool]:
    """Return the encoding of a Shapefile as Python calls it, and whether the file said so.

    What a file says is not taken where its texts cannot be in it.
    """
    sample = _sample(path.with_suffix(".dbf")) or _sample(path.with_suffix(".DBF"))
    said = _said(path, sample)
    if said and _can_be(sample, said):
        return said, True
    if sample.isascii():
        return UTF8, True
    guessed = next((one for one in (UTF8, GBK) if _can_be(sample, one)), LATIN)
    return guessed, False


def _said(path: Path, sample: bytes) -> str:
    for suffix in (".cpg", ".CPG"):
        file = path.with_suffix(suffix)
        if file.is_file():
            name = file.read_bytes()[:64].decode("ascii", "ignore").strip().upper()
            known = _NAMES.get(name.removeprefix("ANSI ").replace("_", "").replace("UTF-8", "UTF8"), "")
            return known or (name if _known(name) else "")
    return _LANGUAGES.get(sample[29], "") if len(sample) > 29 else ""


def _sample(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SAMPLE_BYTES)
    except OSError:
        return b""


def _can_be(sample: bytes, encoding: str) -> bool:
    """Whether the texts of a .dbf can be in an encoding; numbers and its header are ASCII in all of them."""
    try:
        for text in _texts(sample):
            # Not final: a text may be cut within a character where its column ends.
            codecs.getincrementaldecoder(encoding)().decode(text)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _texts(sample: bytes) -> list[bytes]:
    """Return the names and texts of the columns of the sample, one by one."""
    if len(sample) < 32:
        return []
    head, record = int.from_bytes(sample[8:10], "little"), int.from_bytes(sample[10:12], "little")
    found, place, spans = [], 1, []
    for at in range(32, min(head, len(sample)) - 32, 32):
        if sample[at] == 0x0D:
            break
        found.append(sample[at : at + 11].partition(b"\0")[0])
        if sample[at + 11 : at + 12] == b"C":
            spans.append((place, place + sample[at + 16]))
        place += sample[at + 16]
    if record > 0:
        for at in range(head, len(sample) - record + 1, record):
            found += [sample[at + first : at + last].rstrip(b" \0") for first, last in spans]
    return found


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
