"""Who was here? A rectangle on the map, and the vehicles that passed through it in the period that is shown."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from laixi_transport.domain.geofence import Geofence, GeofenceKind
from laixi_transport.domain.time import HOUR_S, beijing_date, beijing_day
from laixi_transport.services.geofences.passages import Passage
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.tools.belt import ToolBelt
from laixi_transport.ui.map.tools.fence_layer import FenceLayer
from laixi_transport.ui.map.tools.marquee import Bounds
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import RowsModel, Table, dim, heading
from laixi_transport.ui.widgets.passages import PassageRow, passage_columns, passage_rows

SCOPE = "playback"
FENCES = "playback.fences"
PANEL_PX = (372, 320)
MARGIN_PX = 12
STRIP_PX = 40
CLOCK_PX = 104
MINUTE_S = 60


class AreaSearch(QObject):
    """Puts the tools on the map of the playback.

    period   Unix seconds of what is shown, [begin, end)
    """

    shown = Signal(object, float)
    """Vehicle id and Unix seconds of a stay to be looked at."""
    played = Signal(object)
    """Ids of all vehicles that were there."""

    def __init__(
        self,
        context: Context,
        map_view: MapView,
        period: Callable[[], tuple[float, float]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._service = context.services.geofences
        self._period = period
        self._asked: object = None
        self.layer = FenceLayer(context.now)
        self.belt = ToolBelt(map_view, fences=self.layer, selects=True)
        self.belt.show_fences(False)
        self.belt.enter_actions(context.actions, SCOPE)
        self.belt.selected.connect(self.search)
        self._panel: StayPanel | None = None
        ends = (
            context.bridge.listen(FENCES, lambda _: self._take_fences()),
            self._service.subscribe(lambda: context.bridge.post(FENCES, 0, None)),
        )
        self.destroyed.connect(lambda *_: [end() for end in ends])
        self._take_fences()

    @property
    def panel(self) -> "StayPanel":
        """What shows the answer; made when it is first needed: the page must open at once."""
        if self._panel is None:
            panel = self._panel = StayPanel(self._context.theme, self.belt.map)
            panel.opened.connect(lambda stay: self.shown.emit(stay.passage.vehicle_id, stay.from_s))
            panel.played.connect(self.played)
            panel.left.connect(self.leave)
        return self._panel

    def search(self, bounds: Bounds | None) -> None:
        """Look for who was in a rectangle; None takes the answer away."""
        if bounds is None:
            self.leave()
            return
        west, south, east, north = bounds
        place = Geofence(name="?", kind=GeofenceKind.RECTANGLE, lon_deg=(west, east), lat_deg=(south, north))
        begin_s, end_s = (int(value) for value in self._period())
        self._asked = mine = object()
        self.panel.wait(begin_s, end_s)

        def show(found: tuple[Passage, ...]) -> None:
            vehicle = self._context.services.live.vehicle
            self.panel.show_stays(passage_rows(found, vehicle, begin_s))

        self._context.tasks.run(
            lambda: self._service.passages(place, begin_s, end_s, cancelled=lambda: self._asked is not mine),
            slot="playback.area",
            owner=self,
        ).then(show)

    def leave(self) -> bool:
        """Take the answer away; False where there is none."""
        self._asked = None
        shown = self._panel is not None and self._panel.isVisible()
        if self._panel is not None:
            self._panel.hide()
        return shown

    def _take_fences(self) -> None:
        self.layer.set(self._service.fences())
        self.belt.map.update()


class StayPanel(QFrame):
    """The vehicles, when they came and left; two fields narrow the time."""

    opened = Signal(object)
    """PassageRow: Enter or double click."""
    played = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self._begin_s = self._end_s = 0
        self._stays: tuple[PassageRow, ...] = ()
        self.rows: RowsModel[PassageRow] = RowsModel(passage_columns(), lambda r: r.number, theme, self)
        self.table = Table(self.rows, theme, name="playback.area")
        self.table.sort_by("entered")
        self.table.opened.connect(self.opened)
        self.table.setAccessibleName(self.tr("Vehicles that were here"))
        self.title = heading(self.tr("Who was here?"))
        self.told = dim()
        self.leave_button = QToolButton()
        self.leave_button.setIcon(theme.icon("x", "dim"))
        self.leave_button.setToolTip(self.tr("Close (Esc)"))
        self.leave_button.setAccessibleName(self.tr("Close (Esc)"))
        self.leave_button.clicked.connect(self.left)
        self.begin = self._field(self.tr("Between"))
        self.end = self._field(self.tr("and"))
        self.play_button = QPushButton(self.tr("Play them back"))
        self.play_button.clicked.connect(lambda *_: self.played.emit(self.vehicle_ids()))
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.leave_button)
        times = QHBoxLayout()
        times.setSpacing(6)
        times.addWidget(dim(self.tr("Between")))
        times.addWidget(self.begin)
        times.addWidget(dim(self.tr("and")))
        times.addWidget(self.end)
        times.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.told, 1)
        below.addWidget(self.play_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addLayout(top)
        column.addLayout(times)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        self._scale = theme.scale
        theme.changed.connect(lambda: self.leave_button.setIcon(theme.icon("x", "dim")))
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def wait(self, begin_s: int, end_s: int) -> None:
        """Show that the answer is being looked for, for a period."""
        self._begin_s, self._end_s = begin_s, end_s
        self.begin.setText(_moment(begin_s))
        self.end.setText(_moment(end_s))
        self.rows.reset(())
        self.table.empty = self.tr("Looking through the tracks…")
        self.told.setText("")
        self.play_button.setEnabled(False)
        self.resize(*(round(side * self._scale) for side in PANEL_PX))
        self.move(MARGIN_PX, MARGIN_PX + STRIP_PX)
        self.show()
        self.raise_()

    def show_stays(self, stays: Sequence[PassageRow]) -> None:
        """Show who was there."""
        self._stays = tuple(stays)
        self.table.empty = self.tr("No vehicle was here then.")
        self._narrow()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def vehicle_ids(self) -> list[int]:
        """Return the vehicles that are shown, each once, in the order of their coming."""
        return list(dict.fromkeys(stay.passage.vehicle_id for stay in self._within()))

    def _within(self) -> list[PassageRow]:
        begin_s, end_s = _read(self.begin.text(), self._begin_s), _read(self.end.text(), self._end_s - 1)
        begin_s = self._begin_s if begin_s is None else begin_s
        end_s = self._end_s if end_s is None else end_s
        return [s for s in self._stays if s.from_s < end_s and s.passage.last_s >= begin_s]

    def _narrow(self) -> None:
        shown = self._within()
        self.rows.reset(shown)
        self.rows.resort()
        vehicles = len(self.vehicle_ids())
        self.told.setText(
            self.tr("{vehicles} vehicles, {count} passages").format(vehicles=vehicles, count=len(shown))
            if shown
            else ""
        )
        self.play_button.setEnabled(bool(vehicles))
        self.table.viewport().update()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setFixedWidth(CLOCK_PX)
        field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        field.textEdited.connect(lambda typed: self._typed(field, typed))
        return field

    def _typed(self, field: QLineEdit, typed: str) -> None:
        wrong = _read(typed, self._begin_s) is None
        if bool(field.property("invalid")) != wrong:
            field.setProperty("invalid", wrong)
            field.style().unpolish(field)
            field.style().polish(field)
        if not wrong:
            self._narrow()


def _moment(time_s: float) -> str:
    """Return "06-10 08:00"; the year is that of the period."""
    return text.date_time(time_s)[5:16]


def _read(typed: str, near_s: float) -> float | None:
    """Return Unix seconds of "06-10 08:00" or of "8:00" on the day given, None if it is no time."""
    day = beijing_date(near_s)
    parts = typed.split()
    if not 1 <= len(parts) <= 2:
        return None
    try:
        if len(parts) == 2:
            month, date = (int(part) for part in parts[0].split("-"))
            day = day.replace(month=month, day=date)
        hours, _, minutes = parts[-1].partition(":")
        if not (0 <= int(hours) <= 24 and 0 <= int(minutes or 0) < MINUTE_S):
            return None
    except ValueError:
        return None
    return beijing_day(day)[0] + int(hours) * HOUR_S + int(minutes or 0) * MINUTE_S
