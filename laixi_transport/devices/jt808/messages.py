"""Bodies of the messages between terminal and platform, both ways (JT/T 808-2019 chapter 8).

Each message is a frozen type with ``decode`` and ``encode``. ``decode`` takes a body and the version of the header that
it came under and returns None if the body is too short to be one; it never raises. 0200 is in ``position``.
"""

from dataclasses import dataclass
from struct import Struct
from typing import Self

from laixi_transport.devices.jt808.fields import decode_text, encode_text
from laixi_transport.devices.jt808.frame import VERSION_2019, escape, xor_of
from laixi_transport.devices.jt808.ids import MessageId, RegisterResult

_ANSWER = Struct(">HHB")
_WIDTHS = {2011: (5, 8, 7), 2013: (5, 20, 7), 2019: (11, 30, 30)}
"""Bytes of maker, model and terminal number in 0100."""


@dataclass(frozen=True, slots=True)
class Answer:
    """General answer, 0001 of the terminal and 8001 of the platform alike."""

    sequence: int  # of the message answered
    msg_id: int
    result: int

    @classmethod
    def decode(cls, body: bytes) -> Self | None:
        """Return the answer of a body."""
        return cls(*_ANSWER.unpack_from(body)) if len(body) >= _ANSWER.size else None

    def encode(self) -> bytes:
        """Return the body."""
        return _ANSWER.pack(self.sequence, self.msg_id, self.result)


@dataclass(frozen=True, slots=True)
class Register:
    """0100: a terminal introduces itself."""

    province: int = 0  # GB/T 2260 digits
    city: int = 0
    maker: str = ""
    model: str = ""
    terminal_no: str = ""
    plate_colour: int = 0  # 0: no plate, ``plate`` holds the VIN
    plate: str = ""
    version: int = 2013  # 2011, 2013 or 2019: the layout

    @classmethod
    def decode(cls, body: bytes, *, version: int) -> Self | None:
        """Return the registration of a body.

        2011 and 2013 share the header; they are told apart by where a plate colour can stand. Real devices leave out
        the end of the body, or fill fields with zeros: what is not there is empty. None below four bytes.
        """
        if len(body) < 4:
            return None
        if version < 2019:
            # In a body of 2011 a character of the VIN or the plate is where 2013 has the colour, a number below ten.
            version = 2013 if len(body) > 36 and body[36] < 10 else 2011
        maker, model, number = _WIDTHS[version]
        ends = (4 + maker, 4 + maker + model, 4 + maker + model + number)
        return cls(
            province=int.from_bytes(body[:2]),
            city=int.from_bytes(body[2:4]),
            maker=decode_text(body[4 : ends[0]]),
            model=decode_text(body[ends[0] : ends[1]]),
            terminal_no=decode_text(body[ends[1] : ends[2]]),
            plate_colour=int.from_bytes(body[ends[2] : ends[2] + 1]),
            plate=decode_text(body[ends[2] + 1 :]),
            version=version,
        )

    def encode(self) -> bytes:
        """Return the body in the layout of ``version``; ValueError for a text that does not fit its field."""
        texts = zip((self.maker, self.model, self.terminal_no), _WIDTHS[self.version], strict=True)
        return (
            self.province.to_bytes(2)
            + self.city.to_bytes(2)
            + b"".join(encode_text(text, width) for text, width in texts)
            + bytes((self.plate_colour,))
            + encode_text(self.plate)
        )


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """8100."""

    sequence: int  # of the 0100
    result: int
    auth_code: str = ""  # only if the result is OK

    @classmethod
    def decode(cls, body: bytes) -> Self | None:
        """Return the answer of a body."""
        if len(body) < 3:
            return None
        return cls(int.from_bytes(body[:2]), body[2], decode_text(body[3:]))

    def encode(self) -> bytes:
        """Return the body."""
        code = encode_text(self.auth_code) if self.result == RegisterResult.OK else b""
        return self.sequence.to_bytes(2) + bytes((self.result,)) + code


