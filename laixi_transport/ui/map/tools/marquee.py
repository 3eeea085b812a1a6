"""A rectangle drawn with the mouse, to choose what lies in it."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tools.tool import CLICK_PX, MapTool
from laixi_transport.ui.map.viewport import Viewport

Bounds = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


class Marquee(MapTool):
    """Drag a rectangle; it may be drawn again and again."""

    selected = Signal(object)
    """Bounds of what was drawn; None for a mere click, which chooses nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = "select"
        self._begin: QPointF | None = None

    def hint(self) -> str:
        return self.tr("Drag a rectangle · Shift does it at any time · Esc leaves")

    def takes(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        del modifiers
        return key == Qt.Key.Key_Escape

    def press(self, event: QMouseEvent, view: Viewport) -> bool:
        del view
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._begin = self._pointer = event.position()
        return True

    def release(self, event: QMouseEvent, view: Viewport) -> bool:
        if self._begin is None:
            return False
        box = QRectF(self._begin, event.position()).normalized()
        self._begin = None
        self.changed.emit()
        if max(box.width(), box.height()) < CLICK_PX:
            self.selected.emit(None)
            return True
        west, north = view.to_lon_lat(box.left(), box.top())
        east, south = view.to_lon_lat(box.right(), box.bottom())
        self.selected.emit((west, south, east, north))
        return True

    def key(self, event: QKeyEvent, view: Viewport) -> bool:
        del view
        if event.key() == Qt.Key.Key_Escape and self._begin is not None:
            self._begin = None
            return True
        return False

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        del view, ratio
        if self._begin is None or self._pointer is None:
            return
        box = QRectF(self._begin, self._pointer).normalized()
        tint = QColor(style.accent)
        tint.setAlpha(36)
        painter.setBrush(tint)
        painter.setPen(QPen(QColor(style.accent), 1.4))
        painter.drawRect(box)

    def finish(self) -> None:
        super().finish()
        self._begin = None
