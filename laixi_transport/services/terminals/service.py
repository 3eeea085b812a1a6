"""Terminals, their links, frames and refusals, read from the database: the gateway may be in another process."""

import asyncio
import dataclasses
import logging
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from laixi_transport.domain.change import Change, Topic
from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.session import TerminalSession
from laixi_transport.domain.time import from_unix, utc_now
from laixi_transport.domain.video import VideoStream
from laixi_transport.services.terminals.frames import view_frame
from laixi_transport.services.terminals.model import (
    FrameView,
    GatewayStatus,
    RefusedView,
    TerminalCounts,
    TerminalNews,
    TerminalStatus,
)
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING
from laixi_transport.storage.sessions import moment

logger = logging.getLogger(__name__)

OnNews = Callable[[TerminalNews], None]

ALIVE_S = 30.0
"""A gateway that has not written for longer is taken for dead: it writes every ten seconds at least."""
REST_S = 0.25
"""Between two tellings: a fleet that signs on again is told of in a few pieces."""

_NUMBERS = frozenset(field.name for field in dataclasses.fields(GatewayStatus)) - {
    "address",
    "started",
    "updated",
    "alive",
}


class TerminalService:
    """Everything but ``subscribe`` blocks on the database: use tasks. Any thread.

    now   aware UTC
    """

    def __init__(self, store: Store, *, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._subscribers: list[OnNews] = []
        self.loaded = asyncio.Event()
        """Set once changes are followed; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Follow the feed until cancelled; runs in the io loop. May be called again after a failure."""
        newest = await asyncio.to_thread(self._store.feed.newest)
        self._tell(TerminalNews(None, gateway=True, reports=True))  # what happened before
        self.loaded.set()
        async for changes in self._store.feed.changes(newest):
            news = _news(changes)
            if news is not None:
                self._tell(news)
                await asyncio.sleep(REST_S)

    def subscribe(self, on_news: OnNews) -> Callable[[], None]:
        """Be told in the io thread of what changed, at most a few times a second; return what ends it."""
        with self._lock:
            self._subscribers.append(on_news)

        def end() -> None:
            with self._lock:
                if on_news in self._subscribers:
                    self._subscribers.remove(on_news)

        return end

    def terminals(self, terminal_ids: Collection[int] | None = None) -> list[TerminalStatus]:
        """Return every terminal of the register, or those asked for, by phone."""
        store = self._store
        terminals = store.register.terminals(terminal_ids)
        mounted = None if terminal_ids is None else {terminal.vehicle_id for terminal in terminals}
        vehicles = {vehicle.id: vehicle for vehicle in store.register.vehicles(mounted)}
        sessions = store.sessions.newest(terminal_ids)
        newest = store.fleet.states()[1] if mounted is None else store.fleet.some(mounted)
        states = {state.vehicle_id: state for state in newest}
        sources = store.stats().sources
        refusals = store.refusals()
        gateway = self.gateway()
        alive = gateway is not None and gateway.alive
        rows = []
        for terminal in sorted(terminals, key=lambda t: t.phone):
            session, state = sessions.get(terminal.id), states.get(terminal.vehicle_id)
            source = sources.get(terminal.phone)
            rows.append(
                TerminalStatus(
                    terminal=terminal,
                    vehicle=vehicles.get(terminal.vehicle_id),
                    session=session,
                    online=alive and session is not None and session.open,
                    heard=_heard(session, state),
                    reported=state,
                    counts=TerminalCounts(
                        source.received if source else 0,
                        source.stored if source else 0,
                        source.duplicates if source else 0,
                        refusals.get(terminal.phone, {}),
                    ),
                )
            )
        return rows

    def sessions(self, terminal_id: int, n: int = 100) -> list[TerminalSession]:
        """Return the last sessions of a terminal, the newest first."""
        return self._store.sessions.history(terminal_id, n)

    def gateway(self) -> GatewayStatus | None:
        """Return what the gateway counts, None if there never was one."""
        said = self._store.sessions.gateway()
        if said is None:
            return None
        alive = not said.stopped and self._now() - said.updated <= timedelta(seconds=ALIVE_S)
        numbers = {name: value for name, value in said.numbers.items() if name in _NUMBERS}
        numbers["video"] = tuple(VideoStream.of(stream) for stream in numbers.get("video", ()))
        return GatewayStatus(said.address, said.started, said.updated, alive, **numbers)

    def last_frames(self, terminal_id: int, n: int = 50) -> list[FrameView]:
        """Return the last frames of a terminal, up and down, the newest first.

        Of what goes down the general answers (8001) are not kept: one follows each message that came up. Of media
        (0801) only the first sub-package is kept as a frame.
        """
        found = self._store.register.terminals([terminal_id])
        if not found:
            return []
        [terminal] = found
        up = [(f.received_us, "up", f.data) for f in self._store.frames.last(terminal_id, terminal.vehicle_id, n)]
        down = [(f.sent_us, "down", f.data) for f in self._store.sessions.last_sent(terminal_id, n)]
        newest = sorted(up + down, key=lambda frame: -frame[0])[:n]
        return [view_frame(bytes(data), moment(at_us), "up" if way == "up" else "down") for at_us, way, data in newest]

    def refused(self, n: int = 100, *, terminal_id: int | None = None, reason: str = "") -> list[RefusedView]:
        """Return the last refusals, of all sources or one terminal, for any reason or one, the newest first."""
        phones = {terminal.phone: terminal.id for terminal in self._store.register.terminals()}
        sources = None if terminal_id is None else [phone for phone, known in phones.items() if known == terminal_id]
        if sources == []:
            return []
        return [
            RefusedView(i, moment(f.received_us), f.source, phones.get(f.source), f.reason, bytes(f.data))
            for i, f in self._store.frames.refused(n, sources, reason)
        ]

    def refusals(self) -> dict[str, int]:
        """Return how many were refused for each reason, of all sources, ever."""
        totals: dict[str, int] = {}
        for reasons in self._store.refusals().values():
            for reason, count in reasons.items():
                totals[reason] = totals.get(reason, 0) + count
        return totals

    def _tell(self, news: TerminalNews) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_news in subscribers:
            try:
                on_news(news)
            except Exception:
                logger.exception("a subscriber of the terminals failed")


def _news(changes: list[Change]) -> TerminalNews | None:
    """Return what changes mean to who looks at terminals; None if nothing."""
    topics = {change.topic for change in changes}
    keys = {change.key for change in changes if change.topic is Topic.TERMINAL}
    everything = EVERYTHING in keys or Topic.REGISTER in topics
    terminals = None if everything else frozenset(int(key) for key in keys)
    gateway, reports = Topic.GATEWAY in topics, Topic.VEHICLE_STATE in topics
    if terminals == frozenset() and not gateway and not reports:
        return None
    return TerminalNews(terminals, gateway, reports)


def _heard(session: TerminalSession | None, state: VehicleState | None) -> datetime | None:
    times = []
    if session is not None:
        times.append(session.heard)
    if state is not None:
        times.append(from_unix(state.received_s))
    return max(times, default=None)
