"""Geofences as people see them: which there are, who is inside, who passed through on a day."""

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.analytics.geofences import contains
from laixi_transport.domain.change import Topic
from laixi_transport.domain.geofence import Geofence, GeofenceVersion, check
from laixi_transport.domain.time import utc_now
from laixi_transport.services.geofences.passages import Passage, passages_of
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING

_log = logging.getLogger(__name__)

OnFences = Callable[[], None]

BEFORE_S = 3600
"""Read before a period begins, so that who stands in a fence as it begins is known to be inside."""
AROUND_M = 5000.0
"""Fixes are looked for so far around a fence: between two of them a vehicle may cross it without a fix inside."""
AT_ONCE = 100
"""Vehicles whose tracks are held together."""


class GeofenceService:
    """The fences in memory, kept up to date by the change feed: another seat's changes arrive here too."""

    def __init__(self, store: Store, *, operator: str = "", now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._operator = operator
        self._now = now
        self._lock = threading.Lock()
        self._fences: dict[int, Geofence] = {}
        self._subscribers: list[OnFences] = []
        self.loaded = asyncio.Event()
        """Set once the fences were read; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Read the fences and follow the feed until cancelled; in the io loop. May be called again after a failure."""
        newest = await asyncio.to_thread(self._store.feed.newest)
        await self._read(None)
        self.loaded.set()
        async for changes in self._store.feed.changes(newest):
            keys = {change.key for change in changes if change.topic is Topic.GEOFENCE}
            if EVERYTHING in keys:
                await self._read(None)
            elif keys:
                await self._read([int(key) for key in keys])

    # What there is

    def fences(self) -> tuple[Geofence, ...]:
        """Return all fences as they are now, by id; any thread, does not block."""
        with self._lock:
            return tuple(self._fences.values())

    def fence(self, fence_id: int) -> Geofence | None:
        """Return a fence as it is now; any thread, does not block."""
        return self._fences.get(fence_id)

    def history(self, fence_id: int) -> tuple[GeofenceVersion, ...]:
        """Return all versions of a fence, the newest first; blocks on the database."""
        return self._store.geofences.history(fence_id)

    def at(self, moment: datetime) -> tuple[Geofence, ...]:
        """Return the fences as they were at a time; blocks on the database. Rules that judge the past ask this."""
        return self._store.geofences.at(moment)

    def subscribe(self, on_fences: OnFences) -> Callable[[], None]:
        """Have a function called in the io thread after every change; return what ends it. Any thread."""
        with self._lock:
            self._subscribers.append(on_fences)

        def end() -> None:
            with self._lock:
                if on_fences in self._subscribers:
                    self._subscribers.remove(on_fences)

        return end

    # Changing

    def save(self, fence: Geofence) -> "Future[Geofence]":
        """Store a fence, new with id 0. Any thread; raises Problem at once for one that cannot be.

        The future raises Problem if somebody else has changed it meanwhile, LookupError for an unknown id.
        """
        check(fence)
        made, at = replace(fence, name=fence.name.strip()), self._now()
        return self._store.writer.run(
            lambda session: self._store.geofences.save(session, made, by=self._operator, at=at)
        )

    def save_all(self, fences: Sequence[Geofence]) -> "Future[tuple[Geofence, ...]]":
        """Store several fences together, all or none of them; else as ``save``."""
        for fence in fences:
            check(fence)
        at = self._now()
        return self._store.writer.run(
            lambda session: tuple(
                self._store.geofences.save(session, fence, by=self._operator, at=at) for fence in fences
            )
        )

    def remove(self, fence: Geofence) -> "Future[Geofence]":
        """Take a fence away; ``save`` of what the future returns brings it back. Any thread."""
        at = self._now()
        return self._store.writer.run(
            lambda session: self._store.geofences.remove(session, fence, by=self._operator, at=at)
        )

    # Who is where

    @staticmethod
    def inside(fence: Geofence, lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.bool_]:
        """Return which places (n,) lie in a fence, whether it holds now or not; NaN lies nowhere. Any thread."""
        lon, lat = np.asarray(lon_deg, np.float64), np.asarray(lat_deg, np.float64)
        west, south, east, north = fence.bounds
        with np.errstate(invalid="ignore"):
            found = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)  # few are near: the rest costs
        if found.any():
            found[found] = contains(fence, lat[found], lon[found])
        return found

    def passages(
        self,
        fence: Geofence,
        begin_s: int,
        end_s: int,
        *,
        vehicle_ids: Collection[int] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[Passage, ...]:
        """Return who was in a fence during [begin_s, end_s), in order of coming; blocks on the database.

        Asked of the shape as it is given, whether the fence held or not: ``Passage.held`` says it.
        vehicle_ids  only these; None: all
        """
        if vehicle_ids is None:
            near = self._store.tracks.in_area(_around(fence), begin_s, end_s)
            vehicle_ids = [track.vehicle_id for track in near]
        ids = sorted(vehicle_ids)
        found: list[Passage] = []
        for first in range(0, len(ids), AT_ONCE):
            if cancelled():
                return ()
            for track in self._store.tracks.tracks(ids[first : first + AT_ONCE], begin_s - BEFORE_S, end_s):
                found += passages_of(fence, track, begin_s)
        return tuple(sorted(found, key=lambda passage: (passage.entered_s or begin_s, passage.vehicle_id)))

    def vehicles_in_area(self, lon_deg: ArrayLike, lat_deg: ArrayLike, begin_s: int, end_s: int) -> dict[int, int]:
        """Return how many fixes each vehicle has inside a polygon (n,) in a period; blocks on the database."""
        polygon = np.column_stack((lon_deg, lat_deg)).astype(np.float64)
        return {track.vehicle_id: len(track) for track in self._store.tracks.in_area(polygon, begin_s, end_s)}

    # What follows the feed

    async def _read(self, fence_ids: Collection[int] | None) -> None:
        found = await asyncio.to_thread(self._store.geofences.current, fence_ids)
        with self._lock:
            kept = {} if fence_ids is None else {i: f for i, f in self._fences.items() if i not in fence_ids}
            self._fences = dict(sorted((kept | {fence.id: fence for fence in found}).items()))
            subscribers = tuple(self._subscribers)
        for on_fences in subscribers:
            try:
                on_fences()
            except Exception:  # noqa: BLE001 - theirs, not ours
                _log.exception("a subscriber of the geofences failed")


def _around(fence: Geofence) -> NDArray[np.float64]:
    """Return the corners of a rectangle around a fence, wide enough for a way between two fixes."""
    west, south, east, north = fence.bounds
    up = AROUND_M / 111_000
    aside = up / max(0.1, float(np.cos(np.radians(max(abs(south), abs(north))))))
    west, south, east, north = west - aside, south - up, east + aside, north + up
    return np.array([[west, south], [east, south], [east, north], [west, north]])
