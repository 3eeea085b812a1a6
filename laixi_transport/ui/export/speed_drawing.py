"""The speed curve of a vehicle as a picture of its own: title, curve, times."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.ui import format as text
from laixi_transport.ui.export.day_sheet.speed_curve import paint_speed_curve
from laixi_transport.ui.export.paper.ink import HEADING, Ink
from laixi_transport.ui.timeline.axis import Span

SIZE = QSize(1200, 400)
MARGIN, TITLE = 16.0, 26.0


class SpeedDrawing:
    """A Drawing of the speed over a span of time."""

    def __init__(self, day: VehicleDay, span: Span) -> None:
        self._day = day
        self._span = span

    @property
    def size(self) -> QSize:
        """Return its size in logical pixels."""
        return SIZE

    def paint(self, painter: QPainter) -> None:
        """Paint on white."""
        ink = Ink()
        room = QRectF(0, 0, SIZE.width(), SIZE.height())
        painter.fillRect(room, ink.colour("panel"))
        room = room.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.setFont(ink.font(HEADING, bold=True))
        painter.setPen(ink.colour("text"))
        span = self._span
        name = f"{text.plate(self._day.vehicle.name)}  {text.date_time(span.begin_s)} – {text.date_time(span.end_s)}"
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), name)
        paint_speed_curve(painter, room.adjusted(0, TITLE, 0, 0), self._day, span, ink)
