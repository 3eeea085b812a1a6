"""Areas on the map: quiet tints with their names, hatched while they do not hold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose
from laixi_transport.domain.time import from_unix
from laixi_transport.ui import format as text
from laixi_transport.ui.map.placing import Box, Placer
from laixi_transport.ui.map.projection import metres_per_unit, to_world
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages, drawn_image, logical_size, text_image
from laixi_transport.ui.map.tools.layer_picture import LayerPicture, Step
from laixi_transport.ui.map.tools.outlines import ROUND, outline, pixel
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.map.viewport import Viewport, WorldBounds
from laixi_transport.ui.theme.tokens import AREA_HUES, mix

NAME_FROM_PX = 26.0
"""An area smaller than this on the screen carries no name."""
NAME_PX = 200.0
"""A longer name is cut: it would lie across the map."""
NAME_OVER = 1.6
"""So many times wider than its area may a name be."""
LINE_PX = 1.6
CHOSEN_PX = 2.6
NEAR_PX = 6.0
ROW = 0.7
"""A name that finds no room moves by so many of its heights."""
ASIDE_PX = 20.0
"""The name of an area that is being changed stands below the handle that moves it."""
HOLDS_EVERY_S = 10
"""Whether fences hold now is asked again after so many seconds."""

AT_ONCE = 1500
"""Elements of paths that are painted in every frame; more go into a picture."""
NAMES = 80
"""Names in a view, those of the largest areas."""


class _Area:
    """A fence with what is the same in every view; lengths are in the unit square."""

    def __init__(self, fence: Geofence) -> None:
        self.fence = fence
        self.holds = True
        x, y = to_world(*Shape.of(fence).ring)
        around = fence.radius_m / metres_per_unit(float(y[0])) if fence.radius_m else 0.0
        self.left, self.top = float(x.min()) - around, float(y.min()) - around
        self.right, self.bottom = float(x.max()) + around, float(y.max()) + around
        self.width = min(self.right - self.left, (self.bottom - self.top) * 3)
        self.label = _label(fence, list(zip(x.tolist(), y.tolist(), strict=True)), self)
        elements = 20 + (ROUND if fence.kind is GeofenceKind.CIRCLE else len(x))
        self.weight = elements * (12 if fence.kind is GeofenceKind.CORRIDOR else 1)

    def seen(self, bounds: WorldBounds) -> bool:
        """Whether any of it may lie in a part of the unit square."""
        left, top, right, bottom = bounds
        return self.left <= right and left <= self.right and self.top <= bottom and top <= self.bottom


class _Paths:
    """The borders of areas at one zoom, made as they are needed."""

    def __init__(self, view: Viewport) -> None:
        self._view = view
        self._made: dict[Geofence, QPainterPath] = {}

    def fits(self, view: Viewport) -> bool:
        """Whether they are of the zoom of a view."""
        return view.zoom == self._view.zoom

    def shift(self, view: Viewport) -> QPointF:
        """Return by how much they are to be moved for a view of the same zoom."""
        here, there = self._view.to_screen(0.0, 0.0), view.to_screen(0.0, 0.0)
        return QPointF(float(there[0] - here[0]), float(there[1] - here[1]))

    def of(self, fence: Geofence) -> QPainterPath:
        """Return the border of an area."""
        path = self._made.get(fence)
        if path is None:
            path = self._made[fence] = outline(Shape.of(fence), self._view)
        return path


def hue(purpose: GeofencePurpose, style: MapStyle) -> str:
    """Return the colour of a purpose."""
    return AREA_HUES["dark" if style.dark else "light"][purpose]


class FenceLayer:
    """Paints areas; ``leave_out`` is one that a tool paints instead.

    now   Unix seconds
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._fences: tuple[Geofence, ...] = ()
        self._areas: list[_Area] = []  # the large ones first, so that the small ones lie on top
        self._judged_s: float | None = None  # when it was asked which of them hold
        self._paths: _Paths | None = None
        self._texts = TextImages(400)
        self._version = 0
        self.picture: LayerPicture | None = None
        """Takes what is too much for every frame; None: all is painted in every frame."""
        self.chosen: int | None = None
        self.leave_out: int | None = None

    @property
    def fences(self) -> tuple[Geofence, ...]:
        """What is shown."""
        return self._fences

    def set(self, fences: Iterable[Geofence]) -> None:
        """Show these areas and no others."""
        wanted = tuple(fences)
        if wanted == self._fences:
            return
        known = {area.fence: area for area in self._areas}
        self._fences = wanted
        self._areas = sorted((known.get(f) or _Area(f) for f in wanted), key=lambda area: -area.width)
        self._judged_s = None
        self._version += 1

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

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float, placer: Placer) -> None:
        """See ui.map.overlay.Layer."""
        self._judge()
        if self._paths is None or not self._paths.fits(view):
            self._paths = _Paths(view)
        shown = [area for area in self._areas if area.seen(view.bounds)]
        if self.picture is None or sum(area.weight for area in shown) <= AT_ONCE:
            for step in self._steps(view, style, shown):
                step(painter)
        else:
            holds = tuple(area.holds for area in self._areas)
            self.picture.show(
                painter,
                view,
                ratio,
                (self._version, style, self.chosen, self.leave_out, holds),
                lambda larger: self._steps(larger, style, [a for a in self._areas if a.seen(larger.bounds)]),
            )
        self._paint_names(painter, shown, view, style, ratio, placer)

    def _steps(self, view: Viewport, style: MapStyle, shown: Sequence[_Area]) -> Iterator[Step]:
        """Return what paints one area after the other."""
        paths = self._paths if self._paths is not None and self._paths.fits(view) else _Paths(view)
        shift, chosen, left_out = paths.shift(view), self.chosen, self.leave_out

        def step(area: _Area, painter: QPainter) -> None:
            painter.translate(shift)
            self._paint_area(painter, area, paths.of(area.fence), style, chosen=area.fence.id == chosen)
            painter.translate(-shift)

        return (partial(step, area) for area in shown if area.fence.id != left_out)

    def _judge(self) -> None:
        """Ask now and then which areas hold."""
        moment_s = self._now() // HOLDS_EVERY_S * HOLDS_EVERY_S
        if moment_s != self._judged_s:
            self._judged_s = moment_s
            moment = from_unix(moment_s)
            for area in self._areas:
                area.holds = area.fence.valid_at(moment)

    def _paint_area(self, painter: QPainter, area: _Area, path: QPainterPath, style: MapStyle, *, chosen: bool) -> None:
        colour = style.accent if chosen else hue(area.fence.purpose, style)
        tint = QColor(colour)
        if area.holds:
            tint.setAlpha(40 if style.dark else 34)
        else:
            tint.setAlpha(64 if style.dark else 70)
        painter.setBrush(QBrush(tint, Qt.BrushStyle.SolidPattern if area.holds else Qt.BrushStyle.BDiagPattern))
        pen = QPen(QColor(colour), CHOSEN_PX if chosen else LINE_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if not area.holds:
            pen.setDashPattern([5.0, 3.0])
        painter.setPen(pen)
        painter.drawPath(path)

    def _paint_names(
        self,
        painter: QPainter,
        shown: Sequence[_Area],
        view: Viewport,
        style: MapStyle,
        ratio: float,
        placer: Placer,
    ) -> None:
        """Paint the names that find room beside those of the map; the chosen area's comes first and always."""
        named = [area for area in shown if area.width * view.scale >= NAME_FROM_PX or area.fence.id == self.chosen]
        for area in sorted(named, key=lambda area: area.fence.id != self.chosen)[:NAMES]:
            image = self._name(area.fence, style, ratio)
            room = logical_size(image)
            chosen = area.fence.id == self.chosen
            if room.width() > NAME_OVER * area.width * view.scale and not chosen:
                continue
            places = list(_name_places(area, view, room, below=area.fence.id == self.leave_out))
            box = placer.first_free(places) or (places[0] if chosen else None)
            if box is not None:
                painter.drawImage(QPointF(round(box[0] * ratio) / ratio, round(box[1] * ratio) / ratio), image)

    def _name(self, fence: Geofence, style: MapStyle, ratio: float) -> QImage:
        """Return the name of an area, with its limit, on a ground that keeps it apart from other names."""
        font = style.font(12)
        words = QFontMetricsF(font).elidedText(fence.name, Qt.TextElideMode.ElideRight, NAME_PX * style.scale)
        if fence.limit_kmh is not None:
            words = f"{words} · {text.speed(fence.limit_kmh)}"
        colour = mix(hue(fence.purpose, style), style.text, 0.45)

        def make() -> QImage:
            letters = text_image(words, font, colour, style.county, ratio)
            room = logical_size(letters)

            def draw(painter: QPainter) -> None:
                ground = QColor(style.county)
                ground.setAlpha(150)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(QRectF(0, 0, room.width(), room.height()), 3, 3)
                painter.drawImage(QPointF(0, 0), letters)

            return drawn_image(room.width(), room.height(), ratio, draw)

        return self._texts.kept((words, font.key(), colour, style.county, ratio), make)


def _name_places(area: _Area, view: Viewport, room: QSizeF, *, below: bool) -> Iterator[Box]:
    """Yield where a name may stand: at the area's own place, else above or below it as long as that is inside.

    below   leave the place itself to a handle
    """
    x, y = (float(value) for value in view.to_screen(*area.label))
    y += ASIDE_PX if below else 0.0
    _, top = (float(value) for value in view.to_screen(area.left, area.top))
    _, bottom = (float(value) for value in view.to_screen(area.right, area.bottom))
    half_width, half = room.width() / 2, room.height() / 2
    for rows in (0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0):
        middle = y + rows * room.height() * ROW
        if not rows or (top <= middle - half and middle + half <= bottom):
            yield x - half_width, middle - half, x + half_width, middle + half


def _label(fence: Geofence, points: list[tuple[float, float]], area: _Area) -> tuple[float, float]:
    """Return a place inside for the name, in the unit square: the middle of the widest of some chords."""
    middle = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    if fence.kind in {GeofenceKind.CIRCLE, GeofenceKind.RECTANGLE}:
        return middle
    if fence.kind is GeofenceKind.CORRIDOR:
        at = (len(points) - 1) // 2
        (x1, y1), (x2, y2) = points[at], points[min(at + 1, len(points) - 1)]
        return (x1 + x2) / 2, (y1 + y2) / 2
    best = (0.0, middle)
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        y = area.top + share * (area.bottom - area.top)
        crossings = sorted(_crossed(points, y))
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if right - left > best[0] * 1.1:  # the middle height unless another one is clearly wider
                best = (right - left, ((left + right) / 2, y))
    return best[1]


def _crossed(points: list[tuple[float, float]], y: float) -> Iterable[float]:
    """Yield where the sides of a polygon cross a height."""
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > y) != (y2 > y):
            yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)
