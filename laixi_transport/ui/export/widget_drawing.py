"""Any chart of the window as a drawing: what its widget paints, recorded as lines and texts."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPicture, QRegion
from PySide6.QtWidgets import QWidget

from laixi_transport.ui.theme import Theme

MARGIN, TITLE = 16, 30


class WidgetDrawing:
    """A Drawing of a widget as it looks now, below a title; made on the window's thread, painted on any.

    Recorded and not grabbed: as SVG it stays lines, as PNG it is drawn anew in its sharpness.
    """

    def __init__(self, widget: QWidget, title: str, theme: Theme) -> None:
        self._shot = QPicture()
        painter = QPainter(self._shot)
        # Without the ground of the window, which would be recorded as a picture.
        widget.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag.DrawChildren)
        painter.end()
        self._title = title
        self._font = QFont(widget.font())
        self._font.setPixelSize(theme.text_px)
        self._font.setBold(True)
        self._ground, self._ink = QColor(theme.colour("panel")), QColor(theme.colour("text"))
        self._size = widget.size() + QSize(2 * MARGIN, 2 * MARGIN + TITLE)

    @property
    def size(self) -> QSize:
        """Return its size in logical pixels."""
        return self._size

    def paint(self, painter: QPainter) -> None:
        """Paint on the ground of the theme."""
        room = QRectF(0, 0, self._size.width(), self._size.height())
        painter.fillRect(room, self._ground)
        painter.setFont(self._font)
        painter.setPen(self._ink)
        line = room.adjusted(MARGIN, MARGIN, -MARGIN, 0)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), self._title)
        painter.drawPicture(MARGIN, MARGIN + TITLE, self._shot)
