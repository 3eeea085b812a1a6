"""The map of a day sheet: the way, with its stops by number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.ui import format as text
from laixi_transport.ui.export.map_picture import StillMap
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.placing import Placer, beside
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.track_line import Mark, MarkKind, TrackLine
from laixi_transport.ui.map.viewport import Viewport
from laixi_transport.ui.theme import Theme

SIZE = QSize(680, 360)
"""Units of paper: the width between the margins of A4."""
RATIO = 3.0
"""Pixels a unit: 288 dots an inch."""
MARGIN_PX = 56
"""Between the way and the edge: so much takes the time beside its ends."""
FOOT_PX = 44
"""At the lower edge, where the map names its sources."""
TOGETHER_M = 80.0
"""Stops nearer to each other share one badge."""
MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Badge:
    """The numbers of the stops at one place."""

    lon_deg: float
    lat_deg: float
    text: str


def badges(day: VehicleDay) -> tuple[Badge, ...]:
    """Return a badge for each place at which the vehicle stopped, in order of its first stop."""
    places: list[tuple[float, float, list[int]]] = []
    for number, stop in enumerate(day.stops, 1):
        scale = metres_per_degree(stop.lat_deg)
        for lon, lat, numbers in places:
            if np.hypot((stop.lon_deg - lon) * scale.east_m, (stop.lat_deg - lat) * scale.north_m) <= TOGETHER_M:
                numbers.append(number)
                break
        else:
            places.append((stop.lon_deg, stop.lat_deg, [number]))
    return tuple(Badge(lon, lat, _listed(numbers)) for lon, lat, numbers in places)


class StopLayer:
    """Paints the badges beside their places, each where there is room."""

    def __init__(self, shown: Sequence[Badge]) -> None:
        self._badges = tuple(shown)
        self._x, self._y = to_world([badge.lon_deg for badge in shown], [badge.lat_deg for badge in shown])

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float, placer: Placer) -> None:
        """Paint in every frame."""
        del ratio
        font = style.font(11, bold=True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        xs, ys = view.to_screen(self._x, self._y)
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            placer.take((x - 4, y - 4, x + 4, y + 4))
        for badge, x, y in zip(self._badges, xs.tolist(), ys.tolist(), strict=True):
            height = metrics.height() + 2
            width = max(height, metrics.horizontalAdvance(badge.text) + 9)
            places = [box for gap in (7.0, 18.0, 32.0) for box in beside(x, y, width, height, gap)]
            box = placer.first_free(places) or places[0]
            room = QRectF(box[0], box[1], width, height)
            painter.setPen(QPen(QColor(style.text), 0.8))
            painter.drawLine(QPointF(x, y), room.center())
            painter.setBrush(QColor(style.text))
            painter.drawEllipse(QPointF(x, y), 3.2, 3.2)
            painter.setBrush(QColor(style.panel))
            painter.drawRoundedRect(room, height / 2, height / 2)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), badge.text)


def way_map(day: VehicleDay, theme: Theme, base_map: BaseMap) -> StillMap:
    """Return a map that shows a day's way whole."""
    made = StillMap(theme, SIZE, RATIO, base_map)
    line = way(day)
    made.set_tracks((line,))
    track = day.track
    fixes = Samples.of(day).believed
    if len(fixes):
        ends = ((MarkKind.START, int(fixes[0])), (MarkKind.END, int(fixes[-1])))
        made.set_marks(
            [
                Mark(
                    float(track.lon_deg[at]),
                    float(track.lat_deg[at]),
                    text.clock_minutes(float(track.time_s[at])),
                    kind,
                )
                for kind, at in ends
            ]
        )
    made.add_layer(StopLayer(badges(day)))
    bounds = made.content_bounds()
    if bounds is not None:
        room = made.view.resized(SIZE.width(), SIZE.height() - FOOT_PX)
        made.look_at(room.fitted(bounds, MARGIN_PX).resized(SIZE.width(), SIZE.height()).panned(0, -FOOT_PX / 2))
    return made


def way(day: VehicleDay) -> TrackLine:
    """Return the believed fixes as a line that ends at every gap."""
    samples = Samples.of(day)
    fixes = samples.believed
    over = np.zeros(len(day.track), np.bool_)
    for episode in day.overspeed:
        over[episode.first : episode.last + 1] = True
    break_after = np.append(np.diff(samples.piece[fixes]) != 0, True) if len(fixes) else np.zeros(0, np.bool_)
    return TrackLine(day.track.lon_deg[fixes], day.track.lat_deg[fixes], break_after, over[fixes])


def _listed(numbers: Sequence[int]) -> str:
    said = ", ".join(map(str, numbers[:MOST_NUMBERS]))
    return f"{said} …" if len(numbers) > MOST_NUMBERS else said
