"""The map of a playback: ways, stops, and every chosen vehicle where it was at the moment."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.time import DAY_S, beijing_date, beijing_day
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.playback.places import Places
from laixi_transport.ui import format as text
from laixi_transport.ui.map.banner import Banner
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.furniture import Card
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.trails import Trails
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.pages.playback.bundles import joined
from laixi_transport.ui.pages.playback.doubts import DoubtLayer
from laixi_transport.ui.pages.playback.loaded import LoadedDay
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.tokens import mix

QUIET = 0.55
"""How far the ways of the vehicles that are not selected stand back into the land."""
NEAR_PX = 40
TOUCH_PX = 12.0
"""A click so near to a way means it."""

TRAIL_ALL, TRAIL_NONE = -1, 0
"""Lengths of trails beside numbers of minutes."""


class Stage:
    """Draws loaded vehicles on a MapView."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._days: tuple[LoadedDay, ...] = ()
        self._vehicles: tuple[Vehicle, ...] = ()
        self._names: list[str] = []
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._selected: int | None = None
        self._places: Places | None = None
        self._trail_min = TRAIL_ALL
        self._trails: Trails | None = None
        self._labels: dict[int, tuple[int, str]] = {}  # by place of a silent vehicle: its last fix, its label
        self._at_s = 0.0
        self._shown_s: float | None = None
        self._marked_day: dt.date | None = None
        self.map = MapView(theme, BaseMap())
        self.map.name_keys(county="Ctrl+Home", content="Ctrl+End")  # Home and End go to the first and last report
        self.map.set_card(self._card)
        self.doubts = DoubtLayer()
        self.map.add_layer(self.doubts)
        self.banner = Banner(self.map)
        self.map.view_changed.connect(self.banner.place)
        theme.changed.connect(self._draw_ways)

    def show_vehicles(self, vehicles: Sequence[Vehicle], names: Sequence[str], ids: NDArray[np.int64]) -> None:
        """Show these vehicles from the next ``show_places`` on."""
        self._vehicles, self._names, self._ids = tuple(vehicles), list(names), ids
        self._places = self._shown_s = None
        self._labels.clear()

    def show_days(self, days: Sequence[LoadedDay], selected: int | None) -> None:
        """Draw the ways of these, that of the selected vehicle in front."""
        self._days = tuple(days)
        self._selected = selected
        self._draw_ways()

    @property
    def places(self) -> Places | None:
        """Where the vehicles are shown, None before the first moment."""
        return self._places

    @property
    def shown_s(self) -> float | None:
        """The moment that the vehicles are shown at, Unix seconds."""
        return self._shown_s

    @property
    def trail_min(self) -> int:
        """Minutes of way behind each vehicle, or TRAIL_ALL or TRAIL_NONE."""
        return self._trail_min

    def set_trail(self, minutes: int) -> None:
        """Draw so much of the ways."""
        if minutes != self._trail_min:
            self._trail_min = minutes
            self._draw_ways()
            self._move_trails()

    def show_places(self, places: Places, at_s: float) -> None:
        """Put every vehicle where it was."""
        self._at_s = self._shown_s = at_s
        self._places = places
        self._set_vehicles(places)
        self._mark_day()
        self._move_trails()

    def doubt_places(self, at_s: float) -> None:
        """Show that of this moment nothing is known yet: the vehicles stay where they were last shown, hollow."""
        self._at_s = at_s
        if self._places is not None:
            places, offline = self._places, np.full(len(self._ids), MotionState.OFFLINE.value, np.uint8)
            self.map.set_vehicles(self._ids, places.lon_deg, places.lat_deg, places.direction_deg, offline, self._names)

    def bring_into_view(self, lon_deg: float, lat_deg: float) -> None:
        """Move the map only if a place is not on it."""
        if self.map.following is not None:
            return
        x, y = self.map.view.to_screen(*to_world(lon_deg, lat_deg))
        room = self.map.rect().adjusted(NEAR_PX, NEAR_PX, -NEAR_PX, -NEAR_PX)
        if not room.contains(round(float(x)), round(float(y))):
            self.map.centre_on(lon_deg, lat_deg)

    def passed(self, lon_deg: float, lat_deg: float, at_s: float) -> tuple[int, float] | None:
        """Return vehicle and time of the way under a place of the map, None if there is none.

        The selected vehicle wins; of several passes that which is nearest in time to ``at_s``.
        """
        scale, reach_m = metres_per_degree(lat_deg), TOUCH_PX * self.map.view.metres_per_px
        for day in sorted(self._days, key=lambda day: day.vehicle.id != self._selected):
            where = day.where
            times = where.fixes_s
            away_m = np.hypot((where.lon_deg - lon_deg) * scale.east_m, (where.lat_deg - lat_deg) * scale.north_m)
            near = np.flatnonzero(away_m <= reach_m)
            if len(near):
                nearest = near[away_m[near] <= away_m[near].min() + reach_m / 3]
                return day.vehicle.id, float(times[nearest[np.argmin(np.abs(times[nearest] - at_s))]])
        return None

    def _set_vehicles(self, places: Places) -> None:
        names, motion = self._names, places.motion
        silent = np.flatnonzero((motion == MotionState.OFFLINE.value) & (places.row >= 0)).tolist()
        if silent:
            names = list(names)
            for at in silent:
                names[at] = self._silent_label(at, int(places.row[at]), float(places.fix_s[at]))
        self.map.set_vehicles(self._ids, places.lon_deg, places.lat_deg, places.direction_deg, motion, names)

    def _silent_label(self, at: int, row: int, fix_s: float) -> str:
        """Return the plate and since when nothing is known."""
        known = self._labels.get(at)
        if known is None or known[0] != row:
            said = QCoreApplication.translate("Playback", "{vehicle}  no data since {time}")
            day_too = abs(self._at_s - fix_s) >= 86_400
            since = text.date_time(fix_s) if day_too else text.clock(fix_s)
            known = self._labels[at] = (row, said.format(vehicle=self._names[at], time=since))
        return known[1]

    def _draw_ways(self) -> None:
        palette = self._theme.palette
        quiet = mix(palette.map_label, palette.map_land, QUIET)
        chosen = next((day for day in self._days if day.vehicle.id == self._selected), None)
        others = [day for day in self._days if day is not chosen]
        ways = [(day.thin_line, self._colour(day, quiet)) for day in others]
        if chosen is not None:
            ways.append((chosen.line, self._colour(chosen, "")))
        whole = self._trail_min == TRAIL_ALL
        self.map.set_tracks(joined(ways if whole else []))
        self._trails = None
        if self._trail_min > 0 and self._days:
            bundle = joined([(day.line, self._colour(day, "" if day is chosen else quiet)) for day in self._days])
            nothing = np.zeros(len(self._days), np.int64)
            head = np.full(len(self._days), np.nan)
            self._trails = Trails(bundle, nothing, nothing - 1, head, head)
        self.map.set_trails(self._trails)
        self._marked_day = None
        self._mark_day()
        self.doubts.show(chosen if whole else None)
        self.map.select(self._selected)

    def _mark_day(self) -> None:
        """Show the marks of the day that is played: those of a month would cover the map, and each other."""
        day = beijing_date(self._at_s)
        if day == self._marked_day:
            return
        self._marked_day = day
        chosen = next((day for day in self._days if day.vehicle.id == self._selected), None)
        marks = chosen.marks if chosen is not None and self._trail_min == TRAIL_ALL else ()
        begin_s, end_s = beijing_day(day)
        several = chosen is not None and chosen.day.end_s - chosen.day.begin_s > DAY_S
        self.map.set_marks([m for m in marks if not several or begin_s <= float(str(m.key)) < end_s])

    def _colour(self, day: LoadedDay, otherwise: str) -> str:
        """Return the colour of a way; a compared day has its own."""
        return self._theme.palette.compared if day.vehicle.id < 0 else otherwise

    def _move_trails(self) -> None:
        if self._trails is None:
            return
        since_s = self._at_s - self._trail_min * 60.0
        moments = [day.where.at(self._at_s) for day in self._days]
        begins = self._trails.bundle.begin.tolist()
        first, last = [], []
        for day, begin in zip(self._days, begins, strict=False):
            a, b = np.searchsorted(day.where.fixes_s, (since_s, self._at_s), "right").tolist()
            first.append(begin + a)
            last.append(begin + b - 1)
        known = [moment.known for moment in moments]
        self._trails = Trails(
            self._trails.bundle,
            np.array(first, np.int64),
            np.array(last, np.int64),
            np.where(known, [moment.lon_deg for moment in moments], np.nan),
            np.where(known, [moment.lat_deg for moment in moments], np.nan),
        )
        self.map.set_trails(self._trails)

    def _card(self, vehicle_id: int) -> Card | None:
        found = np.flatnonzero(self._ids == vehicle_id)
        places = self._places
        if not len(found) or places is None or places.row[found[0]] < 0:
            return None
        at = int(found[0])
        vehicle = self._vehicles[at]
        title = "  ".join(part for part in (self._names[at], vehicle.line) if part)
        if not places.known[at]:
            label = self._silent_label(at, int(places.row[at]), float(places.fix_s[at]))
            return Card(title, (label.removeprefix(self._names[at]).strip(),))
        speed = float(places.speed_kmh[at])
        alarm = places.motion[at] == MotionState.ALARM.value
        said = text.speed_over(speed, vehicle.speed_limit_kmh) if alarm else text.speed(speed, vehicle.speed_limit_kmh)
        return Card(title, (said, text.clock(self._at_s)), alarm=alarm)
