"""The vehicles on the map: kept as arrays, culled, painted in one call, found by a click."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from laixi_transport.ui.map.placing import Placer, beside
from laixi_transport.ui.map.projection import bounds_of, to_world
from laixi_transport.ui.map.sprites import RING_PX, Look, Sprites
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages, logical_size
from laixi_transport.ui.map.viewport import Viewport, WorldBounds

if TYPE_CHECKING:  # it needs the kernels
    from laixi_transport.ui.map.frame import Frame

SIZES_PX = (13.0, 16.0, 19.0)
LABEL_FROM_ZOOM = 12.5
MOST_LABELS = 70
"""More vehicles than this in view carry no plates: they would cover the map and each other."""

NEW_LABELS = 15
"""Plates painted for the first time in one frame; the others come with the next."""

CARET_PX = 5.0


class VehicleLayer:
    """Positions in the unit square, in the order of painting: alarms last, so that nothing hides them."""

    def __init__(self) -> None:
        self._ids = np.zeros(0, dtype=np.int64)
        self._x = self._y = self._direction = np.zeros(0)
        self._look = np.zeros(0, dtype=np.uint8)
        self._looks: list[int] = []  # those that there are
        self._names: Sequence[str] = ()
        self._name_at = np.zeros(0, dtype=np.intp)  # the name of the vehicle painted n-th is _names[_name_at[n]]
        self._place_by_id: dict[int, int] | None = {}  # made when it is first asked for: vehicles move often
        self._sprites: dict[tuple[float, float], Sprites] = {}
        self._texts = TextImages()
        self.unfinished = False  # plates are still missing: another frame is due

    def __len__(self) -> int:
        return len(self._ids)

    def set(
        self,
        ids: ArrayLike,
        lon_deg: ArrayLike,
        lat_deg: ArrayLike,
        direction_deg: ArrayLike,
        look: ArrayLike,
        names: Sequence[str],
    ) -> None:
        """Take all vehicles anew; those without a place (NaN) are not shown.

        Raises ValueError if the arrays differ in length.
        """
        id_array = np.asarray(ids, dtype=np.int64)
        lon, lat = np.asarray(lon_deg, dtype=np.float64), np.asarray(lat_deg, dtype=np.float64)
        direction, looks = np.asarray(direction_deg, dtype=np.float64), np.asarray(look, dtype=np.uint8)
        if len({len(id_array), len(lon), len(lat), len(direction), len(looks), len(names)}) != 1:
            raise ValueError("the arrays of the vehicles differ in length")
        shown = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        # By look; of one look those further north first: neighbours in memory are then neighbours on the screen.
        order = shown[np.argsort(looks[shown] * 360.0 - lat[shown])]
        self._ids, self._direction, self._look = id_array[order], direction[order], looks[order]
        self._looks = np.flatnonzero(np.bincount(self._look)).tolist()
        self._x, self._y = to_world(lon[order], lat[order])
        self._names, self._name_at, self._place_by_id = tuple(names), order, None

    def take(self, other: "VehicleLayer") -> None:
        """Take the vehicles of another layer, not its pictures."""
        self._ids, self._direction, self._look = other._ids, other._direction, other._look  # noqa: SLF001 - its own kind
        self._x, self._y, self._names, self._name_at = other._x, other._y, other._names, other._name_at  # noqa: SLF001 - its own kind
        self._place_by_id = None

    @property
    def _place(self) -> dict[int, int]:
        if self._place_by_id is None:
            self._place_by_id = dict(zip(self._ids.tolist(), range(len(self._ids)), strict=True))
        return self._place_by_id

    def _name_of(self, at: int) -> str:
        return self._names[int(self._name_at[at])]

    def where(self, vehicle_id: int | None) -> tuple[float, float] | None:
        """Return a vehicle's place in the unit square, None if it is not shown."""
        at = self._place.get(vehicle_id) if vehicle_id is not None else None
        return None if at is None else (float(self._x[at]), float(self._y[at]))

    def name(self, vehicle_id: int) -> str:
        """Return a vehicle's name, empty if it is not shown."""
        at = self._place.get(vehicle_id)
        return "" if at is None else self._name_of(at)

    def bounds(self) -> WorldBounds | None:
        """Return the bounds of all vehicles, None if there is none."""
        return bounds_of(self._x, self._y)

    def hit(self, view: Viewport, px: float, py: float, radius_px: float) -> int | None:
        """Return the nearest vehicle within the radius; of equally near ones that which is painted last."""
        if len(self._ids) == 0:
            return None
        x, y = view.to_screen(self._x, self._y)
        squared = (x - px) ** 2 + (y - py) ** 2
        at = len(squared) - 1 - int(np.argmin(squared[::-1]))
        return int(self._ids[at]) if squared[at] <= radius_px**2 else None

    def forget_pictures(self) -> None:
        """Paint the pictures anew: the style has changed."""
        self._sprites.clear()
        self._texts = TextImages()

    def prepare(self, style: MapStyle, ratio: float) -> Iterator[None]:
        """Paint the pictures of all sizes step by step, so that a change of zoom need not wait for them."""
        for size in SIZES_PX:
            for look in Look:
                self._sprites_of(style, size * style.scale, ratio).ensure(look)
                yield

    def _sprites_of(self, style: MapStyle, size: float, ratio: float) -> Sprites:
        sprites = self._sprites.get((size, ratio))
        if sprites is None:
            self._sprites = {key: kept for key, kept in self._sprites.items() if key[1] == ratio}
            sprites = self._sprites[size, ratio] = Sprites(style, size, ratio)
        return sprites

    def paint(
        self,
        painter: QPainter,
        view: Viewport,
        style: MapStyle,
        ratio: float,
        placer: Placer,
        *,
        selected: int | None,
        hovered: int | None,
        frame: "Frame | None",
    ) -> None:
        """Paint what the view shows: vehicles, their plates where there is room, the selected one with its plate.

        frame   what the painter draws on, for the kernels; None until they are there
        """
        self.unfinished = False
        size = sprite_px(view.zoom, style.scale)
        sprites = self._sprites_of(style, size, ratio)
        for look in self._looks:
            sprites.ensure(look)
        if frame is not None:
            frame.vehicles(sprites, self._x, self._y, self._direction, self._look, view, ratio)
        at_selected = self._place.get(selected, -1) if selected is not None else -1
        if frame is None or view.zoom >= LABEL_FROM_ZOOM:
            margin = size + RING_PX
            x, y = view.to_screen(self._x, self._y)
            shown = np.flatnonzero(
                (x > -margin) & (x < view.width + margin) & (y > -margin) & (y < view.height + margin)
            )
            if frame is None:
                sprites.draw(painter, x[shown], y[shown], self._direction[shown], self._look[shown])
            if view.zoom >= LABEL_FROM_ZOOM and len(shown) <= MOST_LABELS:
                self._paint_names(painter, shown[::-1], x, y, size, style, ratio, at_selected, view, placer)
        if hovered is not None and hovered != selected and hovered in self._place:
            px, py = self._on_screen(self._place[hovered], view)
            _ring(painter, px, py, size / 2 + RING_PX - 0.5, style.text, 1.2)
        if at_selected >= 0:
            one = slice(at_selected, at_selected + 1)
            px, py = self._on_screen(at_selected, view)
            _ring(painter, px, py, size / 2 + RING_PX + 0.5, style.accent, 2.2)
            sprites.draw(painter, np.array([px]), np.array([py]), self._direction[one], self._look[one])
            if hovered != selected:
                self._paint_plate(painter, px, py, size, self._name_of(at_selected), style, view)

    def _on_screen(self, at: int, view: Viewport) -> tuple[float, float]:
        x, y = view.to_screen(self._x[at], self._y[at])
        return float(x), float(y)

    def _paint_names(
        self,
        painter: QPainter,
        shown: NDArray[np.intp],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        size: float,
        style: MapStyle,
        ratio: float,
        at_selected: int,
        view: Viewport,
        placer: Placer,
    ) -> None:
        half, fresh = size / 2, 0
        for at in shown.tolist():
            placer.take((x[at] - half, y[at] - half, x[at] + half, y[at] + half))
        font = style.font(12)
        for at in shown.tolist():
            name = self._name_of(at)
            if at == at_selected or not name:
                continue
            colour = style.text if self._look[at] >= Look.MOVING else style.dim
            if not self._texts.has(name, font, colour, style.county, ratio):
                if fresh == NEW_LABELS:
                    self.unfinished = True
                    continue
                fresh += 1
            image = self._texts.get(name, font, colour, style.county, ratio)
            room = logical_size(image)
            px, py = float(x[at]), float(y[at])
            box = placer.first_free(beside(px, py, room.width(), room.height(), half + 1)[:4])
            if box is not None and box[0] < view.width and box[1] < view.height:
                painter.drawImage(QPointF(round(box[0] * ratio) / ratio, round(box[1] * ratio) / ratio), image)

    def _paint_plate(
        self, painter: QPainter, px: float, py: float, size: float, name: str, style: MapStyle, view: Viewport
    ) -> None:
        """Paint the selected vehicle's plate on a ground of its own."""
        if not name:
            return
        painter.setFont(style.font(13, bold=True))
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(name) + 14, metrics.height() + 6
        gap = size / 2 + RING_PX + CARET_PX
        x = px + gap if px + gap + width < view.width else px - gap - width
        box = QRectF(round(x) + 0.5, round(py - height / 2) + 0.5, width, height)
        painter.setPen(QPen(QColor(style.accent), 1.0))
        painter.setBrush(QColor(style.panel))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(style.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


def sprite_px(zoom: float, scale: float) -> float:
    """Return the size of a vehicle: small where the county is seen whole, so that a crowd stays readable."""
    small, middle, large = SIZES_PX
    size = small if zoom < 10.0 else middle if zoom < 12.5 else large
    return size * scale


def _ring(painter: QPainter, x: float, y: float, radius: float, colour: str, width: float) -> None:
    painter.setPen(QPen(QColor(colour), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(x, y), radius, radius)
