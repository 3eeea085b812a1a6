"""The selected vehicle: what it does at the moment, and its day in figures."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from laixi_transport.domain.fleet import MotionState
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import DayTrips
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.playback.loaded import LoadedDay
from laixi_transport.ui.pages.playback.whereabouts import Moment
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import ElidedLabel, FieldList, Panel


class VehiclePanel(Panel):
    """Two lists of fields; values change, nothing moves."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent)
        self._shown: LoadedDay | None = None
        self._trips: DayTrips | None = None
        self.belongs = ElidedLabel()
        self.belongs.setObjectName("dim")
        self.now = FieldList(
            theme,
            (
                ("state", self.tr("State")),
                ("speed", self.tr("Speed")),
                ("direction", self.tr("Direction")),
                ("road", self.tr("Road")),
                ("fix", self.tr("Last fix")),
            ),
        )
        self.summary = FieldList(
            theme,
            (
                ("distance", self.tr("Distance")),
                ("driving", self.tr("Driving")),
                ("stops", self.tr("Stops")),
                ("overspeed", self.tr("Overspeed")),
                ("gaps", self.tr("No data")),
            ),
        )
        line = QFrame()
        line.setObjectName("hairline")
        self.body.addWidget(self.belongs)
        self.body.addWidget(self.now)
        self.body.addWidget(line)
        self.body.addWidget(self.summary)
        self.body.setAlignment(line, Qt.AlignmentFlag(0))
        self.show_day(None)

    def show_day(self, loaded: LoadedDay | None, name: str = "") -> None:
        """Show a vehicle's day in figures; ``name`` is that of a vehicle that is still being read."""
        self._shown, self._trips = loaded, None
        self.now.clear()
        self.summary.clear()
        self.title.setText(loaded.name if loaded is not None else name or self.tr("No vehicle chosen"))
        if loaded is None:
            self.belongs.setText(self.tr("Reading its days…") if name else "")
            return
        vehicle, day = loaded.vehicle, loaded.day
        kind = text.vehicle_class(vehicle.vehicle_class)
        self.belongs.setText(" · ".join(part for part in (vehicle.line, vehicle.organisation, kind) if part))
        if not len(day.track):  # nothing is known: not even that there was no stop
            for unknown in ("distance", "driving", "stops", "overspeed"):
                self.summary.set(unknown, text.NONE)
            self.summary.set("gaps", self.tr("the whole time"))
            return
        self.summary.set("distance", self._distance(day), why=self._why_distance(day))
        self.summary.set("driving", text.duration(day.driving_s))
        stood_s = sum(stop.duration_s for stop in day.stops)
        self.summary.set("stops", self._many(len(day.stops), stood_s))
        over_s = sum(episode.duration_s for episode in day.overspeed)
        if vehicle.speed_limit_kmh is None:
            self.summary.set("overspeed", self.tr("no limit is known"))
        else:
            colour = "high_text" if day.overspeed else ""
            limit = self.tr("Against the limit entered for the vehicle, {limit}").format(
                limit=text.speed(vehicle.speed_limit_kmh)
            )
            self.summary.set("overspeed", self._many(len(day.overspeed), over_s), colour=colour, why=limit)
        self.summary.set("gaps", self._many(len(day.gaps), sum(gap.duration_s for gap in day.gaps)))

    def show_moment(self, moment: Moment, at_s: float) -> None:
        """Show what is known of the vehicle at a moment."""
        if self._shown is None:
            return
        track, limit = self._shown.day.track, self._shown.vehicle.speed_limit_kmh
        colour = {MotionState.ALARM: "high_text", MotionState.OFFLINE: "dim"}.get(moment.motion, "")
        self.now.set("state", self._state(moment, at_s), colour=colour)
        if moment.sample is None:
            for name in ("speed", "direction", "road", "fix"):
                self.now.set(name, text.NONE)
            return
        speed = float(track.speed_kmh[moment.sample])
        if moment.known:
            over = text.is_over(speed, limit)
            said = text.speed(speed, limit)
            if limit is not None:
                said = self.tr("{speed} (limit {limit})").format(speed=said, limit=text.speed(limit, unit=False))
            self.now.set("speed", said, colour="high_text" if over else "")
            self.now.set("direction", text.direction(float(track.direction_deg[moment.sample])))
        else:
            self.now.set("speed", text.NONE)
            self.now.set("direction", text.NONE)
        self._show_road(moment.sample if moment.known else None)
        fix_s = float(track.time_s[moment.sample])
        said = text.clock(fix_s)
        if at_s - fix_s >= 1:
            said = self.tr("{time}, {duration} before").format(time=said, duration=text.duration(at_s - fix_s))
        self.now.set("fix", said)

    def show_trips(self, found: DayTrips | None) -> None:
        """Take what is known of the roads of the day that is shown; the next moment shows it."""
        self._trips = found

    def _show_road(self, sample: int | None) -> None:
        """Show name and posted limit of the road that a sample was matched to."""
        found = self._trips
        if sample is None or found is None:
            self.now.set("road", text.NONE)
            return
        if not found.roads_known:
            self.now.set("road", text.NONE, why=self.tr("No roads have been imported for this place (Map data)."))
            return
        roads = found.roads
        if roads.road[sample] < 0:
            self.now.set("road", self.tr("on no known road"), colour="dim")
            return
        said, limit = roads.title(sample) or self.tr("road without a name"), roads.limit_kmh(sample)
        if limit is not None:
            said = self.tr("{road} (limit {limit})").format(road=said, limit=text.speed(limit, unit=False))
        why = self.tr("Matched to the imported roads, {share} sure of this piece of road").format(
            share=text.percent(float(roads.confidence[sample]))
        )
        self.now.set("road", said, why=why)

    def _state(self, moment: Moment, at_s: float) -> str:
        if self._shown is None:
            return text.NONE
        day = self._shown.day
        if moment.episode is not None:
            episode = day.overspeed[moment.episode]
            return self.tr("Overspeed for {duration}").format(duration=text.duration(at_s - episode.begin_s))
        if moment.motion == MotionState.ALARM:
            return text.rule("emergency")
        if moment.stop is not None:
            stop = day.stops[moment.stop]
            return self.tr("Standing for {duration}").format(duration=text.duration(at_s - stop.begin_s))
        if moment.known:
            return text.motion(MotionState.MOVING)
        if moment.sample is None:
            return self.tr("No data yet") if moment.report is None else self.tr("No position yet")
        since = float(day.track.time_s[moment.sample])
        heard = moment.report is not None and float(day.track.time_s[moment.report]) > since
        said = self.tr("No position since {time}") if heard else self.tr("No data since {time}")
        return said.format(time=text.clock(since))

    def _many(self, count: int, seconds: float) -> str:
        if not count:
            return self.tr("none")
        return self.tr("{n}, together {duration}").format(n=text.number(count), duration=text.duration(seconds))

    def _distance(self, day: VehicleDay) -> str:
        gnss = text.mileage(day.distance.gnss_km)
        if day.distance.odometer_km is None:
            return self.tr("{gnss} by GNSS").format(gnss=gnss)
        return self.tr("{odometer} ({gnss} by GNSS)").format(odometer=text.mileage(day.distance.odometer_km), gnss=gnss)

    def _why_distance(self, day: VehicleDay) -> str:
        return self.tr(
            "Odometer: the mileage that the terminal reports (item 01). GNSS: along the fixes while driving; gaps are "
            "not bridged, straight over them it would be {unseen} more."
        ).format(unseen=text.mileage(day.distance.unseen_km))
