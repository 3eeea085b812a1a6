"""Stops, gaps, overspeed and alerts of the selected vehicle; choosing a row goes to its moment."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.events import Event, EventKind
from laixi_transport.ui.widgets import Column, Panel, RowsModel, Table

_ICONS = {
    EventKind.STOP: ("player-pause", "dim"),
    EventKind.GAP: ("eye-off", "dim"),
    EventKind.OVERSPEED: ("gauge", "high_text"),
    EventKind.ALERT: ("alert-triangle", "high_text"),
}
_ALARMS = (EventKind.OVERSPEED, EventKind.ALERT)


class EventPanel(Panel):
    """A table in order of time with three filters."""

    chosen = Signal(object)
    """Event"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._events: tuple[Event, ...] = ()
        columns = [
            Column[Event]("time", self.tr("Time"), lambda e: text.clock(e.begin_s), lambda e: e.begin_s, width=74),
            Column[Event](
                "what",
                self.tr("What"),
                lambda e: e.text,
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
        self._group = QButtonGroup(self)
        self._buttons: list[QToolButton] = []
        for place in range(3):
            button = QToolButton()
            button.setCheckable(True)
            self._group.addButton(button, place)
            self._buttons.append(button)
            self.bar.addWidget(button)
        self.bar.addStretch(1)
        self.body.insertLayout(0, self.bar)
        self.body.addWidget(self.table, 1)
        self._buttons[0].setChecked(True)
        self._group.idToggled.connect(lambda _place, on: self._filter() if on else None)
        self.table.chosen.connect(self._tell)
        self.table.clicked.connect(lambda index: self._tell(self.rows.row_at(index.row())))
        self.show_events(())

    def show_events(self, events: tuple[Event, ...]) -> None:
        """Show these rows."""
        self._events = events
        self.rows.reset(events)
        stops = sum(event.kind == EventKind.STOP for event in events)
        alarms = sum(event.kind in _ALARMS for event in events)
        for button, words, count in zip(
            self._buttons,
            (self.tr("All {n}"), self.tr("Stops {n}"), self.tr("Alarms {n}")),
            (len(events), stops, alarms),
            strict=True,
        ):
            button.setText(words.format(n=count))
        self._filter()

    @property
    def filter_place(self) -> int:
        """Which filter is on: 0 all, 1 stops, 2 alarms."""
        return self._group.checkedId()

    @filter_place.setter
    def filter_place(self, place: int) -> None:
        if 0 <= place < len(self._buttons):
            self._buttons[place].setChecked(True)

    def _filter(self) -> None:
        kinds = {1: (EventKind.STOP,), 2: _ALARMS}.get(self._group.checkedId())
        self.rows.filter(None if kinds is None else lambda event: event.kind in kinds)

    def _tell(self, event: Event | None) -> None:
        if event is not None:
            self.chosen.emit(event)
