"""Two days under one clock: choosing the second one, and their curves over the way instead of over time."""

import datetime as dt
import importlib
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from laixi_transport.domain.time import beijing_date
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.compare_panel import ComparePanel
from laixi_transport.ui.pages.playback.loaded import LoadedDay, way_curve
from laixi_transport.ui.pages.playback.session import Comparison, Session
from laixi_transport.ui.timeline.shared_span import SharedSpan


class Comparing(QObject):
    """Holds what only comparing needs; nothing of it is made before."""

    chosen = Signal(object)
    """Comparison."""
    way_toggled = Signal()
    """Curves are wanted over the way, or over time again."""

    def __init__(self, context: Context, span: SharedSpan, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._span = span
        self._parent = parent
        self._panel: ComparePanel | None = None
        self._chart: Any = None
        self._shown: tuple[LoadedDay | None, LoadedDay | None] = (None, None)
        self.over_way = False

    @property
    def panel(self) -> ComparePanel:
        """What hangs below the button."""
        if self._panel is None:
            self._panel = ComparePanel(self._context.theme, self._parent)
            self._panel.chosen.connect(lambda vehicle_id, day: self.chosen.emit(Comparison(vehicle_id, day)))
            self._panel.month_shown.connect(self._mark_month)
        return self._panel

    @property
    def chart(self) -> Any:
        """The chart over the way, None before it was first wanted."""
        return self._chart

    def open(self, anchor: QWidget, session: Session, at_s: float) -> None:
        """Let the user choose a day to run beside that of a moment; without a vehicle there is nothing to compare."""
        chosen = next((vehicle for vehicle in session.vehicles if vehicle.id == session.selected_id), None)
        if chosen is not None:
            self.panel.open_below(anchor, self._context.services.live.fleet()[0], chosen, beijing_date(at_s))

    def toggle_way(self) -> None:
        """Show the curves over the way, or over time."""
        self.over_way = not self.over_way
        self.way_toggled.emit()

    def way_chart(self, session: Session) -> Any:
        """Return the chart over the way with the two days in it, None where time is wanted."""
        if not self.over_way:
            return None
        if self._chart is None:
            # The other chart has loaded the library by now.
            module = importlib.import_module("laixi_transport.ui.timeline.distance_chart")
            self._chart = module.DistanceChart(self._context.theme, self._span)
        other = session.other
        first = next((day for day in session.days if day is not other), None)
        if self._shown != (first, other):
            self._shown = (first, other)
            curves = [None if day is None else way_curve(day) for day in self._shown]
            names = tuple("" if day is None else day.note or session.day.strftime("%m-%d") for day in self._shown)
            self._chart.set_curves(*curves, names)
        return self._chart

    def show_moment(self, chart: Any, session: Session, at_s: float) -> None:
        """Put the cursors over the way, and the other day's speed beside the curve over time."""
        other = session.other
        if other is None:
            chart.show_other_speed(None)
            return
        if self.over_way and self._chart is not None:
            self._chart.show_moment(at_s)
        moment = other.where.at(at_s)
        known = moment.known and moment.sample is not None
        chart.show_other_speed(float(other.day.track.speed_kmh[moment.sample]) if known else None, other.note)

    def _mark_month(self, vehicle_id: int, month: dt.date) -> None:
        playback = self._context.services.playback
        self._context.tasks.run(
            lambda: playback.days_with_data((vehicle_id,), month), slot="playback.compare.month", owner=self.panel
        ).then(self.panel.calendar.mark)
