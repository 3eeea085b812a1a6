"""What moves over the timeline: the cursor, and beside the pointer what it points at."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.fonts import interface_font

KNOB_PX = 4.5
STRIP_PX = 7
PADDING_PX = 6
STEPS_A_PX = 4


class CursorOverlay(QWidget):
    """Lies over picture and curve and repaints only the strips that it leaves and enters."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._x: float | None = None
        self._top = 0.0
        self._pointer: tuple[float, float] | None = None
        self._lines: tuple[str, ...] = ()
        self._box = QRectF()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def set_cursor(self, x: float | None, top: float) -> None:
        """Put the cursor at a pixel; None hides it. ``top`` is where its knob sits."""
        if x is not None:  # a finer move is not seen, and costs a frame of the curve below
            x = round(x * STEPS_A_PX) / STEPS_A_PX
        if x == self._x and top == self._top:
            return
        self._update_strip(self._x)
        self._x, self._top = x, top
        self._update_strip(x)

    def point_at(self, place: tuple[float, float] | None, lines: tuple[str, ...] = ()) -> None:
        """Show a hair line and a readout at the pointer; None takes it away."""
        if self._pointer is not None:
            self._update_strip(self._pointer[0])
            self.update(self._box.toAlignedRect().adjusted(-1, -1, 1, 1))
        self._pointer, self._lines = place, lines
        if place is not None:
            self._box = self._place_box(place)
            self._update_strip(place[0])
            self.update(self._box.toAlignedRect().adjusted(-1, -1, 1, 1))

    @property
    def readout(self) -> str:
        """What is shown beside the pointer."""
        return "\n".join(self._lines) if self._pointer is not None else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._pointer is not None:
            x = round(self._pointer[0]) + 0.5
            painter.setPen(QPen(self._theme.colour("dim", 150), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, self._top), QPointF(x, self.height()))
        if self._x is not None:
            painter.setPen(QPen(self._theme.colour("text"), 1.4))
            painter.drawLine(QPointF(self._x, self._top), QPointF(self._x, self.height()))
            painter.setPen(QPen(self._theme.colour("panel"), 1))
            painter.setBrush(self._theme.colour("text"))
            painter.drawEllipse(QPointF(self._x, self._top), KNOB_PX, KNOB_PX)
        if self._pointer is not None and self._lines:
            painter.setPen(QPen(self._theme.colour("line"), 1))
            painter.setBrush(self._theme.colour("raised"))
            painter.drawRoundedRect(self._box, 4, 4)
            painter.setFont(interface_font(self._theme.small_px))
            painter.setPen(self._theme.colour("text"))
            inner = self._box.adjusted(PADDING_PX, PADDING_PX - 2, -PADDING_PX, -PADDING_PX + 2)
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self.readout)
        painter.end()

    def _update_strip(self, x: float | None) -> None:
        if x is not None:
            self.update(QRect(int(x) - STRIP_PX, 0, 2 * STRIP_PX + 1, self.height()))

    def _place_box(self, place: tuple[float, float]) -> QRectF:
        """Return where the readout fits: beside the pointer, never under it and never outside."""
        metrics = QFontMetricsF(interface_font(self._theme.small_px))
        width = max((metrics.horizontalAdvance(line) for line in self._lines), default=0.0) + 2 * PADDING_PX
        height = metrics.lineSpacing() * len(self._lines) + 2 * PADDING_PX - 4
        x = place[0] + 12 if place[0] + 12 + width <= self.width() else place[0] - 12 - width
        y = min(max(2.0, place[1] - height - 6), self.height() - height - 2)
        return QRectF(round(max(1.0, x)) + 0.5, round(y) + 0.5, round(width), round(height))
