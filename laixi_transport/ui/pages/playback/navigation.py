"""Going to moments, vehicles and places of the playback, whatever asks for it: a key, a list, the map, another page."""

import datetime as dt
from typing import TYPE_CHECKING

from laixi_transport.domain.bookmark import Bookmark
from laixi_transport.domain.time import beijing_date, beijing_day
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.track_line import Mark
from laixi_transport.ui.pages.playback.events import Event
from laixi_transport.ui.pages.playback.session import Session
from laixi_transport.ui.pages.playback.stage import Stage
from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.timeline.clock import PlaybackClock
from laixi_transport.ui.timeline.shared_span import SharedSpan

if TYPE_CHECKING:
    from laixi_transport.services.trips.day_trips import NamedTrip

LEAD = 0.03
"""Share of its length that the timeline shows before and after what it is to show."""


class Navigation:
    """Moves clock, timeline and map together, and loads what is not loaded."""

    def __init__(
        self, context: Context, session: Session, clock: PlaybackClock, span: SharedSpan, stage: Stage
    ) -> None:
        self._context = context
        self._session = session
        self._clock = clock
        self._span = span
        self._stage = stage
        self.fit_map = True
        """Whether the map is to show all of what is loaded next."""
        self.fit_span = True
        """Whether the timeline is: not where only some of the vehicles change, whose time is compared."""

    def to_moment(self, at_s: float) -> None:
        """Go to a moment and make it visible; one of another day loads that day."""
        day = beijing_date(at_s)
        if not self._session.day <= day <= self._session.last_day:
            self._session.ask(day=day, go_to_s=at_s)
            return
        self._clock.seek(at_s)
        self._span.reveal(self._clock.at, lead=0.5)

    def step(self, samples: int) -> None:
        """Go from report to report of the selected vehicle."""
        self._clock.step(samples)
        self._span.reveal(self._clock.at, lead=0.5)

    def to_vehicle(self, vehicle_id: int, day: dt.date | None = None, at_s: float | None = None) -> None:
        """Show a vehicle: on the day given, else on that of its newest report; one already chosen is only selected."""
        session = self._session
        self._clock.pause()
        if day is None:
            state = self._context.services.live.state(vehicle_id)
            day = beijing_date(self._context.now() if state is None else state.time_s)
        if session.day <= day <= session.last_day and vehicle_id in session.vehicle_ids:
            if session.loading:
                session.ask(selected=vehicle_id, go_to_s=self._clock.at if at_s is None else at_s)
                return
            session.select(vehicle_id)
            if at_s is not None:
                self.to_moment(at_s)
        else:
            self.fit_map = self.fit_span = True
            session.ask(vehicle_ids=[vehicle_id], day=day, selected=vehicle_id, go_to_s=at_s)

    def to_vehicles(self, vehicle_ids: list[int]) -> None:
        """Show these vehicles and no others."""
        self.fit_map = True
        self.fit_span = not set(vehicle_ids) & set(self._session.vehicle_ids)
        self._session.ask(vehicle_ids=vehicle_ids)

    def to_days(self, first: dt.date, last: dt.date) -> None:
        """Show other days; the clocks show the same time as now."""
        now = self._clock.at
        at_day = beijing_date(now)
        goal = at_day if first <= at_day <= last else last
        self._session.ask(day=first, last_day=last, go_to_s=now + beijing_day(goal)[0] - beijing_day(at_day)[0])

    def to_bookmark(self, mark: Bookmark | None) -> None:
        """Go to a bookmark; one of a vehicle that is not shown shows that vehicle."""
        if mark is None:
            return
        at_s = mark.at.timestamp()
        if mark.vehicle_id is not None and mark.vehicle_id not in self._session.vehicle_ids:
            self.to_vehicle(mark.vehicle_id, beijing_date(at_s), at_s)
            return
        if mark.vehicle_id is not None:
            self._session.select(mark.vehicle_id)
        self.to_moment(at_s)

    def to_event(self, event: Event) -> None:
        """Go to the beginning of an event and bring its place into view."""
        self.to_moment(event.begin_s)
        if event.lon_deg is not None and event.lat_deg is not None:
            self._stage.bring_into_view(event.lon_deg, event.lat_deg)

    def to_trip(self, trip: "NamedTrip") -> None:
        """Go to the beginning of a trip, show all of it and make it the loop."""
        begin_s, end_s = trip.log.begin_s, trip.log.end_s
        self.to_moment(begin_s)
        self._clock.set_loop(begin_s, end_s)
        self.show(begin_s, end_s)
        self._stage.bring_into_view(trip.origin.lon_deg, trip.origin.lat_deg)

    def to_mark(self, mark: Mark) -> None:
        """Go to the moment of a mark on the map."""
        if isinstance(mark.key, float):
            self.to_moment(mark.key)

    def to_place(self, lon_deg: float, lat_deg: float) -> None:
        """Go to when a vehicle passed the place that was clicked."""
        passed = self._stage.passed(lon_deg, lat_deg, self._clock.at)
        if passed is not None:
            vehicle_id, at_s = passed
            self._session.select(vehicle_id)
            self.to_moment(at_s)

    def show(self, begin_s: float, end_s: float) -> None:
        """Let the timeline show a time with a margin; the moment stays."""
        shown = Span(begin_s, end_s).grown(LEAD)
        self._span.show(shown.begin_s, shown.end_s)

    def show_all_data(self) -> None:
        """Let the timeline show the time from the first to the last report."""
        self.show(*self._session.data_period)

    def show_whole_day(self) -> None:
        """Let the timeline show all of the data, and when it does so already the whole day."""
        before = self._span.shown
        self.show_all_data()
        if self._span.shown == before:
            self._span.show_all()
