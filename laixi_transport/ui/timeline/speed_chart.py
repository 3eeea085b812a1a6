"""The speed of the selected vehicle over the shared span."""

from typing import Any

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.timeline import chart_style
from laixi_transport.ui.timeline.curve import LEAST_TOP_KMH, SpeedCurve, envelope, number_step, top_kmh
from laixi_transport.ui.timeline.geometry import GUTTER_PX, RIGHT_PX
from laixi_transport.ui.timeline.shared_span import SharedSpan
from laixi_transport.ui.widgets.labels import dim, heading

HEIGHT_PX = 96
ROOM = 1.12  # above the highest value
DOUBT_PX = 6
MOST_DOUBTS = 300
FINE_POINTS = 1500
"""A longer line is drawn one pixel wide: the stroke of a wider one takes Qt a quarter of a second."""

FRAME_MS = 25
"""So long after a change Qt has painted it."""

_EMPTY = np.empty(0)
_NO_CURVE = SpeedCurve(_EMPTY, _EMPTY, _EMPTY, None)


class SpeedChart(QWidget):
    """Curve, its parts over the limit, the limit, and in the gutter the speed at the cursor.

    It stands in the inset of a TimelineView, which takes the mouse; its pixels of time are those of the timeline.
    """

    def __init__(self, theme: Theme, span: SharedSpan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._span = span
        self._curve = self._other_curve = _NO_CURVE
        self._renewed = True
        self._numbers: list[int] = []
        self.plot = chart_style.bare_plot(self, round(GUTTER_PX * theme.scale), RIGHT_PX)
        self._line = chart_style.pg.PlotCurveItem(connect="finite")
        self._over = chart_style.pg.PlotCurveItem(connect="finite")
        self._limit = chart_style.pg.InfiniteLine(angle=0)
        self._other = chart_style.pg.PlotCurveItem(connect="finite")
        self._doubts = chart_style.pg.ScatterPlotItem(size=DOUBT_PX, pxMode=True)
        for item in (self._doubts, self._other, self._line, self._over, self._limit):
            self.plot.addItem(item, ignoreBounds=True)
        self._limit.hide()
        self._over_now = False
        self._top = LEAST_TOP_KMH
        self._rules: list[Any] = []
        self._caption = dim(self.tr("Speed, km/h"), self)
        self._figure = heading("", self)
        self._limit_label = dim("", self)
        self._other_figure = dim("", self)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._draw)
        span.changed.connect(lambda: self._later.start(0))
        theme.changed.connect(self._paint)
        self._paint()
        self.show_speed(None)

    @property
    def curve(self) -> SpeedCurve:
        """What is shown."""
        return self._curve

    @property
    def figure(self) -> QLabel:
        """The speed at the cursor."""
        return self._figure

    def set_curve(self, curve: SpeedCurve | None, other: SpeedCurve | None = None) -> None:
        """Show another curve, or none; ``other`` is that of a day that is compared with it.

        It is drawn after the next frame: whoever shows a day shows much else with it, and together they would hold up
        the window.
        """
        self._curve, self._other_curve = curve or _NO_CURVE, other or _NO_CURVE
        self._renewed = True
        self._later.start(FRAME_MS)

    def show_speed(self, speed_kmh: float | None, limit_kmh: float | None = None) -> None:
        """Show the speed at the cursor, in the colour of an alarm where it is above the limit."""
        self._over_now = text.is_over(speed_kmh, limit_kmh)
        said = text.speed(speed_kmh, limit_kmh, unit=False)
        if said != self._figure.text():
            self._figure.setText(said)
            self._figure.adjustSize()
        self._paint_figure()

    def show_other_speed(self, speed_kmh: float | None, name: str = "") -> None:
        """Show the speed of the compared day at the cursor; an empty name takes it away."""
        said = f"{name}: {text.speed(speed_kmh, unit=False)}" if name else ""
        if said != self._other_figure.text():
            self._other_figure.setText(said)
            self._other_figure.setStyleSheet(f"color: {self._theme.palette.compared};")
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.setGeometry(self.rect())
        if event.size().height() != event.oldSize().height():
            self._rule()
        self._later.start(0)
        self._lay_out()

    def _take_curve(self) -> None:
        """Fit the axis and the limit to the curve."""
        self._renewed = False
        limit = self._curve.limit_kmh
        both = np.concatenate((self._curve.speed_kmh, self._other_curve.speed_kmh))
        top = top_kmh(both, limit)
        self.plot.setYRange(0.0, top * ROOM, padding=0)
        self._top = top
        self._rule()
        self._limit.setVisible(limit is not None)
        if limit is not None:
            self._limit.setPos(limit)
        shown = self.tr("Limit {speed}").format(speed=text.speed(limit, unit=False)) if limit is not None else ""
        self._limit_label.setText(shown)
        self._lay_out()

    def _draw(self) -> None:
        if self._renewed:
            self._take_curve()
        shown = self._span.shown
        self.plot.setXRange(shown.begin_s, shown.end_s, padding=0)
        columns = max(1, round(self.width() * self.devicePixelRatioF()))
        other = self._other_curve
        for item, times, values, colour, wide in (
            (self._other, other.time_s, other.speed_kmh, "compared", 1.4),
            (self._line, self._curve.time_s, self._curve.speed_kmh, "accent", 1.6),
            (self._over, self._curve.time_s, self._curve.over_kmh, "high", 2.8),
        ):
            xs, ys = envelope(times, values, shown.begin_s, shown.end_s, columns)
            pen = chart_style.pen(self._theme, colour, wide if len(xs) <= FINE_POINTS else 1.0)
            item.setData(xs, ys, pen=pen, antialias=True, connect="finite")
        self._draw_doubts(shown.begin_s, shown.end_s)

    def _draw_doubts(self, begin_s: float, end_s: float) -> None:
        """Put a hollow dot at each doubted sample, unless they would cover the curve."""
        first, last = np.searchsorted(self._curve.doubted_s, (begin_s, end_s)).tolist()
        rows = slice(first, last if last - first <= MOST_DOUBTS else first)
        self._doubts.setData(
            x=self._curve.doubted_s[rows],
            y=self._curve.doubted_kmh[rows],
            pen=chart_style.pen(self._theme, "dim", 1.2),
            brush=self._theme.colour("panel"),
        )

    def _paint(self) -> None:
        chart_style.paint(self.plot, self._theme)
        self._limit.setPen(chart_style.pen(self._theme, "high", 1.0, dashed=True))
        self._paint_figure()
        self._numbers = []
        self._rule()
        self._draw()

    def _rule(self) -> None:
        """Number the axis, with a hair line at each number."""
        step = number_step(self._top)
        half_label = QFontMetricsF(chart_style.axis_font(self._theme)).height() / 2
        highest = self._top * ROOM * (1 - half_label / max(1, self.height()))  # a label above it would be cut
        numbers = list(range(step, int(highest) + 1, step))
        if numbers == self._numbers:
            return
        self._numbers = numbers
        self.plot.getAxis("left").setTicks([[(number, str(number)) for number in numbers]])
        for line in self._rules:
            self.plot.removeItem(line)
        self._rules = chart_style.rule_lines(self.plot, numbers, self._theme)

    def _paint_figure(self) -> None:
        colour: str = self._theme.palette.high_text if self._over_now else self._theme.palette.text
        if self._figure.property("colour") != colour:
            self._figure.setProperty("colour", colour)
            self._figure.setStyleSheet(f"color: {colour};")

    def _lay_out(self) -> None:
        y = 4
        for label in (self._caption, self._figure, self._other_figure, self._limit_label):
            label.setVisible(bool(label.text()))
            if not label.text():
                continue
            label.adjustSize()
            label.move(6, y)
            label.raise_()
            y += label.height() + 1
