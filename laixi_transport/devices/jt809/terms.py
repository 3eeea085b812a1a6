"""What two platforms have agreed on for the links between them."""

from dataclasses import dataclass
from enum import StrEnum

from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.tap import Tap


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How messages of a link look, and how long is waited.

    center_id     access code of the lower platform, in the head of every message
    version       edition, 2011 or 2019
    version_head  the three version bytes, which do not tell the edition
    keys          encrypt what is sent, read what comes encrypted; None: nothing is encrypted
    key           key of the messages that are sent
    keep_alive_s  a keep-alive is sent so often; a link on which three bring no sign of life is dead
    answer_s      answers to login, logout and probes are awaited so long
    tap           hears all bytes, for a capture
    """

    center_id: int
    version: int = 2011
    version_head: bytes = b"\x01\x00\x00"
    keys: Keys | None = None
    key: int = 1
    keep_alive_s: float = 60.0
    answer_s: float = 30.0
    tap: Tap | None = None


MISSING = 3
"""Keep-alives without any sign of life after which a link is dead (JT/T 809-2011 4.3)."""


class Via(StrEnum):
    """Which of the two links."""

    MAIN = "main"
    SUB = "sub"


class LinkLostError(ConnectionError):
    """There is no link to send over, or it was lost before the answer came."""
