"""Measuring on the map: the length of a way, leg by leg, or the area within it."""

from itertools import pairwise

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPolygonF

from laixi_transport.analytics.measuring import area_m2, geodesic_m
from laixi_transport.ui import format as text
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tools import pen
from laixi_transport.ui.map.tools.outlines import pixel
from laixi_transport.ui.map.tools.tool import SNAP_PX, MapTool, near
from laixi_transport.ui.map.viewport import Viewport

LABEL_GAP_PX = 46.0
"""Legs shorter than this carry no length of their own: it would lie on the others."""


class Ruler(MapTool):
    """Click after click makes legs; a double click, Enter or a click on the first point ends, the next one begins anew.

    area   the way is closed, and what it holds is measured
    """

    def __init__(self, *, area: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.area = area
        self.name = "measure_area" if area else "measure"
        self.points: list[tuple[float, float]] = []
        """Longitude and latitude, degrees."""
        self.done = False

    # What was measured

    def legs_m(self) -> list[float]:
        """Return the lengths between the points."""
        return [geodesic_m(a[1], a[0], b[1], b[0]) for a, b in pairwise(self.points)]

    def length_m(self) -> float:
        """Return the length of the way, of an area all around."""
        return self._length_m(self.points)

    def area_m2(self) -> float:
        """Return the area within the points."""
        return area_m2([lon for lon, _ in self.points], [lat for _, lat in self.points])

    # Hands

    def hint(self) -> str:
        if self.done:
            return self.tr("Click to measure anew · Esc leaves")
        if not self.points:
            return self.tr("Click the first point · Esc leaves")
        return self.tr("Click the next point · Backspace takes one back · double click or Enter ends")

    def takes(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        del modifiers
        return key in {Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}

    def press(self, event: QMouseEvent, view: Viewport) -> bool:
        at = event.position()
        if event.button() == Qt.MouseButton.RightButton:
            self._take_back()
            return True
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if self.done:
            self.points, self.done = [], False
        self._pointer = at
        if self.points and near(at, pixel(view, *self.points[-1])):
            return True
        if len(self.points) > 2 and self.area and near(at, pixel(view, *self.points[0]), SNAP_PX):
            self.done = True
        else:
            self.points.append(view.to_lon_lat(at.x(), at.y()))
        self.changed.emit()
        return True

    def double_click(self, event: QMouseEvent, view: Viewport) -> bool:
        del view
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()
        return True

    def key(self, event: QKeyEvent, view: Viewport) -> bool:
        del view
        match event.key():
            case Qt.Key.Key_Backspace:
                self._take_back()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._end()
            case _:
                return False
        return True

    def _take_back(self) -> None:
        if self.points:
            self.points.pop()
            self.done = False
            self.changed.emit()

    def _end(self) -> None:
        if len(self.points) > 1:
            self.done = True
            self.changed.emit()

    def finish(self) -> None:
        super().finish()
        self.points, self.done = [], False

    # Painting

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        del ratio
        points = list(self.points)
        live = not self.done and self._pointer is not None and bool(points)
        if live and self._pointer is not None:
            points.append(view.to_lon_lat(self._pointer.x(), self._pointer.y()))
        if not points:
            return
        on_screen = [pixel(view, *point) for point in points]
        if self.area and len(points) > 2:
            path = QPainterPath()
            path.addPolygon(QPolygonF(on_screen))
            path.closeSubpath()
            pen.fill(painter, path, style.accent)
            pen.stroke(painter, path, style, style.accent)
        else:
            pen.stroke(painter, QPolygonF(on_screen), style, style.accent)
        for at in on_screen[: len(self.points)]:
            pen.handle(painter, at, style, style.accent, small=True)
        if self.area:
            self._paint_area(painter, on_screen, points, style)
        else:
            self._paint_legs(painter, on_screen, points, style, live=live)

    def _paint_legs(
        self,
        painter: QPainter,
        on_screen: list[QPointF],
        points: list[tuple[float, float]],
        style: MapStyle,
        *,
        live: bool,
    ) -> None:
        total = 0.0
        last = len(points) - 1
        for i, (a, b) in enumerate(pairwise(points), 1):
            leg = geodesic_m(a[1], a[0], b[1], b[0])
            total += leg
            gap = on_screen[i] - on_screen[i - 1]
            if i == last:
                whole = text.length(total) if i > 1 else ""
                lines = (text.length(leg), self.tr("total {length}").format(length=whole) if whole else "")
                pen.words(painter, on_screen[i], lines, style, colour=style.text if live else style.accent)
            elif gap.manhattanLength() >= LABEL_GAP_PX:
                pen.words(painter, (on_screen[i] + on_screen[i - 1]) / 2, (text.length(leg),), style, middle=True)

    def _paint_area(
        self, painter: QPainter, on_screen: list[QPointF], points: list[tuple[float, float]], style: MapStyle
    ) -> None:
        around = self.tr("around {length}").format(length=text.length(self._length_m(points)))
        if len(points) < 3:
            lines: tuple[str, ...] = (text.length(self._length_m(points)),) if len(points) > 1 else ()
        else:
            lines = (text.area(area_m2([lon for lon, _ in points], [lat for _, lat in points])), around)
        if lines:
            pen.words(painter, on_screen[-1], lines, style)

    def _length_m(self, points: list[tuple[float, float]]) -> float:
        closed = [*points, points[0]] if self.area and len(points) > 2 else points
        return sum(geodesic_m(a[1], a[0], b[1], b[0]) for a, b in pairwise(closed))
