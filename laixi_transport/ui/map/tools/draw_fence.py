"""Drawing a new area."""

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from laixi_transport.domain.geofence import MAX_HALF_WIDTH_M, GeofenceKind, ShapeFault
from laixi_transport.domain.outline import crossing
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tools import fence_words, pen
from laixi_transport.ui.map.tools.outlines import line, outline, pixel
from laixi_transport.ui.map.tools.shape import Shape, round_radius
from laixi_transport.ui.map.tools.tool import SNAP_PX, MapTool, near
from laixi_transport.ui.map.viewport import Viewport

HALF_WIDTH_M = 30.0
"""Of a corridor at first: a main road with its verges."""
WIDER = 1.25
_DRAGGED = frozenset({GeofenceKind.CIRCLE, GeofenceKind.RECTANGLE})


class DrawFence(MapTool):
    """Circle and rectangle are dragged, or clicked twice; polygon and corridor are clicked point by point.

    half_width_m   of a corridor at first
    """

    finished = Signal(object)
    """Shape, without a fault."""

    def __init__(
        self, kind: GeofenceKind, *, half_width_m: float = HALF_WIDTH_M, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.name = f"draw_{kind}"
        self._half_width_m = half_width_m
        self._shape = self._empty()
        self._pressed: QPointF | None = None
        self._begin = (0.0, 0.0)  # longitude and latitude of the first corner
        self._refused: ShapeFault | None = None

    @property
    def shape(self) -> Shape:
        """What there is of it."""
        return self._shape

    def hint(self) -> str:
        match self.kind:
            case GeofenceKind.CIRCLE:
                return self.tr("Drag from the centre outwards · Esc leaves")
            case GeofenceKind.RECTANGLE:
                return self.tr("Drag from corner to corner · Esc leaves")
            case GeofenceKind.POLYGON:
                return self.tr(
                    "Click the corners · Backspace takes one back · the first corner, double click or Enter closes"
                )
        return self.tr(
            "Click along the road · [ and ] make it narrower and wider · Backspace takes a point back · "
            "double click or Enter ends"
        )

    def takes(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        undo = key == Qt.Key.Key_Z and bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        return undo or key in {
            Qt.Key.Key_Backspace,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Escape,
            Qt.Key.Key_BracketLeft,
            Qt.Key.Key_BracketRight,
        }

    # Hands

    def press(self, event: QMouseEvent, view: Viewport) -> bool:
        if event.button() == Qt.MouseButton.RightButton:
            self._take_back()
            return True
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        at = event.position()
        self._pointer, self._refused = at, None
        place = view.to_lon_lat(at.x(), at.y())
        if self.kind in _DRAGGED:
            if len(self._shape):  # the second click of two
                self._stretch(view)
                self._end()
            else:
                self._pressed = at
                self._shape = self._seed(place)
        elif len(self._shape) and near(at, pixel(view, self._shape.lon_deg[-1], self._shape.lat_deg[-1])):
            return True  # the first half of a double click
        elif self.kind is GeofenceKind.POLYGON and len(self._shape) > 2 and self._at_first(at, view):
            self._end()
        else:
            self._shape = self._shape.added(*place)
        self.changed.emit()
        return True

    def move(self, event: QMouseEvent, view: Viewport) -> bool:
        super().move(event, view)
        if self.kind in _DRAGGED and len(self._shape):
            self._stretch(view)
            self.changed.emit()
        return True

    def release(self, event: QMouseEvent, view: Viewport) -> bool:
        if self._pressed is None:
            return False
        dragged = not near(self._pressed, event.position())
        self._pressed = None
        if dragged and self.kind in _DRAGGED:
            self._pointer = event.position()
            self._stretch(view)
            self._end()
        return True

    def double_click(self, event: QMouseEvent, view: Viewport) -> bool:
        del view
        if event.button() == Qt.MouseButton.LeftButton and self.kind not in _DRAGGED:
            self._end()
        return True

    def key(self, event: QKeyEvent, view: Viewport) -> bool:
        del view
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Backspace:
                self._take_back()
            case Qt.Key.Key_Z if control:
                self._take_back()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._end()
            case Qt.Key.Key_Escape if len(self._shape):  # the first one gives up the shape, the next one the tool
                self._shape, self._pressed, self._refused = self._empty(), None, None
            case Qt.Key.Key_BracketLeft if self.kind is GeofenceKind.CORRIDOR:
                self._widen(1 / WIDER)
            case Qt.Key.Key_BracketRight if self.kind is GeofenceKind.CORRIDOR:
                self._widen(WIDER)
            case _:
                return False
        self.changed.emit()
        return True

    def finish(self) -> None:
        super().finish()
        self._shape, self._pressed, self._refused = self._empty(), None, None

    def _empty(self) -> Shape:
        return Shape(self.kind, radius_m=self._half_width_m if self.kind is GeofenceKind.CORRIDOR else 0.0)

    def _seed(self, place: tuple[float, float]) -> Shape:
        self._begin = place
        if self.kind is GeofenceKind.RECTANGLE:
            return Shape.between(self.kind, place, place)
        return self._empty().added(*place)

    def _stretch(self, view: Viewport) -> None:
        """Have what is dragged reach to the pointer."""
        if self._pointer is None:
            return
        place = view.to_lon_lat(self._pointer.x(), self._pointer.y())
        if self.kind is GeofenceKind.RECTANGLE:
            self._shape = Shape.between(self.kind, self._begin, place)
        else:
            self._shape = self._shape.dragged(list(self._shape.handles())[1], *place)  # by its rim

    def _at_first(self, at: QPointF, view: Viewport) -> bool:
        return near(at, pixel(view, self._shape.lon_deg[0], self._shape.lat_deg[0]), SNAP_PX)

    def _take_back(self) -> None:
        self._refused = None
        if self.kind in _DRAGGED:
            self._shape = self._empty()
        elif len(self._shape):
            self._shape = self._shape.removed(len(self._shape) - 1)
        self.changed.emit()

    def _widen(self, times: float) -> None:
        self._half_width_m = min(MAX_HALF_WIDTH_M, round_radius(self._half_width_m * times))
        self._shape = replace(self._shape, radius_m=self._half_width_m)

    def _end(self) -> None:
        """Hand the shape over; one that is none stays, and says why."""
        self._refused = self._shape.fault
        if self._refused is None:
            made, self._shape = self._shape, self._empty()
            self._pressed = None
            self.finished.emit(made)

    # Painting

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        del ratio
        if not len(self._shape):
            return
        shape = self._shape
        at = self._pointer
        closing = False
        if at is not None and self.kind not in _DRAGGED:
            closing = self.kind is GeofenceKind.POLYGON and len(shape) > 2 and self._at_first(at, view)
            if not closing:
                shape = shape.added(*view.to_lon_lat(at.x(), at.y()))
        fault = self._fault(shape)
        colour = style.high if fault is not None else style.accent
        border = outline(shape, view)
        pen.fill(painter, border, colour)
        if self.kind is GeofenceKind.POLYGON:
            pen.stroke(painter, border, style, colour, dashed=True)
            pen.stroke(painter, line(shape, view), style, colour)
        else:
            pen.stroke(painter, border, style, colour)
        if self.kind is GeofenceKind.CORRIDOR:
            pen.stroke(painter, line(shape, view), style, colour, dashed=True)
        for place, (lon, lat) in enumerate(zip(self._shape.lon_deg, self._shape.lat_deg, strict=True)):
            if self.kind is not GeofenceKind.RECTANGLE:
                held = closing and place == 0
                pen.handle(painter, pixel(view, lon, lat), style, colour, small=not held, held=held)
        if at is not None:
            word = fence_words.fault(fault) if fault is not None else ""
            lines = (word, *(fence_words.measures(shape) if len(shape) > 1 or shape.radius_m else ()))
            pen.words(painter, at, lines, style, colour=style.alarm_text if word else "")

    def _fault(self, shape: Shape) -> ShapeFault | None:
        """Return what must be told now: that a shape is not finished yet needs no telling."""
        if self._refused is not None and shape.fault is not None:
            return self._refused
        if self.kind is GeofenceKind.POLYGON and len(shape) > 3:
            found = crossing(shape.lon_deg, shape.lat_deg)
            if found is not None and len(shape) - 1 not in found:  # the last side is not drawn yet
                return ShapeFault.CROSSES_ITSELF
        return ShapeFault.TOO_LARGE if shape.fault is ShapeFault.TOO_LARGE else None
