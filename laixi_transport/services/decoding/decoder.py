"""From bytes to what they say: frames cut, read, and put together where a message came in parts."""

from collections.abc import Iterator
from dataclasses import replace

from laixi_transport.devices.jt808.frame import Frame, parse_frame
from laixi_transport.devices.jt808.packets import Assembler, Whole
from laixi_transport.devices.training.frame import parse_frame as parse_training_frame
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.services.decoding import platforms, streams, terminals
from laixi_transport.services.decoding.cutting import Piece, Protocol, cut
from laixi_transport.services.decoding.reading import Reading, Terms

_DIALECTS = {Protocol.JT808: terminals.JT808, Protocol.TRAINING: terminals.TRAINING}


class Decoder:
    """Reads one piece of bytes after the other; remembers parts of messages until the last one has come.

    protocol  of the bytes; with AUTO every piece tells itself
    """

    def __init__(self, protocol: Protocol = Protocol.AUTO, terms: Terms | None = None) -> None:
        self._protocol = protocol
        self._terms = terms or Terms()
        self._assembler = Assembler()

    def decode(self, data: bytes) -> Iterator[tuple[Piece, Reading]]:
        """Yield what stands in some bytes; behind the last part of a message the message as a whole, too."""
        for piece in cut(data, self._protocol):
            yield piece, self.read(piece)
            whole = self.whole(piece)
            if whole is not None:
                yield piece, whole

    def read(self, piece: Piece) -> Reading:
        """Return what one piece says by itself."""
        if piece.refusal is not None:
            reading = Reading({"hex": piece.data.hex()}, [piece.refusal])
            reading.mark(0, piece.data, "", "", str(piece.refusal))
            return reading
        match piece.protocol:
            case Protocol.JT809:
                return platforms.read_frame(piece.data, self._terms)
            case Protocol.JT1078:
                return streams.read_packet(piece.data, self._terms)
            case Protocol.JSATL:
                return streams.read_file_block(piece.data, self._terms)
            case Protocol.RECORDER:
                return streams.read_recorder_block(piece.data, self._terms)
            case _:
                return terminals.read_frame(_DIALECTS[piece.protocol], piece.data, self._terms)

    def read_body(self, msg_id: int, body: bytes) -> Reading:
        """Return what the body of a message, or the data of a sub id of JT/T 809, says."""
        if self._protocol is Protocol.JT809:
            whole = msg_id & 0xFF == 0 or platforms.is_link_message(msg_id)
            return platforms.read_body(msg_id if whole else None, None if whole else msg_id, body, self._terms)
        dialect = _DIALECTS.get(self._protocol, terminals.JT808)
        return terminals.read_body(dialect, msg_id, body, self._terms)

    def whole(self, piece: Piece) -> Reading | None:
        """Return the message that a piece is the last missing part of."""
        if piece.refusal is not None or piece.protocol not in _DIALECTS:
            return None
        parse = parse_frame if piece.protocol is Protocol.JT808 else parse_training_frame
        frame = parse(piece.data[1:-1])
        if not isinstance(frame, Frame) or not frame.parts:
            return None
        found = self._assembler.add(frame, 0.0)
        if isinstance(found, Refusal):
            return Reading({"msg_id": frame.msg_id, "phone": frame.phone}, [found])
        return self._joined(piece.protocol, found) if isinstance(found, Whole) else None

    def _joined(self, protocol: Protocol, whole: Whole) -> Reading:
        frame = whole.frame
        version = frame.version if protocol is Protocol.TRAINING or frame.version == 2019 else None
        terms = replace(self._terms, version=version or self._terms.version or frame.version)
        head = {
            "assembled": True,
            "parts": len(whole.frames),
            "msg_id": frame.msg_id,
            "phone": frame.phone,
            "seq": frame.sequence,
            "body_len": len(frame.body),
        }
        reading = terminals.read_body(_DIALECTS[protocol], frame.msg_id, frame.body, terms)
        return replace(
            reading, fields={**head, **{name: value for name, value in reading.fields.items() if name not in head}}
        )
