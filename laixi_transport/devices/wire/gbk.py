"""GBK that loses nothing: bytes that are no GBK become characters of their own and come back as those bytes.

Devices cut texts within a character, and fill fields with what lay in their memory. A replacement character would lose
what they sent. Python's own way, lone surrogates, would be refused by databases, by UTF-8 and by JSON. So a byte that
is no GBK becomes a character of Unicode's private use area, U+F700 + byte, which fonts show as a box.
"""

import codecs

_FIRST = 0xF700


def _escape(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeDecodeError):
        return chr(_FIRST + error.object[error.start]), error.start + 1
    if isinstance(error, UnicodeEncodeError) and 0 <= (byte := ord(error.object[error.start]) - _FIRST) < 256:
        return bytes((byte,)), error.start + 1
    raise error


codecs.register_error("laixi_transport.gbk", _escape)


def decode_gbk(data: bytes) -> str:
    """Return any bytes as text; ``encode_gbk`` makes the same bytes of it."""
    return data.decode("gbk", errors="laixi_transport.gbk")


def encode_gbk(text: str) -> bytes:
    """Return a text in GBK; UnicodeEncodeError for a character that is not in it."""
    return text.encode("gbk", errors="laixi_transport.gbk")
