"""Which streams have been asked for: a terminal that brings another one is turned away."""

import math
from dataclasses import dataclass

from laixi_transport.devices.jt1078.packet import SHORT_SIM
from laixi_transport.devices.jt1078.subscription import StreamKey

SHORT_DIGITS = 2 * SHORT_SIM


@dataclass(slots=True)
class Wanted:
    """A stream that a terminal was told to send."""

    key: StreamKey
    phone: str  # as the register has it
    terminal_id: int
    recorded: bool
    by: str  # who asked for it
    until_s: float  # by the loop's clock: it must have begun, or be back, by then
    coming: bool = False
    ending_s: float = -math.inf  # when a command to end it was last given


class WantedStreams:
    """The streams that may come, by terminal and channel."""

    def __init__(self) -> None:
        self._streams: dict[StreamKey, Wanted] = {}
        self._short: dict[StreamKey, StreamKey] = {}  # as packets with a SIM of six bytes have it

    def get(self, key: StreamKey) -> Wanted | None:
        """Return what was asked for."""
        return self._streams.get(key)

    def find(self, told: StreamKey, now_s: float) -> Wanted | None:
        """Return what was asked for and may begin now, by the SIM that packets have: its last twelve digits do."""
        key = told if told in self._streams else self._short.get(told, told)
        wanted = self._streams.get(key)
        return wanted if wanted is not None and (wanted.coming or now_s <= wanted.until_s) else None

    def add(self, wanted: Wanted) -> None:
        """Expect a stream; one that was expected under its key is replaced."""
        self._streams[wanted.key] = wanted
        if (short := _short(wanted.key)) != wanted.key:
            self._short[short] = wanted.key

    def remove(self, key: StreamKey) -> Wanted | None:
        """Expect a stream no longer."""
        wanted = self._streams.pop(key, None)
        if wanted is not None and self._short.get(_short(key)) == key:
            del self._short[_short(key)]
        return wanted

    def expire(self, now_s: float) -> list[Wanted]:
        """Forget what did not begin, or did not come back, in time, and return it."""
        late = [one for one in self._streams.values() if not one.coming and one.until_s < now_s]
        for one in late:
            self.remove(one.key)
        return late


def _short(key: StreamKey) -> StreamKey:
    return StreamKey(key.phone[-SHORT_DIGITS:].lstrip("0"), key.channel)
