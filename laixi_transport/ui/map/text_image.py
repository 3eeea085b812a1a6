"""Words with a halo, painted once and kept."""

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

HALO_PX = 1.3
PAD_PX = 3
_AROUND = tuple(
    (x * HALO_PX, y * HALO_PX)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
)


def text_image(text: str, font: QFont, colour: str, halo: str, ratio: float) -> QImage:
    """Return the text on a transparent ground; ratio is that of the screen."""
    metrics = QFontMetricsF(font)
    base = QPointF(PAD_PX, PAD_PX + metrics.ascent())

    def draw(painter: QPainter) -> None:
        painter.setFont(font)
        if halo:  # the text around itself: stroking its outline takes ten times as long
            painter.setPen(QColor(halo))
            for dx, dy in _AROUND:
                painter.drawText(base + QPointF(dx, dy), text)
        painter.setPen(QColor(colour))
        painter.drawText(base, text)

    return drawn_image(metrics.horizontalAdvance(text) + 2 * PAD_PX, metrics.height() + 2 * PAD_PX, ratio, draw)


def drawn_image(width: float, height: float, ratio: float, draw: Callable[[QPainter], None]) -> QImage:
    """Return what ``draw`` paints on a transparent ground of a size in logical pixels."""
    image = QImage(
        max(1, round(width * ratio)), max(1, round(height * ratio)), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return image


class TextImages:
    """Keeps the newest images."""

    def __init__(self, limit: int = 1500) -> None:
        self._kept: OrderedDict[tuple[str, str, str, str, float], QImage] = OrderedDict()
        self._limit = limit

    def has(self, text: str, font: QFont, colour: str, halo: str, ratio: float) -> bool:
        """Whether the image is there already."""
        return (text, font.key(), colour, halo, ratio) in self._kept

    def get(self, text: str, font: QFont, colour: str, halo: str, ratio: float) -> QImage:
        """Return the image of a text, painted at the first call."""
        key = (text, font.key(), colour, halo, ratio)
        return self.kept(key, lambda: text_image(text, font, colour, halo, ratio))

    def kept(self, key: tuple[str, str, str, str, float], make: Callable[[], QImage]) -> QImage:
        """Return the image of a key, made at the first call."""
        image = self._kept.get(key)
        if image is None:
            image = self._kept[key] = make()
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return image


def logical_size(image: QImage) -> QSizeF:
    """Return the size in logical pixels."""
    return image.deviceIndependentSize()
