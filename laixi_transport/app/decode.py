"""The ``decode`` command: bytes of any of the protocols in, JSON lines or tables of their meaning out."""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any

from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.decoding.cutting import Piece, Protocol
from laixi_transport.services.decoding.decoder import Decoder
from laixi_transport.services.decoding.reading import Reading, Terms
from laixi_transport.services.decoding.sources import pieces_of
from laixi_transport.services.decoding.table import table

INCOMPLETE = 3  # everything was read, but some lines held no bytes


def run_decode(options: argparse.Namespace) -> int:
    """Read and print; not 0 if a line held no bytes. Raises Problem if nothing held any."""
    if options.body != (options.msg_id is not None):
        raise Problem(QT_TRANSLATE_NOOP("Problem", "Bodies need their message id: give --body and --msg-id together."))
    if isinstance(sys.stdout, io.TextIOWrapper):  # a console of another encoding shows what it can
        sys.stdout.reconfigure(errors="backslashreplace")
    protocol = Protocol(options.protocol)
    keys = Keys(*options.keys) if options.keys else None
    decoder = Decoder(protocol, Terms(options.version, keys, explain=options.explain))
    read = skipped = 0
    with ExitStack() as stack:
        stream = _open(options.file, stack)
        for piece, origin in pieces_of(options.file, stream, protocol, bodies=options.body):
            if piece is None:
                skipped += 1
                _print({"error": "no_bytes", **origin})
                continue
            read += 1
            for reading in _readings(decoder, piece, options.msg_id):
                _show(reading, origin, piece, options)
    if not read:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "No bytes found in {name}. Give lines of hex, a capture of this program or a file of raw bytes; "
                "bodies need --body.",
            ),
            name="stdin" if options.file == "-" else options.file,
        )
    return INCOMPLETE if skipped else 0


def _readings(decoder: Decoder, piece: Piece, msg_id: int | None) -> Iterator[Reading]:
    if msg_id is not None:
        yield decoder.read_body(msg_id, piece.data)
        return
    yield decoder.read(piece)
    whole = decoder.whole(piece)
    if whole is not None:
        yield whole


def _show(reading: Reading, origin: dict[str, Any], piece: Piece, options: argparse.Namespace) -> None:
    if not options.explain:
        _print({**reading.json, **origin})
        return
    fields = reading.fields
    number = f"0x{fields['msg_id']:04X}" if "msg_id" in fields else ""
    wrong = ", ".join([*map(str, reading.faults), *reading.flags])
    heading = [str(piece.protocol), number, fields.get("title", ""), wrong and f"✗ {wrong}", *map(str, origin.values())]
    print("  ".join(part for part in heading if part))  # noqa: T201 - the terminal is the user here
    for line in table(reading.spans, options.language):
        print(line)  # noqa: T201
    print()  # noqa: T201


def _open(name: str, stack: ExitStack) -> IO[bytes]:
    if name == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(open(name, "rb"))  # noqa: PTH123 - also /dev/fd/3 and the like
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "Cannot read {path}: {reason}."), path=name, reason=error.strerror or error
        ) from error


def _print(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=False, default=str))  # noqa: T201
