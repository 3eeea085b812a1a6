"""The speed over a day as a drawing of lines: for paper, and for files of the chart."""

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.ui import format as text
from laixi_transport.ui.export.paper.ink import SMALL, Ink
from laixi_transport.ui.timeline.axis import Span, ticks
from laixi_transport.ui.timeline.curve import Floats, SpeedCurve, broken, envelope, number_step, top_kmh

HEIGHT = 190.0
GUTTER, RIGHT, FOOT, LANE, TOP = 34.0, 20.0, 20.0, 9.0, 18.0
ROOM = 1.1
POINTS_A_UNIT = 2.0

translate = QCoreApplication.translate


def curve_of(day: VehicleDay) -> SpeedCurve:
    """Return the speeds of a day, broken where nothing is known."""
    track = day.track
    time_s = track.time_s.astype(np.float64)
    inside = np.zeros(len(track), np.bool_)
    for episode in day.overspeed:
        inside[episode.first : episode.last + 1] = True
    speed = np.where(track.located, track.speed_kmh, np.nan)
    gaps = np.array([gap.first for gap in day.gaps], np.intp)
    with_breaks, speeds = broken(time_s, speed, gaps)
    _, over = broken(time_s, np.where(inside, speed, np.nan), gaps)
    return SpeedCurve(with_breaks, speeds, over, day.vehicle.speed_limit_kmh)


def paint_speed_curve(painter: QPainter, room: QRectF, day: VehicleDay, span: Span, ink: Ink) -> None:
    """Paint the curve, the limit, the pieces above it and a lane of driving, stops and gaps over a span of time."""
    curve = curve_of(day)
    plot = QRectF(
        room.left() + GUTTER, room.top() + TOP, room.width() - GUTTER - RIGHT, room.height() - TOP - FOOT - LANE - 4
    )
    top = top_kmh(curve.speed_kmh, curve.limit_kmh) * ROOM

    def x(at_s: float) -> float:
        return plot.left() + (at_s - span.begin_s) / max(1e-9, span.length_s) * plot.width()

    def y(speed_kmh: float) -> float:
        return plot.bottom() - speed_kmh / top * plot.height()

    painter.setFont(ink.font(SMALL))
    painter.setPen(ink.colour("dim"))
    title = QRectF(room.left(), room.top(), room.width(), TOP)
    painter.drawText(title, int(Qt.AlignmentFlag.AlignLeft), translate("DaySheet", "Speed, km/h"))
    _paint_rules(painter, plot, top, y, ink)
    _paint_times(painter, plot, span, x, ink)
    painter.save()
    painter.setClipRect(plot.adjusted(0, -1, 0, LANE + 5))
    _paint_lane(painter, QRectF(plot.left(), plot.bottom() + 4, plot.width(), LANE), day, x, ink)
    columns = max(1, round(plot.width() * POINTS_A_UNIT))
    for values, colour, wide in ((curve.speed_kmh, "accent", 0.9), (curve.over_kmh, "high", 1.8)):
        xs, ys = envelope(curve.time_s, values, span.begin_s, span.end_s, columns)
        pen = QPen(ink.colour(colour), wide)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for line in _lines(xs, ys):
            points = [QPointF(x(at), y(speed)) for at, speed in line]
            if len(points) == 1:
                painter.drawPoint(points[0])
            else:
                painter.drawPolyline(QPolygonF(points))
    painter.restore()
    if curve.limit_kmh is not None:
        pen = QPen(ink.colour("high"), 0.75)
        pen.setDashPattern([5.0, 4.0])
        painter.setPen(pen)
        height = y(curve.limit_kmh)
        painter.drawLine(QLineF(plot.left(), height, plot.right(), height))
        painter.setPen(ink.colour("high_text"))
        said = translate("DaySheet", "Limit {speed}").format(speed=text.speed(curve.limit_kmh))
        painter.drawText(title, int(Qt.AlignmentFlag.AlignRight), said)


def _paint_rules(painter: QPainter, plot: QRectF, top: float, y: Callable[[float], float], ink: Ink) -> None:
    for number in range(0, int(top) + 1, number_step(top)):
        height = y(float(number))
        painter.setPen(ink.pen("dim" if number == 0 else "line", 0.5))
        painter.drawLine(QLineF(plot.left(), height, plot.right(), height))
        painter.setPen(ink.colour("dim"))
        label = QRectF(plot.left() - GUTTER, height - 8, GUTTER - 6, 16)
        painter.drawText(label, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(number))


def _paint_times(painter: QPainter, plot: QRectF, span: Span, x: Callable[[float], float], ink: Ink) -> None:
    for tick in ticks(span, plot.width(), 60.0):
        at = x(tick.at_s)
        painter.setPen(ink.pen("line", 0.5))
        if tick.label:
            painter.drawLine(QLineF(at, plot.top(), at, plot.bottom()))
            painter.setPen(ink.colour("dim"))
            label = QRectF(at - 30, plot.bottom() + LANE + 5, 60, FOOT)
            painter.drawText(label, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), tick.label)


def _paint_lane(painter: QPainter, lane: QRectF, day: VehicleDay, x: Callable[[float], float], ink: Ink) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for parts, brush in (
        (day.gaps, QBrush(ink.colour("dim"), Qt.BrushStyle.BDiagPattern)),
        (day.stops, QBrush(ink.colour("line"))),
        (day.stretches, QBrush(ink.colour("good"))),
        (day.overspeed, QBrush(ink.colour("high"))),
    ):
        painter.setBrush(brush)
        for part in parts:
            left = x(part.begin_s)
            painter.drawRect(QRectF(left, lane.top(), max(0.8, x(part.end_s) - left), lane.height()))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _lines(xs: Floats, ys: Floats) -> Iterator[list[tuple[float, float]]]:
    """Yield the pieces of a curve between NaN."""
    known = np.flatnonzero(~np.isnan(ys))
    for index in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if len(index):
            yield list(zip(xs[index].tolist(), ys[index].tolist(), strict=True))
