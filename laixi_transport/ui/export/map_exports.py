"""The map as a file, on the clipboard or on paper."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from laixi_transport.services.export.summary import PROGRAM
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.map_picture import PictureTaker, StillMap
from laixi_transport.ui.export.paper import blocks
from laixi_transport.ui.export.paper.document import Document
from laixi_transport.ui.export.paper.ink import PaperTheme
from laixi_transport.ui.export.picture_dialog import PictureDialog
from laixi_transport.ui.export.places import file_name
from laixi_transport.ui.export.printing import open_preview
from laixi_transport.ui.map.canvas import MapCanvas
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages, logical_size
from laixi_transport.ui.theme import Theme

PRINT_RATIO = 3.0
MARGIN_PX = 12


class MapExports:
    """Pictures of one map, as it looks when they are asked for.

    moment  returns the Unix seconds that the map shows
    """

    def __init__(self, context: Context, canvas: MapCanvas, moment: Callable[[], float], page: QWidget) -> None:
        self._context = context
        self._canvas = canvas
        self._moment = moment
        self._page = page
        self._taker: PictureTaker | None = None

    def save(self) -> PictureDialog:
        """Open the dialog that saves a picture of the map or copies it."""
        title = QCoreApplication.translate("Export", "Save a picture of the map")
        name = file_name(QCoreApplication.translate("Export", "Map"), self._stamp().replace(":", ""))
        dialog = PictureDialog(self._context, title, name, self.take, parent=self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def print(self) -> None:
        """Show the map as a page to print, in the colours of paper."""
        self._taker = self._take(PRINT_RATIO, PaperTheme(parent=self._page), self._preview)

    def take(self, ratio: float, take: Callable[[QImage], None]) -> PictureTaker:
        """Hand over a picture as soon as it is drawn; keep what is returned until then."""
        return self._take(ratio, self._context.theme, take)

    def _take(self, ratio: float, theme: Theme, take: Callable[[QImage], None]) -> PictureTaker:
        size = self._canvas.size().expandedTo(QSize(320, 240))
        still = StillMap(theme, size, ratio)
        still.show_as(self._canvas)
        stamp, style = self._stamp(), MapStyle.of(theme)
        return PictureTaker(still, lambda image: take(stamped(image, stamp, style)))

    def _stamp(self) -> str:
        return f"{text.date_time(self._moment())} GMT+8"

    def _preview(self, image: QImage) -> None:
        self._taker = None
        open_preview(map_document(image, self._stamp()), self._page)


def stamped(image: QImage, stamp: str, style: MapStyle) -> QImage:
    """Return a picture of the map with the time that it shows in its upper corner."""
    ratio = image.devicePixelRatioF()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    words = TextImages().get(stamp, style.font(12, bold=True), style.text, style.ground, ratio)
    room = logical_size(words)
    ground = QColor(style.ground)
    ground.setAlpha(190)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(MARGIN_PX - 4, MARGIN_PX - 3, room.width() + 8, room.height() + 6), 3, 3)
    painter.drawImage(QPointF(MARGIN_PX, MARGIN_PX), words)
    painter.end()
    return image


def map_document(image: QImage, stamp: str) -> Document:
    """Return a picture of the map as a page of paper, A4 across."""
    title = QCoreApplication.translate("Export", "Map, {time}").format(time=stamp)
    size = image.deviceIndependentSize()

    def paint(painter: QPainter, room: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale = min(room.width() / size.width(), room.height() / size.height())
        wide, high = size.width() * scale, size.height() * scale
        painter.drawImage(QRectF(room.left() + (room.width() - wide) / 2, room.top(), wide, high), image)

    def make(width: float, _ink: object) -> list[blocks.Piece]:
        return [blocks.Piece(min(560.0, width * size.height() / size.width()), paint)]

    return Document(title=title, blocks=(blocks.heading(title), make), foot=PROGRAM, landscape=True)
