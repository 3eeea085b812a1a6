"""The stream of an attachment link: frames of JT/T 808 with blocks of files between them.

A block says its length, so whatever it holds is not looked at; between blocks stand frames. What is neither is passed
over up to the next delimiter or magic.
"""

import re

from laixi_transport.devices.jsatl.file_block import HEAD_BYTES, MAGIC, MAX_DATA, FileBlock
from laixi_transport.devices.jt808.frame import MAX_WIRE, Frame, parse_frame
from laixi_transport.devices.wire.refusal import Refusal, Refused

_DELIMITER = 0x7E
_BEGIN = re.compile(b"\x7e|" + MAGIC)
_SAMPLE_BYTES = 64
_LENGTH_AT = HEAD_BYTES - 4


class MixedParser:
    """Cuts the stream; keeps what was refused in ``refused`` until it is taken.

    It holds at most one block. Where the stream is cut into calls makes no difference to what comes out.
    """

    __slots__ = ("_buffer", "_junk", "_need", "refused")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._need = 1
        self._junk = False  # what is being passed over has been refused already
        self.refused: list[Refused] = []

    def feed(self, data: bytes) -> list[Frame | FileBlock]:
        """Take the next bytes of the stream and return what they complete, in its order; never raises."""
        self._buffer += data
        if len(self._buffer) < self._need:
            return []
        whole = bytes(self._buffer)
        found: list[Frame | FileBlock] = []
        at, self._need = 0, 1
        while at < len(whole):
            if whole[at] == _DELIMITER:
                behind = self._frame(whole, at, found)
            elif whole.startswith(MAGIC, at):
                behind = self._block(whole, at, found)
            elif MAGIC.startswith(whole[at : at + len(MAGIC)]):
                behind = at  # it may become one
            else:
                behind = self._skip(whole, at, Refusal.JUNK)
            if behind == at:
                break
            at = behind
        del self._buffer[:at]
        self._need = max(self._need, len(self._buffer) + 1)
        return found

    def close(self) -> None:
        """Refuse what is left of the stream at its end."""
        if self._buffer.strip(b"\x7e") and not self._junk:
            self.refused.append(Refused(Refusal.TRUNCATED, bytes(self._buffer[:_SAMPLE_BYTES])))
        self._buffer.clear()

    def take_refused(self) -> list[Refused]:
        """Return what was refused since the last call."""
        refused, self.refused = self.refused, []
        return refused

    def _frame(self, data: bytes, at: int, found: list[Frame | FileBlock]) -> int:
        """Read what stands behind a delimiter, and return where to go on; the same place if more must come."""
        begin = at + 1
        if begin >= len(data):
            return at
        if data[begin] == _DELIMITER:
            return begin
        if data.startswith(MAGIC, begin):
            return begin
        if MAGIC.startswith(data[begin : begin + len(MAGIC)]):
            return at
        end = data.find(b"\x7e", begin)
        if end < 0:
            if len(data) - begin <= MAX_WIRE:
                return at
            return self._skip(data, at, Refusal.TOO_LONG)
        frame = parse_frame(data[begin:end])
        if isinstance(frame, Refusal):
            if not self._junk:
                self.refused.append(Refused(frame, data[at : min(end + 1, at + _SAMPLE_BYTES)]))
            self._junk = True  # until something makes sense again, this may be the inside of a block
        else:
            self._junk = False
            found.append(frame)
        return end  # which may be the begin of the next as well

    def _block(self, data: bytes, at: int, found: list[Frame | FileBlock]) -> int:
        if len(data) - at < HEAD_BYTES:
            self._need = HEAD_BYTES
            return at
        size = int.from_bytes(data[at + _LENGTH_AT : at + HEAD_BYTES])
        if size > MAX_DATA:
            return self._skip(data, at, Refusal.TOO_LONG)
        end = at + HEAD_BYTES + size
        if len(data) < end:
            self._need = end - at
            return at
        block = FileBlock.decode(data[at:end])
        assert isinstance(block, FileBlock)  # noqa: S101 - its magic and its length have been looked at
        self._junk = False
        found.append(block)
        return end

    def _skip(self, data: bytes, at: int, reason: Refusal) -> int:
        """Refuse what begins here, once, and return where to go on."""
        # One search for both: two would go over all that is left again and again where one of them stands everywhere.
        begin = _BEGIN.search(data, at + 1)
        behind = begin.start() if begin is not None else max(at + 1, len(data) - len(MAGIC) + 1)
        if not self._junk:
            self.refused.append(Refused(reason, data[at : min(behind, at + _SAMPLE_BYTES)]))
            self._junk = True
        return behind
