"""Pictures, sounds and clips that terminals have sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class MediaKind(IntEnum):
    """Types of JT/T 808-2019 8.48 (0800), those of T/JSATL 12 (1211) mapped onto them."""

    IMAGE = 0
    AUDIO = 1
    VIDEO = 2
    TEXT = 3
    OTHER = 4


class MediaSource(StrEnum):
    """The way on which it came."""

    MESSAGE = "0801"
    ATTACHMENT = "attachment"  # T/JSATL 12: evidence of an alarm


@dataclass(frozen=True, slots=True)
class Media:
    """One thing that was sent. Equal bytes are kept once, whoever sent them."""

    id: int
    digest: str  # SHA-256 of the bytes, hexadecimal
    size_bytes: int
    source: MediaSource
    kind: int  # a MediaKind where the terminal keeps to the standard
    format: str  # "jpeg", "tif", "mp3", "wav", "wmv", or the ending of the original name; empty if not told
    event: int | None  # why it was made: 0 platform, 1 timer, 2 robbery, 3 crash ... (JT/T 808-2019 8.48)
    channel: int | None
    name: str  # original name; for 0801 made of the media id
    role: str  # of an attachment: the alarm type that its name tells; empty otherwise
    alarm_no: str  # of an attachment: the number that the platform gave to the alarm; empty otherwise
    terminal_id: int
    vehicle_id: int
    received_at: datetime
    taken_at: datetime | None  # by the terminal's clock
    lat_deg: float | None  # WGS-84, None without a fix
    lon_deg: float | None
