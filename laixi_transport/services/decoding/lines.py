"""Finding the bytes in what people have: lines of hex, with or without spaces or 0x, and lines of a log."""

import re

_GROUP = r"(?:0[xX])?(?:[0-9a-fA-F]{2})+(?![0-9a-zA-Z])"
_RUN = re.compile(rf"(?<![0-9a-zA-Z]){_GROUP}(?:(?:[ \t]*[,;][ \t]*|[ \t]+|[-:]){_GROUP})*")
_DIGITS = re.compile(r"0[xX]|[^0-9a-fA-F]")
_FEW = 32
"""Characters that four bytes take, with what stands between them."""
_NAMED = re.compile(r"^[\w ()#-]*[:=][ \t]*")

BEGINNINGS = (b"\x7e", b"\x5b", b"01cd", b"\x55\x7a", b"\xaa\x75")
"""What frames and blocks of the protocols begin with."""


def bytes_of(line: str, *, bare: bool = False) -> bytes | None:
    """Return the bytes that a line tells of, None if it has none.

    bare  they are bodies, which begin with anything: the line holds nothing else but a name before them

    In a line of a log the run of hex that begins as a frame does is meant; numbers right before it are dropped.
    """
    line = line.strip().strip("\"'`[]{}(),; \t")
    whole = _RUN.fullmatch(line) or _RUN.fullmatch(_NAMED.sub("", line).strip("\"' "))
    if bare:
        return _bytes(whole[0]) if whole else None
    framed = [run for found in _RUN.finditer(line) if (run := _from_its_beginning(found[0]))]
    if framed:
        return max(framed, key=len)
    return _bytes(whole[0]) if whole else None


def _from_its_beginning(run: str) -> bytes:
    for token in re.finditer(_GROUP, run):
        some = run[token.start() : token.start() + _FEW]
        if bytes.fromhex(_DIGITS.sub("", some)[:8].ljust(8, "0")).startswith(BEGINNINGS):
            return _bytes(run[token.start() :])
    return b""


def _bytes(run: str) -> bytes:
    return bytes.fromhex(_DIGITS.sub("", run))
