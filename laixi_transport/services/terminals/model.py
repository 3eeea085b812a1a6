"""What is known of terminals, their links and their frames, as the terminals page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.session import TerminalSession
from laixi_transport.domain.vehicle import Terminal, Vehicle
from laixi_transport.domain.video import VideoStream

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class TerminalCounts:
    """Exact at the last commit: received = stored + duplicates + the sum of quarantined."""

    received: int = 0  # position reports, and whatever was refused
    stored: int = 0
    duplicates: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)  # by reason (devices.wire.refusal.Refusal's values)

    @property
    def quarantined_all(self) -> int:
        """Refused ones, whatever the reason."""
        return sum(self.quarantined.values())


@dataclass(frozen=True, slots=True)
class TerminalStatus:
    """One terminal of the register: a row of the page."""

    terminal: Terminal
    vehicle: Vehicle | None  # in which it is mounted now
    session: TerminalSession | None  # the newest, open or ended; None: it never signed on, or too long ago
    online: bool  # signed on to a gateway that is alive
    heard: datetime | None  # newest frame or report, exact to a minute
    reported: VehicleState | None  # newest report of its vehicle
    counts: TerminalCounts

    @property
    def plate(self) -> str:
        """Plate of its vehicle, empty while that has none."""
        return self.vehicle.plate if self.vehicle is not None else ""


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """What the gateway has counted since it started; written by it every two seconds while anything changes."""

    address: str  # "host:port" that terminals connect to
    started: datetime
    updated: datetime
    alive: bool  # it wrote within the last half minute and has not said that it stops
    connections: int = 0  # open now
    terminals_online: int = 0
    frames: int = 0  # well-formed ones received
    reports: int = 0
    acknowledged: int = 0
    frames_per_s: float = 0.0
    reports_per_s: float = 0.0
    turned_away: int = 0  # connections above the limit
    idle_closed: int = 0
    stalled_closed: int = 0  # a frame was begun and not ended
    throttled: int = 0  # times that a connection was read more slowly: more a second than a terminal sends
    codes_closed: int = 0  # connections that showed too many wrong authentication codes
    taken_over: int = 0  # by a newer connection of the same terminal
    replayed: int = 0  # sign-ons refused: one terminal by turns from two addresses, so a copied code or number
    entered: int = 0  # unknown terminals entered into the register
    pauses: int = 0  # the database could not follow
    resends_asked: int = 0  # 8003 and 8800 with a list
    parts_held: int = 0  # bytes of messages whose parts have not all come
    commands_sent: int = 0
    media_stored: int = 0
    media_waiting: int = 0  # not yet on the disk
    video_port: int = 0  # that terminals bring video to, 0 if there is none
    video: tuple[VideoStream, ...] = ()  # coming in, then the last ones that are over
    video_refused: Mapping[str, int] = field(default_factory=dict)  # streams not asked for, and bytes that are none
    video_turned_away: int = 0  # connections for video above the limit
    refused: Mapping[str, int] = field(default_factory=dict)  # by reason, since the start


@dataclass(frozen=True, slots=True)
class FrameField:
    """One field of a frame, in the order of the bytes."""

    offset: int  # in the body
    data: bytes
    path: str  # name with dots and indexes: "items.01.mileage_km"
    label: str  # the standard's, Chinese; empty for what is not known
    value: str  # for reading
    notation: str  # the standard's type: "WORD"
    clause: str  # standard and clause


@dataclass(frozen=True, slots=True)
class FrameView:
    """A frame as received or sent, decoded for reading."""

    at: datetime
    direction: Direction
    wire: bytes  # with delimiters and escapes
    msg_id: int
    title: str  # the standard's name of the message, Chinese; empty for an id that is not known
    clause: str
    phone: str
    version: int  # of the layout: 2011, 2013 or 2019
    sequence: int
    parts: int  # sub-packages of the message, 0 if it is not sub-packaged
    part: int  # from 1
    fields: tuple[FrameField, ...]  # of a sub-package only the whole body as one field
    fault: str = ""  # why the body cannot be read further (Refusal's value), empty if it can
    fault_field: str = ""  # path of the field that could not be read


@dataclass(frozen=True, slots=True)
class RefusedView:
    """Bytes that were not accepted."""

    id: int
    at: datetime
    source: str  # the terminal's phone, or the address they came from
    terminal_id: int | None  # of the register, if the source is one of its phones
    reason: str  # Refusal's value
    data: bytes  # the first 4096 bytes; empty in a flood, of which only the reasons are kept


@dataclass(frozen=True, slots=True)
class TerminalNews:
    """What a subscriber is told: read anew what is shown of it."""

    terminals: frozenset[int] | None  # ids whose session changed; None: any (register, or very many)
    gateway: bool  # there is a new GatewayStatus
    reports: bool  # reports were committed: frames, counts and states may be newer
