"""The timeline's still picture: axis, names and lanes; painted anew only when one of them changes."""

import datetime as dt
import math
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from laixi_transport.domain.time import BEIJING
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.fonts import interface_font
from laixi_transport.ui.timeline.axis import ticks
from laixi_transport.ui.timeline.bars import bars
from laixi_transport.ui.timeline.geometry import Geometry
from laixi_transport.ui.timeline.lane import Lane

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
    seen, height = lanes[first:last], round(geometry.lane_px * 0.5)
    images = bars(geometry, seen, height, theme, painter.device().devicePixelRatio())
    for place, (lane, image) in enumerate(zip(seen, images, strict=True), first):
        y = geometry.lane_top(place)
        _draw_name(painter, geometry, lane, y, theme, chosen=lane.key == selected)
        if len(lane.begin_s):
            bars_top = round(y + (geometry.lane_px - height) / 2 + 1)
            painter.drawImage(QPointF(geometry.left, bars_top), image)
            _draw_marks(painter, geometry, lane, bars_top, theme)
        else:
            _draw_no_data(painter, geometry, y, theme, small)
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


def _draw_no_data(painter: QPainter, geometry: Geometry, y: float, theme: Theme, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(theme.colour("dim"))
    text = QCoreApplication.translate("Timeline", "No data in this period")
    painter.drawText(QRectF(geometry.left + 8, y, geometry.time_px, geometry.lane_px), _LEFT, text)


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
