"""The map of a playback: ways, stops, and every chosen vehicle where it was at the moment."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.domain.fleet import MotionState
from laixi_transport.ui import format as text
from laixi_transport.ui.map.banner import Banner
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.furniture import Card
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.track_line import TrackLine
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.pages.playback.loaded import LoadedDay
from laixi_transport.ui.pages.playback.whereabouts import Moment
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.tokens import mix

QUIET = 0.55
"""How far the ways of the vehicles that are not selected stand back into the land."""
NEAR_PX = 40
TOUCH_PX = 12.0
"""A click so near to a way means it."""


class Stage:
    """Draws loaded days on a MapView."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._days: tuple[LoadedDay, ...] = ()
        self._selected: int | None = None
        self._moments: dict[int, Moment] = {}
        self._at_s = 0.0
        self.map = MapView(theme, BaseMap())
        self.map.set_card(self._card)
        self.banner = Banner(self.map)
        self.map.view_changed.connect(self.banner.place)
        theme.changed.connect(self._draw_ways)

    def show_days(self, days: Sequence[LoadedDay], selected: int | None) -> None:
        """Draw other ways."""
        self._days = tuple(days)
        self._selected = selected
        self._draw_ways()

    def select(self, selected: int | None) -> None:
        """Bring one vehicle forward."""
        if selected != self._selected:
            self._selected = selected
            self._draw_ways()

    def show_moments(self, moments: Sequence[Moment], at_s: float) -> None:
        """Put every vehicle where it was; one for each of the days."""
        self._at_s = at_s
        self._moments = {day.vehicle.id: moment for day, moment in zip(self._days, moments, strict=True)}
        self.map.set_vehicles(
            [day.vehicle.id for day in self._days],
            [moment.lon_deg for moment in moments],
            [moment.lat_deg for moment in moments],
            [moment.direction_deg for moment in moments],
            [int(moment.motion) for moment in moments],
            [self._label(day, moment) for day, moment in zip(self._days, moments, strict=True)],
        )

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
            line, times = day.line, day.where.fixes_s
            away_m = np.hypot((line.lon_deg - lon_deg) * scale.east_m, (line.lat_deg - lat_deg) * scale.north_m)
            near = np.flatnonzero(away_m <= reach_m)
            if len(near):
                nearest = near[away_m[near] <= away_m[near].min() + reach_m / 3]
                return day.vehicle.id, float(times[nearest[np.argmin(np.abs(times[nearest] - at_s))]])
        return None

    def _label(self, day: LoadedDay, moment: Moment) -> str:
        """Return the plate, and of a vehicle that nothing is known of, since when."""
        if moment.known or moment.sample is None:
            return day.name
        since = float(day.day.track.time_s[moment.sample])
        said = QCoreApplication.translate("Playback", "{vehicle}  no data since {time}")
        return said.format(vehicle=day.name, time=text.clock(since))

    def _draw_ways(self) -> None:
        palette = self._theme.palette
        quiet = mix(palette.map_label, palette.map_land, QUIET)
        lines = []
        for day in self._days:
            if day.vehicle.id != self._selected:
                thin = day.thin_line
                lines.append(TrackLine(thin.lon_deg, thin.lat_deg, thin.break_after, thin.over_limit, quiet))
        chosen = next((day for day in self._days if day.vehicle.id == self._selected), None)
        if chosen is not None:
            lines.append(chosen.line)
        self.map.set_tracks(lines)
        self.map.set_marks(chosen.marks if chosen is not None else ())
        self.map.select(self._selected)

    def _card(self, vehicle_id: int) -> Card | None:
        day = next((day for day in self._days if day.vehicle.id == vehicle_id), None)
        moment = self._moments.get(vehicle_id)
        if day is None or moment is None or moment.sample is None:
            return None
        vehicle, track = day.vehicle, day.day.track
        title = "  ".join(part for part in (day.name, vehicle.line) if part)
        if not moment.known:
            return Card(title, (self._label(day, moment).removeprefix(day.name).strip(),))
        speed = float(track.speed_kmh[moment.sample])
        alarm = moment.motion == MotionState.ALARM
        said = text.speed_over(speed, vehicle.speed_limit_kmh) if alarm else text.speed(speed, vehicle.speed_limit_kmh)
        return Card(title, (said, text.clock(self._at_s)), alarm=alarm)
