"""Why bytes were not accepted."""

from enum import StrEnum
from typing import NamedTuple


class Refusal(StrEnum):
    """Reasons, as they stand in the quarantine and on the terminals page."""

    # Found by a frame parser.
    JUNK = "junk"  # bytes before the first delimiter: another protocol on the port, or line noise
    TOO_LONG = "too_long"  # more bytes without a delimiter than a frame can have
    TRUNCATED = "truncated"  # the connection ended inside a frame
    HEADER_SHORT = "header_short"
    ESCAPE = "escape"  # an escape byte followed by none of its pairs
    CHECKSUM = "checksum"
    BODY_LENGTH = "body_length"  # the header's length differs from the length carried
    MAGIC = "magic"  # a stream packet that does not begin as one
    # Found in a message.
    ENCRYPTED = "encrypted"
    PACKET = "packet"  # a sub-package head that makes no sense, or parts that do not fit together
    PACKET_MEMORY = "packet_memory"  # parts given up because whole messages did not come together
    BODY_SHORT = "body_short"
    TIME = "time"  # not a time in BCD, all zero for one
    COORDINATES = "coordinates"  # off the globe although the terminal says that it is located
    # Found by the gateway.
    UNKNOWN_TERMINAL = "unknown_terminal"
    NOT_AUTHENTICATED = "not_authenticated"
    AUTH_CODE = "auth_code"
    OVERLOAD = "overload"  # more held back, of a terminal being entered or of media, than there is room for
    REPLAYED_SIGN_ON = "replayed_sign_on"  # one terminal by turns from two hosts, too often
    NO_MEDIA = "no_media"  # the gateway was told to keep no media
    NOT_ASKED = "not_asked"  # a stream of video that nobody has asked for


class Refused(NamedTuple):
    """Bytes with the reason they were refused for."""

    reason: Refusal
    data: bytes


class Fault(NamedTuple):
    """Where a body stops to be readable."""

    reason: Refusal
    field: str  # path of the field that could not be read
    offset: int  # of that field, bytes from the begin of the body
