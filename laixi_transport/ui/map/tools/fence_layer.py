"""Areas on the map: quiet tints with their names, hatched while they do not hold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose
from laixi_transport.domain.time import from_unix
from laixi_transport.ui import format as text
from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.projection import to_lon_lat
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages, logical_size
from laixi_transport.ui.map.tools.outlines import outline, pixel, pixels
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.map.viewport import Viewport
from laixi_transport.ui.theme.tokens import mix

NAME_FROM_PX = 26.0
"""An area smaller than this on the screen carries no name."""
LINE_PX = 1.6
CHOSEN_PX = 2.6
NEAR_PX = 6.0
ASIDE_PX = 20.0
"""The name of an area that is being changed stands below the handle that moves it."""
HOLDS_EVERY_S = 10
"""Whether fences hold now is asked again after so many seconds."""

_HUES = {  # quiet ones that no alarm has; dark and light
    GeofencePurpose.GENERAL: ("#8CA0B3", "#566C80"),
    GeofencePurpose.STAY_IN: ("#5FAFA6", "#23786F"),
    GeofencePurpose.KEEP_OUT: ("#B293CE", "#7C559E"),
    GeofencePurpose.SPEED: ("#7FA3D9", "#3A68AC"),
    GeofencePurpose.SITE: ("#94AE8C", "#55764B"),
}


@dataclass(slots=True)
class _Drawn:
    """A fence as a path of one zoom, relative to the middle of the world at it."""

    fence: Geofence
    path: QPainterPath
    holds: bool
    label: QPointF  # where its name stands
    width: float


def hue(purpose: GeofencePurpose, style: MapStyle) -> str:
    """Return the colour of a purpose."""
    return _HUES[purpose][0 if style.dark else 1]


class FenceLayer:
    """Paints areas; ``leave_out`` is one that a tool paints instead.

    now   Unix seconds
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._fences: tuple[Geofence, ...] = ()
        self._texts = TextImages(400)
        self._drawn: list[_Drawn] = []
        self._for: tuple[object, ...] = ()
        self.chosen: int | None = None
        self.leave_out: int | None = None

    @property
    def fences(self) -> tuple[Geofence, ...]:
        """What is shown."""
        return self._fences

    def set(self, fences: Iterable[Geofence]) -> None:
        """Show these areas and no others."""
        self._fences = tuple(fences)
        self._for = ()

    def hit(self, lon_deg: float, lat_deg: float, view: Viewport, *, inside: Callable[[Geofence], bool]) -> int | None:
        """Return the area at a place, the smallest of several; one whose border is near counts.

        inside  whether the place lies in an area
        """
        at = pixel(view, lon_deg, lat_deg)
        found: list[tuple[float, int]] = []
        for fence in self._fences:
            path = outline(Shape.of(fence), view)
            if not path.boundingRect().adjusted(-NEAR_PX, -NEAR_PX, NEAR_PX, NEAR_PX).contains(at):
                continue
            box = path.boundingRect()
            if inside(fence) or max(box.width(), box.height()) < 2 * NEAR_PX:
                found.append((box.width() * box.height(), fence.id))
        return min(found)[1] if found else None

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        """See ui.map.overlay.Layer."""
        self._prepare(view)
        left, top, right, bottom = view.bounds
        west, north = (float(value) for value in to_lon_lat(left, top))
        east, south = (float(value) for value in to_lon_lat(right, bottom))
        shown = [d for d in self._drawn if _meets(d.fence.bounds, (west, south, east, north))]
        # Paths were made for another middle of the same zoom: shifted, they are those of this view.
        shift = pixel(view, 0.0, 0.0) - self._origin
        painter.save()
        painter.translate(shift)
        for drawn in shown:
            if drawn.fence.id != self.leave_out:
                self._paint_area(painter, drawn, style)
        painter.restore()
        self._paint_names(painter, shown, shift, style, ratio)

    def _paint_area(self, painter: QPainter, drawn: _Drawn, style: MapStyle) -> None:
        fence = drawn.fence
        chosen = fence.id == self.chosen
        colour = style.accent if chosen else hue(fence.purpose, style)
        tint = QColor(colour)
        tint.setAlpha((40 if style.dark else 34) if drawn.holds else (64 if style.dark else 70))
        brush = QBrush(tint, Qt.BrushStyle.SolidPattern if drawn.holds else Qt.BrushStyle.BDiagPattern)
        painter.setBrush(brush)
        pen = QPen(QColor(colour), CHOSEN_PX if chosen else LINE_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if not drawn.holds:
            pen.setDashPattern([5.0, 3.0])
        painter.setPen(pen)
        painter.drawPath(drawn.path)

    def _paint_names(
        self, painter: QPainter, shown: Sequence[_Drawn], shift: QPointF, style: MapStyle, ratio: float
    ) -> None:
        placer = Placer()
        font = style.font(12)
        ground = QColor(style.county)
        ground.setAlpha(150)
        painter.setBrush(ground)
        painter.setPen(Qt.PenStyle.NoPen)
        for drawn in sorted(shown, key=lambda drawn: (drawn.fence.id != self.chosen, -drawn.width)):
            if drawn.width < NAME_FROM_PX and drawn.fence.id != self.chosen:
                continue
            words = drawn.fence.name
            if drawn.fence.limit_kmh is not None:
                words = f"{words} · {text.speed(drawn.fence.limit_kmh)}"
            colour = mix(hue(drawn.fence.purpose, style), style.text, 0.45)
            image = self._texts.get(words, font, colour, style.county, ratio)
            room = logical_size(image)
            at = drawn.label + shift
            if drawn.fence.id == self.leave_out:
                at += QPointF(0, ASIDE_PX)
            x, y = at.x() - room.width() / 2, at.y() - room.height() / 2
            box = (x, y, x + room.width(), y + room.height())
            if placer.first_free((box,)) is None:
                continue
            painter.drawRoundedRect(QRectF(x, y, room.width(), room.height()), 3, 3)
            painter.drawImage(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), image)

    def _prepare(self, view: Viewport) -> None:
        """Make the paths anew for another zoom or other fences."""
        moment_s = self._now() // HOLDS_EVERY_S * HOLDS_EVERY_S
        wanted = (view.zoom, moment_s)
        if wanted == self._for:
            return
        known = {d.fence: d for d in self._drawn} if self._for[:1] == (view.zoom,) else {}
        if not known:
            self._view = view
            self._origin = pixel(view, 0.0, 0.0)
        moment = from_unix(moment_s)
        self._drawn = []
        for fence in self._fences:
            drawn = known.get(fence) or self._draw(fence)
            drawn.holds = fence.valid_at(moment)
            self._drawn.append(drawn)
        self._drawn.sort(key=lambda drawn: -drawn.width)  # the small ones on top
        self._for = wanted

    def _draw(self, fence: Geofence) -> _Drawn:
        path = outline(Shape.of(fence), self._view)
        box = path.boundingRect()
        return _Drawn(fence, path, True, self._label(fence, path), min(box.width(), box.height() * 3))

    def _label(self, fence: Geofence, path: QPainterPath) -> QPointF:
        """Return a place inside for the name: the middle of the widest of some chords."""
        if fence.kind in {GeofenceKind.CIRCLE, GeofenceKind.RECTANGLE}:
            return path.boundingRect().center()
        points = pixels(self._view, *Shape.of(fence).ring)
        if fence.kind is GeofenceKind.CORRIDOR:
            at = (len(points) - 1) // 2
            x, y = ((points[at] + points[at + 1]) / 2).tolist()
            return QPointF(x, y)
        box = path.boundingRect()
        best = (0.0, box.center())
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
            y = box.top() + share * box.height()
            crossings = sorted(_crossed(points.tolist(), y))
            for left, right in zip(crossings[::2], crossings[1::2], strict=False):
                if right - left > best[0] * 1.1:  # the middle height unless another one is clearly wider
                    best = (right - left, QPointF((left + right) / 2, y))
        return best[1]


def _crossed(points: list[list[float]], y: float) -> Iterable[float]:
    """Yield where the sides of a polygon cross a height."""
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > y) != (y2 > y):
            yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)


def _meets(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
