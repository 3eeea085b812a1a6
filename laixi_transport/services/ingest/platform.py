"""What a link needs of the gateway: that it is no more keeps the two apart."""

from collections.abc import Callable
from typing import Protocol

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.packets import PacketMemory
from laixi_transport.devices.jt808.registration import Register
from laixi_transport.domain.frame import Batch
from laixi_transport.domain.session import SessionEnd
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.ingest.counters import Counters
from laixi_transport.services.ingest.directory import Directory
from laixi_transport.services.ingest.messages import AlarmFiles, MediaKeeper
from laixi_transport.services.ingest.quarantine import Quarantine
from laixi_transport.services.ingest.session import Due, Owner, Session


class Platform(Protocol):
    """What a link needs of the gateway; ``gateway.Gateway`` says what each member means."""

    counters: Counters
    directory: Directory
    quarantine: Quarantine
    memory: PacketMemory
    now_us: Callable[[], int]
    clock: Callable[[], float]
    owed: list[Due]

    @property
    def media(self) -> MediaKeeper | None: ...

    @property
    def evidence(self) -> AlarmFiles | None: ...

    def batch(self) -> Batch: ...

    def part(self) -> None: ...

    def may_enter(self, phone: str) -> bool: ...

    def enter(self, link: Owner, frame: Frame) -> None: ...

    def may_sign_on(self, session: Session) -> bool: ...

    def signed_on(self, session: Session) -> None: ...

    def signed_off(self, session: Session, end: SessionEnd) -> None: ...

    def answered(self, session: Session, frame: Frame, frames: tuple[Frame, ...]) -> None: ...

    def described(self, terminal: Terminal, register: Register) -> None: ...

    def sent(self, session: Session, frames: bytes) -> None: ...

    def gathers(self, link: Owner) -> None: ...

    def forget(self, link: Owner) -> None: ...
