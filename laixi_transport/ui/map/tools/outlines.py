"""Shapes as paths of a view: what layers fill and tools stroke."""

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QPolygonF

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.domain.geofence import GeofenceKind
from laixi_transport.ui.map.drawing import Points, polygon
from laixi_transport.ui.map.projection import metres_per_unit, to_world
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.map.viewport import Viewport

ROUND = 96
"""Corners with which a circle is drawn."""
_TURN = np.linspace(0, 2 * math.pi, ROUND, endpoint=False)


def pixels(view: Viewport, lon_deg: tuple[float, ...], lat_deg: tuple[float, ...]) -> Points:
    """Return places as (n, 2) logical pixels of a view."""
    return np.column_stack(view.to_screen(*to_world(lon_deg, lat_deg)))


def pixel(view: Viewport, lon_deg: float, lat_deg: float) -> QPointF:
    """Return one place as a logical pixel of a view."""
    x, y = view.to_screen(*to_world(lon_deg, lat_deg))
    return QPointF(float(x), float(y))


def outline(shape: Shape, view: Viewport) -> QPainterPath:
    """Return the border of a shape in pixels of a view, closed; an unfinished one gives what there is of it."""
    path = QPainterPath()
    if not len(shape):
        return path
    if shape.kind is GeofenceKind.CIRCLE:
        path.addPolygon(polygon(_circle(shape, view)))
        path.closeSubpath()
        return path
    if shape.kind is GeofenceKind.CORRIDOR:
        return _corridor(shape, view)
    path.addPolygon(polygon(pixels(view, *shape.ring)))
    path.closeSubpath()
    return path


def line(shape: Shape, view: Viewport) -> QPolygonF:
    """Return the points of a shape in pixels of a view, not closed."""
    return polygon(pixels(view, *shape.ring))


def _circle(shape: Shape, view: Viewport) -> Points:
    [lon], [lat] = shape.lon_deg, shape.lat_deg
    east_m, north_m = metres_per_degree(lat)
    return np.column_stack(
        view.to_screen(
            *to_world(
                lon + shape.radius_m / float(east_m) * np.cos(_TURN),
                lat + shape.radius_m / float(north_m) * np.sin(_TURN),
            )
        )
    )


def _corridor(shape: Shape, view: Viewport) -> QPainterPath:
    path = QPainterPath()
    points = pixels(view, *shape.ring)
    if len(points) == 1:
        points = np.vstack((points, points + 0.01))
    path.addPolygon(polygon(points))
    _, y = to_world(0.0, sum(shape.lat_deg) / len(shape))
    stroker = QPainterPathStroker()
    stroker.setWidth(max(0.5, 2 * shape.radius_m / metres_per_unit(float(y)) * view.scale))
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(path).simplified()