@dataclass(frozen=True, slots=True)
class Authenticate:
    """0102: the terminal shows the code it was given at registration."""

    auth_code: str
    imei: str = ""  # 2019
    software_version: str = ""  # 2019

    @classmethod
    def decode(cls, body: bytes, *, version: int) -> Self | None:
        """Return the authentication of a body; some terminals of 2019 send the bare code as in 2013."""
        if version < 2019:
            return cls(decode_text(body))
        if not body:
            return None
        length = body[0]
        if length > len(body) - 1:
            return cls(decode_text(body))
        rest = body[1 + length :]
        return cls(decode_text(body[1 : 1 + length]), decode_text(rest[:15]), decode_text(rest[15:35]))

    def encode(self, *, version: int) -> bytes:
        """Return the body; ValueError for a text that does not fit its field."""
        code = encode_text(self.auth_code)
        if version < 2019:
            return code
        return bytes((len(code),)) + code + encode_text(self.imei, 15) + encode_text(self.software_version, 20)


@dataclass(frozen=True, slots=True)
class ResendPackets:
    """8003: the platform asks for sub-packages that are missing."""

    sequence: int  # of the first sub-package
    indexes: tuple[int, ...]

    @classmethod
    def decode(cls, body: bytes, *, version: int) -> Self | None:
        """Return the request of a body."""
        width = 2 if version >= 2019 else 1
        count = int.from_bytes(body[2 : 2 + width])
        numbers = body[2 + width :]
        if len(body) < 2 + width or len(numbers) < 2 * count:
            return None
        return cls(int.from_bytes(body[:2]), tuple(int.from_bytes(numbers[2 * i : 2 * i + 2]) for i in range(count)))

    def encode(self, *, version: int) -> bytes:
        """Return the body; at most 255 sub-packages before 2019, the first of them."""
        indexes = self.indexes if version >= 2019 else self.indexes[:255]
        count = len(indexes).to_bytes(2 if version >= 2019 else 1)
        return self.sequence.to_bytes(2) + count + b"".join(index.to_bytes(2) for index in indexes)


@dataclass(frozen=True, slots=True)
class PositionBatch:
    """0704: position reports sent together."""

    kind: int  # BatchKind
    bodies: tuple[bytes, ...]  # 0200 bodies
    rest: bytes = b""  # what the lengths did not account for

    @classmethod
    def decode(cls, body: bytes) -> Self | None:
        """Return the bodies of a batch; the count is not relied on, the lengths decide, and what they leave is rest."""
        if len(body) < 3:
            return None
        bodies = []
        at = 3
        while at + 2 <= len(body):
            end = at + 2 + int.from_bytes(body[at : at + 2])
            if end > len(body):
                break
            bodies.append(body[at + 2 : end])
            at = end
        return cls(body[2], tuple(bodies), body[at:])

    def encode(self) -> bytes:
        """Return the body."""
        items = b"".join(len(body).to_bytes(2) + body for body in self.bodies)
        return len(self.bodies).to_bytes(2) + bytes((self.kind,)) + items + self.rest


class AnswerWriter:
    """Makes the general answers to one terminal; the header is prepared once, as thousands of them leave a second."""

    __slots__ = ("_check", "_head")

    def __init__(self, address: bytes, msg_id: int = MessageId.PLATFORM_ANSWER) -> None:
        properties = _ANSWER.size | (VERSION_2019 if len(address) == 10 else 0)
        self._head = msg_id.to_bytes(2) + properties.to_bytes(2) + (b"\x01" if len(address) == 10 else b"") + address
        self._check = xor_of(self._head)

    def frame(self, sequence: int, answered: int, msg_id: int, result: int) -> bytes:
        """Return the frame that answers message ``answered``, with a sequence number of its own."""
        tail = sequence << 40 | answered << 24 | msg_id << 8 | result
        folded = tail ^ tail >> 32
        folded ^= folded >> 16
        payload = self._head + tail.to_bytes(7) + bytes((self._check ^ (folded ^ folded >> 8) & 0xFF,))
        if b"\x7d" in payload or b"\x7e" in payload:
            payload = escape(payload)
        return b"\x7e" + payload + b"\x7e"
