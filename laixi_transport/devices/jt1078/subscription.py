"""Who watches a stream, and what happens to those who do not keep up."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from laixi_transport.devices.jt1078.access_unit import AccessUnit
from laixi_transport.devices.jt1078.packet import Packet

_log = logging.getLogger(__name__)


class StreamKey(NamedTuple):
    """Which stream."""

    phone: str  # of the terminal, without leading zeros
    channel: int  # logical channel, JT/T 1076-2016 table 2


class Subscription:
    """One who watches a stream.

    Pictures begin with a key frame. One that is not taken is lost to this subscriber alone, with all behind it up to
    the next key frame.
    """

    def __init__(
        self,
        key: StreamKey,
        take: Callable[[AccessUnit], bool],
        hear: Callable[[Packet], None] | None,
        cancelled: Callable[["Subscription"], None],
    ) -> None:
        self.key = key
        self.taken = 0
        self.lost = 0  # pictures, since the first that was taken
        self.stalls = 0  # how often it fell behind
        self._take = take
        self._hear = hear
        self._cancelled = cancelled
        self._awaits_key = True

    def offer(self, unit: AccessUnit) -> None:
        """Hand over a picture, or count it as lost."""
        if self._awaits_key and not unit.key:
            self.lost += bool(self.taken)
            return
        try:
            taken = self._take(unit)
        except Exception:  # noqa: BLE001 - one subscriber's fault must not reach the others
            _log.exception("a subscriber of %s channel %s failed and is let go", *self.key)
            self.cancel()
            return
        if taken:
            self._awaits_key = False
            self.taken += 1
        else:
            self.stalls += not self._awaits_key
            self._awaits_key = True
            self.lost += 1

    def hear(self, packet: Packet) -> None:
        """Hand over a packet with sound or transparent data, to who wants them."""
        if self._hear is None:
            return
        try:
            self._hear(packet)
        except Exception:  # noqa: BLE001 - one subscriber's fault must not reach the others
            _log.exception("a listener of %s channel %s failed and is let go", *self.key)
            self.cancel()

    def cancel(self) -> None:
        """Watch no longer."""
        self._cancelled(self)


class UnitQueue:
    """Pictures waiting for an asyncio task, within bounds.

    max_units  waiting at most
    max_bytes  of them

    Iterating over it ends when it is closed.
    """

    def __init__(self, *, max_units: int = 50, max_bytes: int = 8 << 20) -> None:
        self._max_units = max_units
        self._max_bytes = max_bytes
        self._units: deque[AccessUnit] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._units)

    def take(self, unit: AccessUnit) -> bool:
        """Put a picture in; False if it is full. Called in the loop's thread."""
        if self._closed or len(self._units) >= self._max_units or self._bytes + len(unit.data) > self._max_bytes:
            return False
        self._units.append(unit)
        self._bytes += len(unit.data)
        self._changed.set()
        return True

    def close(self) -> None:
        """Let the iteration end after what is waiting."""
        self._closed = True
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[AccessUnit]:
        while True:
            while self._units:
                unit = self._units.popleft()
                self._bytes -= len(unit.data)
                yield unit
            if self._closed:
                return
            self._changed.clear()
            await self._changed.wait()
