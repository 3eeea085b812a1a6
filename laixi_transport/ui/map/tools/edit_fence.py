"""Changing the shape of an area by its handles."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from laixi_transport.domain.geofence import GeofenceKind
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tools import fence_words, pen
from laixi_transport.ui.map.tools.outlines import line, outline, pixel
from laixi_transport.ui.map.tools.shape import Grip, Handle, History, Shape
from laixi_transport.ui.map.tools.tool import MapTool, near
from laixi_transport.ui.map.viewport import Viewport

REACH_PX = 9.0
CROWDED_PX = 26.0
"""Sides shorter than this carry no handle in their middle."""


class EditFence(MapTool):
    """Corners are dragged, sides grow new ones from their middle, the cross moves everything, Del takes a corner away.

    What it does not take moves the map as ever: whoever edits looks around as well.
    """

    shaped = Signal(object)
    """Shape after each change, also while a handle is dragged."""

    def __init__(self, shape: Shape, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = "edit"
        self._history = History(shape)
        self._drag: Handle | None = None
        self._dragged: Shape | None = None
        self._hovered: Handle | None = None
        self._chosen: int | None = None  # vertex that Del takes away

    @property
    def shape(self) -> Shape:
        """The shape as it is now."""
        return self._dragged or self._history.shape

    @property
    def changed_by_hand(self) -> bool:
        """Whether it is another than at first."""
        return self._history.changed or self._dragged is not None

    def hint(self) -> str:
        return self.tr("Drag corners, sides and the cross · Del removes a corner · Ctrl+Z undoes · Ctrl+S saves")

    def takes(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return key in {Qt.Key.Key_Z, Qt.Key.Key_Y}
        return key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} or (key == Qt.Key.Key_Escape and self._drag is not None)

    def put(self, shape: Shape) -> None:
        """Take a change that is being typed elsewhere, such as a radius in a form."""
        self._history.amend(shape)
        self.changed.emit()

    def undo(self) -> bool:
        """Go one change back; False where there is none."""
        return self._went(self._history.undo())

    def redo(self) -> bool:
        """Go one change forth; False where there is none."""
        return self._went(self._history.redo())

    def _went(self, went: bool) -> bool:
        if went:
            self._chosen = self._hovered = None
            self.shaped.emit(self.shape)
            self.changed.emit()
        return went

    # Hands

    def press(self, event: QMouseEvent, view: Viewport) -> bool:
        found = self._under(event.position(), view)
        if event.button() == Qt.MouseButton.RightButton:
            if found is not None and found.grip is Grip.VERTEX:
                self._remove(found.index)
            return found is not None
        if event.button() != Qt.MouseButton.LeftButton or found is None:
            self._chosen = None
            return False
        self._drag, self._dragged = found, None
        self._chosen = found.index if found.grip is Grip.VERTEX else None
        self._pointer = event.position()
        return True

    def move(self, event: QMouseEvent, view: Viewport) -> bool:
        super().move(event, view)
        if self._drag is None:
            self._hovered = self._under(event.position(), view)
            return self._hovered is not None
        at = event.position()
        if self._dragged is None and near(at, pixel(view, self._drag.lon_deg, self._drag.lat_deg), 3.0):
            return True
        self._dragged = self._history.shape.dragged(self._drag, *view.to_lon_lat(at.x(), at.y()))
        self.shaped.emit(self._dragged)
        self.changed.emit()
        return True

    def release(self, event: QMouseEvent, view: Viewport) -> bool:
        if self._drag is None:
            return False
        drag, dragged = self._drag, self._dragged
        self._drag = self._dragged = None
        if dragged is not None:
            self._history.push(dragged)
            self._chosen = drag.index + 1 if drag.grip is Grip.BETWEEN else self._chosen
            self.shaped.emit(self.shape)
        self._hovered = self._under(event.position(), view)
        self.changed.emit()
        return True

    def double_click(self, event: QMouseEvent, view: Viewport) -> bool:
        return self._under(event.position(), view) is not None

    def key(self, event: QKeyEvent, view: Viewport) -> bool:
        del view
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                hovered = self._hovered
                if hovered is not None and hovered.grip is Grip.VERTEX:
                    self._remove(hovered.index)
                elif self._chosen is not None:
                    self._remove(self._chosen)
                else:
                    return False
            case Qt.Key.Key_Z if control and not shift:
                self.undo()
            case Qt.Key.Key_Z | Qt.Key.Key_Y if control:
                self.redo()
            case Qt.Key.Key_Escape if self._drag is not None:
                self._drag = self._dragged = None
                self.shaped.emit(self.shape)
            case _:
                return False
        return True

    def cursor(self) -> Qt.CursorShape:
        held = self._drag or self._hovered
        if held is None:
            return Qt.CursorShape.ArrowCursor
        match held.grip:
            case Grip.WHOLE:
                return Qt.CursorShape.SizeAllCursor
            case Grip.RIM:
                return Qt.CursorShape.SizeHorCursor
            case Grip.BETWEEN:
                return Qt.CursorShape.CrossCursor
        return Qt.CursorShape.PointingHandCursor

    def finish(self) -> None:
        super().finish()
        self._drag = self._dragged = self._hovered = None

    def _remove(self, index: int) -> None:
        if self.shape.can_lose_a_vertex:
            self._history.push(self._history.shape.removed(index))
            self._chosen = self._hovered = None
            self.shaped.emit(self.shape)
            self.changed.emit()

    def _under(self, at: QPointF, view: Viewport) -> Handle | None:
        """Return the nearest handle under a place; those of corners win over those between them."""
        found: list[tuple[int, float, Handle]] = []
        for handle in self._shown(view):
            gap = pixel(view, handle.lon_deg, handle.lat_deg) - at
            away = gap.x() ** 2 + gap.y() ** 2
            if away <= REACH_PX**2:
                found.append((handle.grip is Grip.BETWEEN, away, handle))
        return min(found, key=lambda entry: entry[:2])[2] if found else None

    def _shown(self, view: Viewport) -> list[Handle]:
        """Return the handles that there is room for."""
        handles = list(self.shape.handles())
        corners = [pixel(view, *corner) for corner in zip(*self.shape.ring, strict=True)]
        shown = []
        for handle in handles:
            if handle.grip is Grip.BETWEEN:
                gap = corners[(handle.index + 1) % len(corners)] - corners[handle.index]
                if gap.manhattanLength() < CROWDED_PX:
                    continue
            shown.append(handle)
        return shown

    # Painting

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        del ratio
        shape = self.shape
        fault = shape.fault
        colour = style.high if fault is not None else style.accent
        border = outline(shape, view)
        pen.fill(painter, border, colour, 26)
        pen.stroke(painter, border, style, colour)
        if shape.kind is GeofenceKind.CORRIDOR:
            pen.stroke(painter, line(shape, view), style, colour, dashed=True)
        elif shape.kind is GeofenceKind.CIRCLE:
            rim = list(shape.handles())[1]
            ends = (pixel(view, *shape.middle), pixel(view, rim.lon_deg, rim.lat_deg))
            painter.drawLine(*ends)
        for handle in reversed(self._shown(view)):
            at = pixel(view, handle.lon_deg, handle.lat_deg)
            held = handle in (self._drag, self._hovered)
            if handle.grip is Grip.WHOLE:
                pen.cross(painter, at, style, colour, held=held)
            else:
                chosen = handle.grip is Grip.VERTEX and handle.index == self._chosen
                pen.handle(painter, at, style, colour, small=handle.grip is Grip.BETWEEN, held=held or chosen)
        if fault is not None:
            top = border.boundingRect()
            at = self._pointer if self._drag is not None and self._pointer is not None else top.center()
            pen.words(painter, at, (fence_words.fault(fault),), style, colour=style.alarm_text)
        elif self._drag is not None and self._pointer is not None:
            pen.words(painter, self._pointer, fence_words.measures(shape), style)
