"""Two days' speeds over the way: the same bend stands at the same place, however late the bus was."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.timeline import chart_style
from laixi_transport.ui.timeline.curve import WayCurve, envelope, number_step, top_kmh
from laixi_transport.ui.timeline.geometry import GUTTER_PX, RIGHT_PX
from laixi_transport.ui.timeline.shared_span import SharedSpan
from laixi_transport.ui.widgets.labels import dim

LEAST_KM = 0.1
ROOM = 1.12
STEP_PX = 90.0
STEPS_KM = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


class DistanceChart(QWidget):
    """Two curves over kilometres, each with its cursor; it stands in the inset of a timeline.

    It shows the way that was gone in the time that the timeline shows: zooming in time zooms in on the way.
    """

    def __init__(self, theme: Theme, span: SharedSpan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._span = span
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._draw)
        span.changed.connect(self._later.start)
        self._curves: tuple[WayCurve | None, WayCurve | None] = (None, None)
        self.plot = chart_style.bare_plot(self, round(GUTTER_PX * theme.scale), RIGHT_PX)
        self.plot.showAxis("bottom")
        pg: Any = chart_style.pg
        self._lines = (pg.PlotCurveItem(connect="finite"), pg.PlotCurveItem(connect="finite"))
        self._cursors = (pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90))
        for item in (*reversed(self._lines), *self._cursors):
            self.plot.addItem(item, ignoreBounds=True)
        self._caption = dim(self.tr("km/h over km"), self)
        self._caption.move(6, 4)
        self._first, self._second = dim("", self), dim("", self)
        theme.changed.connect(self._paint)
        self._paint()

    @property
    def places_km(self) -> tuple[float | None, float | None]:
        """Where the two cursors stand."""
        first, second = (float(line.value()) if line.isVisible() else None for line in self._cursors)
        return first, second

    def set_curves(self, one: WayCurve | None, other: WayCurve | None, names: tuple[str, str] = ("", "")) -> None:
        """Show two days, the first in the accent."""
        self._curves = (one, other)
        for label, name in zip((self._first, self._second), names, strict=True):
            label.setText(name)
        self._draw()

    def show_moment(self, at_s: float) -> None:
        """Put both cursors to where the vehicles were."""
        for curve, cursor in zip(self._curves, self._cursors, strict=True):
            place = None if curve is None or not len(curve.time_s) else curve.at(at_s)
            cursor.setVisible(place is not None)
            if place is not None:
                cursor.setPos(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.setGeometry(self.rect())
        self._draw()

    def _draw(self) -> None:
        shown = [curve for curve in self._curves if curve is not None and len(curve.way_km)]
        near_km, far_km = self._way_shown(shown)
        top = top_kmh(np.concatenate([curve.speed_kmh for curve in shown] or [np.zeros(1)]))
        numbers = range(number_step(top), int(top) + 1, number_step(top))
        self.plot.setXRange(near_km, far_km, padding=0)
        self.plot.setYRange(0.0, top * ROOM, padding=0)
        width = max(1, self.width())
        step = next((step for step in STEPS_KM if step * width / (far_km - near_km) >= STEP_PX), STEPS_KM[-1])
        ticks = np.arange(np.ceil(near_km / step) * step, far_km + 1e-9, step).tolist()
        self.plot.getAxis("bottom").setTicks([[(tick, f"{tick:g} km") for tick in ticks]])
        self.plot.getAxis("left").setTicks([[(number, str(number)) for number in numbers]])
        for curve, item, colour in zip(self._curves, self._lines, ("accent", "compared"), strict=True):
            if curve is None or not len(curve.way_km):
                item.setData([], [])
                continue
            xs, ys = envelope(curve.way_km, curve.speed_kmh, near_km, far_km, width)
            item.setData(xs, ys, pen=chart_style.pen(self._theme, colour, 1.4), antialias=True, connect="finite")
        y = 6 + self._caption.sizeHint().height()
        for label in (self._first, self._second):
            label.adjustSize()
            label.move(6, y)
            label.raise_()
            y += label.height() + 1

    def _way_shown(self, curves: Sequence[WayCurve]) -> tuple[float, float]:
        """Return the kilometres from the first to the last that any vehicle went in the span."""
        span = self._span.shown
        ends = [curve.at(at_s) or 0.0 for curve in curves for at_s in (span.begin_s, span.end_s)]
        near_km, far_km = min(ends, default=0.0), max(ends, default=0.0)
        return (near_km, far_km) if far_km - near_km >= LEAST_KM else (near_km, near_km + LEAST_KM)

    def _paint(self) -> None:
        chart_style.paint(self.plot, self._theme)
        axis = self.plot.getAxis("bottom")
        axis.setPen(chart_style.pen(self._theme, "line"))
        axis.setTextPen(self._theme.colour("dim"))
        axis.setTickFont(chart_style.axis_font(self._theme))
        for cursor, colour in zip(self._cursors, ("accent", "compared"), strict=True):
            cursor.setPen(chart_style.pen(self._theme, colour, 1.4))
        for label, colour in ((self._first, "accent_text"), (self._second, "compared")):
            label.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};")
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._draw()
