"""Which terminals are known: the register in memory, followed through the change feed."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.ids import MessageId
from laixi_transport.devices.jt808.registration import Authenticate, Register
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.domain.change import Topic
from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass
from laixi_transport.storage import Store

_log = logging.getLogger(__name__)

REST_S = 0.2
LONGEST_CODE = 128
"""Characters of an authentication code that the register keeps; with a longer one a terminal is entered without."""
_COLOURS = frozenset(map(int, PlateColour))
_UNNAMED = Vehicle(0, "", PlateColour.NONE, VehicleClass.OTHER, organisation="", line="", speed_limit_kmh=None)


class Directory:
    """Terminals by phone. Reading it never touches the database: a report must not wait for a query."""

    def __init__(self, store: Store, on_change: Callable[[], None]) -> None:
        self._store = store
        self._on_change = on_change
        self._terminals: dict[str, Terminal] = {}
        self._entered: dict[str, Terminal] = {}  # since the last reading began: it may have missed them

    def get(self, phone: str) -> Terminal | None:
        """Return the terminal with a phone."""
        return self._terminals.get(phone)

    async def load(self) -> None:
        """Read the register."""
        self._entered = {}
        terminals = await asyncio.to_thread(self._store.register.terminals)
        self._terminals = {terminal.phone: terminal for terminal in terminals} | self._entered

    async def follow(self) -> None:
        """Read the register again whenever it changes; runs until cancelled."""
        async for changes in self._store.feed.changes(self._store.feed.newest()):
            if any(change.topic == Topic.REGISTER for change in changes):
                before = self._terminals
                await self.load()
                if self._terminals != before:
                    self._on_change()
                await asyncio.sleep(REST_S)  # a whole fleet being entered changes the register a thousand times

    async def enter(self, frame: Frame) -> Terminal:
        """Enter the terminal that sent a frame into the register, or complete its entry, by what the frame tells."""
        register = Register.decode(frame.body, version=frame.version) if frame.msg_id == MessageId.REGISTER else None
        code = ""
        if frame.msg_id == MessageId.AUTHENTICATE:
            shown = Authenticate.decode(frame.body, version=frame.version)
            code = shown.auth_code if not isinstance(shown, Fault) and len(shown.auth_code) <= LONGEST_CODE else ""
        vehicle = _UNNAMED
        entry = Terminal(0, "", 0, auth_code=code, protocol=str(frame.version))
        if isinstance(register, Register):
            entry = Terminal(
                0,
                "",
                0,
                auth_code=_new_code(),
                protocol=str(Register.layout_version(frame.body, frame.version)),
                maker=register.maker_id or "",
                model=register.terminal_model or "",
                terminal_no=register.terminal_id or "",
            )
            colour, plate = register.plate_color, register.plate_no.strip()
            if colour is not None and colour in _COLOURS and colour != PlateColour.NONE:
                vehicle = replace(_UNNAMED, plate=plate, plate_colour=PlateColour(colour))
        return self._take(await asyncio.wrap_future(self._store.register.entering(frame.phone, vehicle, entry)))

    async def give_code(self, terminal: Terminal) -> Terminal:
        """Store a code for a terminal that the register knows without one; one that it has meanwhile stays."""
        return self._take(await asyncio.wrap_future(self._store.register.giving_code(terminal.id, _new_code())))

    def describe(self, terminal: Terminal, register: Register) -> None:
        """Store maker, model and number that a known terminal tells of itself, if they are news; does not wait."""
        told = {
            "maker": register.maker_id or "",
            "model": register.terminal_model or "",
            "terminal_no": register.terminal_id or "",
        }
        news = {name: value for name, value in told.items() if value and value != getattr(terminal, name)}
        if not news:
            return
        try:
            self._store.register.describing(terminal.id, news).add_done_callback(_look)
        except RuntimeError:  # closed
            _log.info("the database is closed: what terminal %s says of itself is not stored", terminal.phone)

    def _take(self, terminal: Terminal) -> Terminal:
        self._terminals[terminal.phone] = self._entered[terminal.phone] = terminal
        return terminal


def _look(future: "Future[None]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("what a terminal says of itself was not stored", exc_info=error)


def _new_code() -> str:
    """Return a code that nobody guesses; twelve characters, which every terminal can keep."""
    return secrets.token_hex(6)
