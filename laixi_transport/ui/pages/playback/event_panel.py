"""Trips, stops, gaps, overspeed and alerts of the selected vehicle; choosing a row goes to its moment."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QToolButton, QWidget

from laixi_transport.services.trips.day_trips import DayTrips, NamedTrip
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.events import Event, EventKind, with_places
from laixi_transport.ui.pages.playback.trip_table import trip_table
from laixi_transport.ui.widgets import Column, Panel, RowsModel, Table

_ICONS = {
    EventKind.STOP: ("player-pause", "dim"),
    EventKind.GAP: ("eye-off", "dim"),
    EventKind.OVERSPEED: ("gauge", "high_text"),
    EventKind.ALERT: ("alert-triangle", "high_text"),
}
TRIPS = 3
"""Place of the trips among the filters: they stand first, but kept states count from the events."""
_ALARMS = (EventKind.OVERSPEED, EventKind.ALERT)


class EventPanel(Panel):
    """Events in order of time with three filters, and the trips in a table of their own."""

    chosen = Signal(object)
    """Event"""
    trip_chosen = Signal(object)
    """NamedTrip"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._events: tuple[Event, ...] = ()
        columns = [
            Column[Event]("time", self.tr("Time"), lambda e: text.clock(e.begin_s), lambda e: e.begin_s, width=74),
            Column[Event](
                "what",
                self.tr("What"),
                lambda e: e.words,
                hint=lambda e: e.more,
                colour=lambda e: "high_text" if e.kind in _ALARMS else "",
                icon=lambda e: _ICONS[e.kind],
                width=196,
            ),
            Column[Event](
                "duration",
                self.tr("Duration"),
                lambda e: text.duration(e.duration_s),
                lambda e: e.duration_s,
                numeric=True,
                width=86,
            ),
        ]
        self.rows: RowsModel[Event] = RowsModel(columns, lambda e: e.key, context.theme, self)
        self.table = Table(
            self.rows,
            context.theme,
            name="playback.events",
            settings=context.settings,
            empty=self.tr("Nothing of this kind on the day."),
        )
        self.table.setAccessibleName(self.tr("Events"))
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.sort_by("time")
        self.trips = trip_table(context.theme, context.settings)
        self._tables = QStackedWidget()
        self._tables.addWidget(self.table)
        self._tables.addWidget(self.trips)
        self._group = QButtonGroup(self)
        self._buttons = {place: QToolButton() for place in (TRIPS, 0, 1, 2)}
        for place, button in self._buttons.items():
            button.setCheckable(True)
            self._group.addButton(button, place)
            self.bar.addWidget(button)
        self.bar.addStretch(1)
        self.body.insertLayout(0, self.bar)
        self.body.addWidget(self._tables, 1)
        self._buttons[0].setChecked(True)
        self._group.idToggled.connect(lambda _place, on: self._filter() if on else None)
        self.table.chosen.connect(self._tell)
        self.table.clicked.connect(lambda index: self._tell(self.rows.row_at(index.row())))
        self.trips.chosen.connect(self._tell_trip)
        self.trips.clicked.connect(lambda index: self._tell_trip(self.trips.rows.row_at(index.row())))
        self.show_events(())
        self.show_trips(None)

    def show_events(self, events: tuple[Event, ...]) -> None:
        """Show these rows."""
        self._events = events
        self.rows.reset(events)
        stops = sum(event.kind == EventKind.STOP for event in events)
        alarms = sum(event.kind in _ALARMS for event in events)
        for place, words, count in (
            (0, self.tr("All {n}"), len(events)),
            (1, self.tr("Stops {n}"), stops),
            (2, self.tr("Alarms {n}"), alarms),
        ):
            self._buttons[place].setText(words.format(n=count))
        self._filter()

    def show_trips(self, found: DayTrips | None) -> None:
        """Show the trips of the day that is shown, and where its stops were; None: they are not known yet."""
        trips = () if found is None else found.trips
        self.trips.empty = self.tr("Finding trips…") if found is None else self.tr("No trip on the day.")
        self.trips.rows.reset(trips)
        self.trips.viewport().update()
        said = self.tr("Trips") if found is None else self.tr("Trips {n}").format(n=len(trips))
        self._buttons[TRIPS].setText(said)
        if found is not None:
            self._events = with_places(self._events, found)
            self.rows.merge(self._events)

    @property
    def filter_place(self) -> int:
        """Which filter is on: 0 all, 1 stops, 2 alarms, 3 the trips."""
        return self._group.checkedId()

    @filter_place.setter
    def filter_place(self, place: int) -> None:
        if place in self._buttons:
            self._buttons[place].setChecked(True)

    def _filter(self) -> None:
        if self.trips.hasFocus() or self.table.hasFocus():
            # A table that gets the focus because another is hidden takes its first row, and the clock goes there.
            self._buttons[self._group.checkedId()].setFocus()
        self._tables.setCurrentWidget(self.trips if self._group.checkedId() == TRIPS else self.table)
        kinds = {1: (EventKind.STOP,), 2: _ALARMS}.get(self._group.checkedId())
        self.rows.filter(None if kinds is None else lambda event: event.kind in kinds)

    def _tell(self, event: Event | None) -> None:
        if event is not None:
            self.chosen.emit(event)

    def _tell_trip(self, trip: NamedTrip | None) -> None:
        if trip is not None:
            self.trip_chosen.emit(trip)
