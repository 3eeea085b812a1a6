"""Playback: everything about vehicles over a period, in one answer."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from laixi_transport.analytics.distance import distance
from laixi_transport.analytics.stops import movement
from laixi_transport.domain.alert import Alert, AlertState
from laixi_transport.domain.fleet_track import HourList
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import DAY_S, HOUR_S, beijing_date, beijing_day
from laixi_transport.domain.track import Track
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.alerts.rule import OverspeedRule
from laixi_transport.services.playback.bookmarks import BookmarkService
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.playback.reel import Reel
from laixi_transport.storage import Store

MAX_VEHICLES = 50
MAX_VEHICLE_DAYS = 350
"""Fifty buses for a week: what a window may hold and a query may take."""

_ALERTS = 5000
_VALID = (AlertState.NEW, AlertState.ACKNOWLEDGED, AlertState.CLEARED)


class PlaybackService:
    """Reads tracks and what the rules say about them. Every call blocks on the database: use it through tasks."""

    def __init__(self, store: Store, rule: OverspeedRule | None = None) -> None:
        self._store = store
        self._rule = rule or OverspeedRule()
        self.bookmarks = BookmarkService(store)

    def day(self, vehicle_ids: Sequence[int], begin_s: int, end_s: int) -> tuple[VehicleDay, ...]:
        """Return one VehicleDay for each vehicle of the register, in the order asked, for the seconds [begin_s, end_s).

        A vehicle without reports has an empty track. Raises Problem for more than MAX_VEHICLES vehicles or
        MAX_VEHICLE_DAYS of them, ValueError for a period that ends before it begins.
        """
        if end_s <= begin_s:
            raise ValueError(f"the period ends at {end_s}, before or as it begins")
        if len(vehicle_ids) > MAX_VEHICLES or len(vehicle_ids) * (end_s - begin_s) > MAX_VEHICLE_DAYS * DAY_S:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "That is too much for one playback. Choose at most {vehicles} vehicles and {days} vehicle-days.",
                ),
                vehicles=MAX_VEHICLES,
                days=MAX_VEHICLE_DAYS,
            )
        known = {vehicle.id: vehicle for vehicle in self._store.register.vehicles()}
        chosen = [known[vehicle_id] for vehicle_id in dict.fromkeys(vehicle_ids) if vehicle_id in known]
        tracks = self._store.tracks.tracks([vehicle.id for vehicle in chosen], begin_s, end_s)
        alerts = self._store.alerts.list(
            states=_VALID,
            vehicle_ids=[vehicle.id for vehicle in chosen],
            begin_s=begin_s,
            end_s=end_s,
            limit=_ALERTS,
        )
        return tuple(
            self._vehicle_day(vehicle, track, alerts, begin_s, end_s)
            for vehicle, track in zip(chosen, tracks, strict=True)
        )

    def vehicles(self, vehicle_ids: Sequence[int]) -> tuple[Vehicle, ...]:
        """Return the vehicles of the register among these, in the order asked."""
        known = {vehicle.id: vehicle for vehicle in self._store.register.vehicles()}
        return tuple(known[vehicle_id] for vehicle_id in dict.fromkeys(vehicle_ids) if vehicle_id in known)

    def reel(self, vehicle_ids: Sequence[int]) -> Reel:
        """Return what holds the hours of any number of vehicles around the moment that is looked at."""
        return Reel(self._store, vehicle_ids)

    def hours(self, vehicle_ids: Sequence[int], begin_s: int, end_s: int) -> HourList:
        """Return in which hours of [begin_s, end_s) vehicles reported, without reading what they reported."""
        return self._store.hours.listed(vehicle_ids, begin_s // HOUR_S, -(-end_s // HOUR_S))

    def alerts(self, vehicle_ids: Sequence[int], begin_s: int, end_s: int) -> tuple[Alert, ...]:
        """Return what the rules said about vehicles in [begin_s, end_s), the newest first; of very many the newest."""
        found = self._store.alerts.list(states=_VALID, begin_s=begin_s, end_s=end_s, limit=_ALERTS)
        chosen = frozenset(vehicle_ids)
        return tuple(alert for alert in found if alert.vehicle_id in chosen)

    def days_with_data(self, vehicle_ids: Sequence[int], month: dt.date) -> dict[dt.date, int]:
        """Return the days (GMT+8) of the month that ``month`` lies in with reports of the vehicles, and how many."""
        first = month.replace(day=1)
        after = (first + dt.timedelta(days=31)).replace(day=1)
        begin_s, end_s = beijing_day(first)[0], beijing_day(after)[0]
        found: dict[dt.date, int] = {}
        # The days of GMT+8 begin on the hour, so hours can be added up to days.
        hours = self._store.tracks.hours(dict.fromkeys(vehicle_ids), begin_s // HOUR_S, end_s // HOUR_S)
        for hour, n in hours.items():
            day = beijing_date(hour * HOUR_S)
            found[day] = found.get(day, 0) + n
        return found

    def vehicles_with_data(self, begin_s: int, end_s: int) -> dict[int, int]:
        """Return how many reports each vehicle has in the seconds [begin_s, end_s), without those that have none."""
        return self._store.tracks.active(begin_s, end_s)

    def period_of_data(self) -> tuple[int, int] | None:
        """Return the Unix seconds of the oldest and the newest report there is, None for an empty database."""
        return self._store.tracks.first_and_last()

    def newest_day(self) -> dt.date | None:
        """Return the day (GMT+8) of the newest report, None for an empty database."""
        period = self.period_of_data()
        return None if period is None else beijing_date(period[1])

    def _vehicle_day(
        self, vehicle: Vehicle, stored: Track, alerts: Sequence[Alert], begin_s: int, end_s: int
    ) -> VehicleDay:
        track = self._rule.ordered(stored)
        parts = movement(track)
        limit_kmh = np.nan if vehicle.speed_limit_kmh is None else vehicle.speed_limit_kmh
        own = [alert for alert in alerts if alert.vehicle_id == vehicle.id]
        return VehicleDay(
            vehicle=vehicle,
            begin_s=begin_s,
            end_s=end_s,
            track=track,
            stops=parts.stops,
            gaps=parts.gaps,
            stretches=parts.stretches,
            overspeed=tuple(self._rule.episodes(track, limit_kmh)),
            limit_from=self._rule.limit_from,
            alerts=tuple(sorted(own, key=lambda alert: alert.begin)),
            distance=distance(track, parts),
        )
