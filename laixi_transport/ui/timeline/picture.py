"""The timeline's still picture: axis, names and lanes; painted anew only when one of them changes."""

import datetime as dt
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from laixi_transport.domain.time import BEIJING
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.fonts import interface_font
from laixi_transport.ui.timeline.axis import ticks
from laixi_transport.ui.timeline.geometry import Geometry
from laixi_transport.ui.timeline.lane import Activity, Lane

Floats = NDArray[np.float64]

MARK_PX = 4.5
MARKS_APART_PX = 4.0
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


def draw(
    painter: QPainter,
    geometry: Geometry,
    lanes: Sequence[Lane],
    selected: int | None,
    theme: Theme,
    loop: tuple[float, float] | None = None,
) -> None:
    """Paint everything that does not move with the cursor; only lanes that are visible cost anything."""
    painter.fillRect(QRectF(0, 0, geometry.width, geometry.height), theme.colour("panel"))
    small = interface_font(theme.small_px)
    if loop is not None:
        _draw_loop(painter, geometry, loop, theme)
    _draw_date(painter, geometry, theme, small)
    _draw_axis(painter, geometry, theme, small)
    painter.save()
    top = geometry.lanes_top
    painter.setClipRect(QRectF(0, top - MARK_PX, geometry.width, geometry.height - top + MARK_PX))
    first = max(0, int((top - geometry.lane_top(0)) // geometry.lane_px))
    last = int((geometry.height - geometry.lane_top(0)) // geometry.lane_px) + 1
    for place, lane in enumerate(lanes[first:last], first):
        y = geometry.lane_top(place)
        _draw_name(painter, geometry, lane, y, theme, chosen=lane.key == selected)
        _draw_lane(painter, geometry, lane, y, theme, small)
    painter.restore()


def _draw_axis(painter: QPainter, geometry: Geometry, theme: Theme, font: QFont) -> None:
    painter.setFont(font)
    metrics = painter.fontMetrics()
    line, faint, dim = theme.colour("line"), theme.colour("line", 110), theme.colour("dim")
    bottom = geometry.height
    for tick in ticks(geometry.span, geometry.time_px, 78 * theme.scale):
        x = round(geometry.x(tick.at_s)) + 0.5
        if x > geometry.right + 1:
            continue
        strong = tick.midnight
        painter.setPen(QPen(dim if strong else line if tick.label else faint, 1))
        painter.drawLine(QPointF(x, geometry.axis_px - 4 if tick.label else geometry.axis_px), QPointF(x, bottom))
        if tick.label:
            width = metrics.horizontalAdvance(tick.label) + 4
            begin = min(max(geometry.left - width / 2, x - width / 2), geometry.width - width)
            painter.setPen(theme.colour("text") if strong else dim)
            painter.drawText(QRectF(begin, 0, width, geometry.axis_px - 4), _CENTRE, tick.label)


def _draw_loop(painter: QPainter, geometry: Geometry, loop: tuple[float, float], theme: Theme) -> None:
    """Paint the part that is played again and again as a band with brackets in the axis."""
    left, right = (min(geometry.right, max(geometry.left, geometry.x(at_s))) for at_s in loop)
    if right <= left:
        return
    painter.fillRect(QRectF(left, 0, right - left, geometry.height), theme.colour("accent", 38))
    for at_s, x, inwards in ((loop[0], left, 1), (loop[1], right, -1)):
        if geometry.span.contains(at_s):
            painter.fillRect(QRectF(x - (inwards < 0), 0, 1, geometry.height), theme.colour("accent", 160))
            for y in (0.0, geometry.axis_px - 2):
                painter.fillRect(QRectF(min(x, x + inwards * 6), y, 6, 2), theme.colour("accent"))


def _draw_date(painter: QPainter, geometry: Geometry, theme: Theme, font: QFont) -> None:
    """Write the day that the shown span begins on beside the axis: hours alone do not say it."""
    painter.setFont(font)
    painter.setPen(theme.colour("dim"))
    begin = dt.datetime.fromtimestamp(geometry.span.begin_s, BEIJING)
    weekday = QLocale().dayName(begin.isoweekday(), QLocale.FormatType.ShortFormat)
    painter.drawText(QRectF(6, 0, geometry.left - 10, geometry.axis_px - 4), _LEFT, f"{begin:%m-%d} {weekday}")


def _draw_name(painter: QPainter, geometry: Geometry, lane: Lane, y: float, theme: Theme, *, chosen: bool) -> None:
    room = QRectF(0, y, geometry.left - 8, geometry.lane_px)
    if chosen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selected"))
        painter.drawRoundedRect(room.adjusted(0, 1, 0, -1), 3, 3)
    painter.setFont(interface_font(min(theme.text_px, round(geometry.lane_px * 0.72))))
    painter.setPen(theme.colour("text") if chosen else theme.colour("dim"))
    words = room.adjusted(6, 0, -4, 0)
    name = painter.fontMetrics().elidedText(lane.name, Qt.TextElideMode.ElideRight, int(words.width()))
    painter.drawText(words, _LEFT, name)


def _draw_lane(painter: QPainter, geometry: Geometry, lane: Lane, y: float, theme: Theme, font: QFont) -> None:
    if not len(lane.begin_s):
        painter.setFont(font)
        painter.setPen(theme.colour("dim"))
        text = QCoreApplication.translate("Timeline", "No data in this period")
        painter.drawText(QRectF(geometry.left + 8, y, geometry.time_px, geometry.lane_px), _LEFT, text)
        return
    height = round(geometry.lane_px * 0.5)
    top = round(y + (geometry.lane_px - height) / 2 + 1)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setClipRect(QRectF(geometry.left, 0, geometry.time_px, geometry.height), Qt.ClipOperation.IntersectClip)
    for activity, brush in _brushes(theme).items():
        spans = lane.spans(activity)
        least = 2.0 if activity == Activity.OVERSPEED else 1.0
        x, wide = columns(geometry, lane.begin_s[spans], lane.end_s[spans], least)
        if len(x):
            painter.setBrush(brush)
            painter.drawRects(_bars(x, wide, top, height))
    painter.restore()
    _draw_marks(painter, geometry, lane, top, theme)


def _brushes(theme: Theme) -> dict[Activity, QBrush]:
    return {
        Activity.GAP: QBrush(_soft(theme.colour("dim"), 150), Qt.BrushStyle.BDiagPattern),
        Activity.STOP: QBrush(theme.colour("line")),
        Activity.ROUGH: QBrush(_soft(theme.colour("good"), 120)),
        Activity.DRIVING: QBrush(theme.colour("good")),
        Activity.OVERSPEED: QBrush(theme.colour("high")),
    }


def columns(geometry: Geometry, begin_s: Floats, end_s: Floats, least_px: float) -> tuple[Floats, Floats]:
    """Return left edges and widths, whole pixels, of what is visible of spans in order of time that do not overlap.

    Spans that touch on the screen become one, so that a month costs no more than there are pixels.
    """
    first = int(np.searchsorted(end_s, geometry.at(geometry.left - 8)))
    last = int(np.searchsorted(begin_s, geometry.at(geometry.right + 8), "right"))
    if first >= last:
        return np.empty(0), np.empty(0)
    left = np.maximum(geometry.xs(begin_s[first:last]), geometry.left - 8).round()
    right = np.minimum(geometry.xs(end_s[first:last]), geometry.right + 8).round()
    right = np.maximum(right, left + least_px)
    reach: Floats = np.maximum.accumulate(right)
    new = np.flatnonzero(np.concatenate(([True], left[1:] > reach[:-1])))
    starts = left[new]
    return starts, reach[np.append(new[1:] - 1, len(reach) - 1)] - starts


def _bars(x: Floats, width: Floats, top: float, height: float) -> list[QRectF]:
    """Return bars on whole pixels with their corners off: hundreds of round corners would take a frame's time."""
    bars = []
    for at, wide in zip(x.tolist(), width.tolist(), strict=True):
        if wide > 4:
            bars.append(QRectF(at, top + 1, 1, height - 2))
            bars.append(QRectF(at + 1, top, wide - 2, height))
            bars.append(QRectF(at + wide - 1, top + 1, 1, height - 2))
        else:
            bars.append(QRectF(at, top, wide, height))
    return bars


def _draw_marks(painter: QPainter, geometry: Geometry, lane: Lane, top: float, theme: Theme) -> None:
    """Paint a triangle for each mark; those that would cover each other become one."""
    if not lane.marks:
        return
    places = geometry.xs([mark.at_s for mark in lane.marks])
    ratio = painter.device().devicePixelRatio()
    last: dict[str, float] = {}
    for mark, x in zip(lane.marks, places.tolist(), strict=True):
        kind = f"{mark.colour}{mark.flag}"
        if geometry.left <= x <= geometry.right and x - last.get(kind, -1e9) >= MARKS_APART_PX:
            last[kind] = x
            draw_shape = _flag if mark.flag else _triangle
            shape = draw_shape(theme.colour(mark.colour).name(), theme.colour("panel").name(), ratio)
            painter.drawPixmap(QPointF(x - MARK_PX - 1, top - 1.6 * MARK_PX + 0.5), shape)


@lru_cache(maxsize=32)
def _triangle(colour: str, ground: str, ratio: float) -> QPixmap:
    """Return the mark as a picture: painting it anew some hundred times takes a frame."""
    middle, height = MARK_PX + 1, 1.6 * MARK_PX + 2
    corners = [QPointF(middle, height - 1), QPointF(middle + MARK_PX, 1), QPointF(middle - MARK_PX, 1)]
    return _shape(corners, height, colour, ground, ratio)


@lru_cache(maxsize=32)
def _flag(colour: str, ground: str, ratio: float) -> QPixmap:
    """Return a bookmark: a flag on a pole that stands at its moment."""
    middle, height = MARK_PX + 1, 1.6 * MARK_PX + 9
    corners = [
        *(QPointF(middle - 0.7, height - 1), QPointF(middle - 0.7, 1), QPointF(middle + MARK_PX, 3.5)),
        *(QPointF(middle + 0.7, 6.5), QPointF(middle + 0.7, height - 1)),
    ]
    return _shape(corners, height, colour, ground, ratio)


def _shape(corners: list[QPointF], height: float, colour: str, ground: str, ratio: float) -> QPixmap:
    width = 2 * MARK_PX + 2
    made = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(ground), 1))
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF(corners))
    painter.end()
    return made


def _soft(colour: QColor, alpha: int) -> QColor:
    colour.setAlpha(alpha)
    return colour
