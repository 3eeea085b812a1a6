"""Words with a halo, painted once and kept."""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

HALO_PX = 1.3
PAD_PX = 3
STACK_STEP = 1.1
"""Sides of a sign from one of a stack to the next."""
_AROUND = tuple(
    (x * HALO_PX, y * HALO_PX)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
)


def text_size(text: str, metrics: QFontMetricsF) -> QSizeF:
    """Return the size in logical pixels of a text's image."""
    return QSizeF(metrics.horizontalAdvance(text) + 2 * PAD_PX, metrics.height() + 2 * PAD_PX)


def text_image(text: str, font: QFont, colour: str, halo: str, ratio: float) -> QImage:
    """Return the text on a transparent ground; ratio is that of the screen."""
    metrics = QFontMetricsF(font)
    base = QPointF(PAD_PX, PAD_PX + metrics.ascent())

    def draw(painter: QPainter) -> None:
        painter.setFont(font)
        _write(painter, [(base, text)], colour, halo)

    size = text_size(text, metrics)
    return drawn_image(size.width(), size.height(), ratio, draw)


def turned_image(text: str, font: QFont, colour: str, halo: str, ratio: float, turn_deg: float) -> QImage:
    """Return the text in a line turned clockwise, its middle in that of the image."""
    metrics = QFontMetricsF(font)
    wide, high = metrics.horizontalAdvance(text), metrics.ascent()
    turn = math.radians(turn_deg)
    across, down = abs(math.cos(turn)), abs(math.sin(turn))
    width, height = wide * across + high * down, wide * down + high * across

    def draw(painter: QPainter) -> None:
        painter.setFont(font)
        painter.translate(width / 2 + PAD_PX, height / 2 + PAD_PX)
        painter.rotate(turn_deg)
        _write(painter, [(QPointF(-wide / 2, metrics.ascent() - high / 2 - metrics.descent() / 2), text)], colour, halo)

    return drawn_image(width + 2 * PAD_PX, height + 2 * PAD_PX, ratio, draw)


def stacked_image(text: str, font: QFont, colour: str, halo: str, ratio: float, turn_deg: float) -> QImage:
    """Return the signs of the text upright, one after the other in a direction downwards (90: straight down)."""
    metrics = QFontMetricsF(font)
    side = metrics.horizontalAdvance(text[:1])
    turn = math.radians(turn_deg)
    dx, dy = math.cos(turn) * side * STACK_STEP, math.sin(turn) * side * STACK_STEP
    many = len(text) - 1
    width, height = abs(dx) * many + side, abs(dy) * many + metrics.ascent()
    left = PAD_PX + (0.0 if dx >= 0 else -dx * many)
    lowest = PAD_PX + metrics.ascent() - metrics.descent() / 2
    signs = [(QPointF(left + dx * at, lowest + dy * at), sign) for at, sign in enumerate(text)]

    def draw(painter: QPainter) -> None:
        painter.setFont(font)
        _write(painter, signs, colour, halo)

    return drawn_image(width + 2 * PAD_PX, height + 2 * PAD_PX, ratio, draw)


def _write(painter: QPainter, texts: Sequence[tuple[QPointF, str]], colour: str, halo: str) -> None:
    if halo:  # the text around itself: stroking its outline takes ten times as long
        painter.setPen(QColor(halo))
        for at, text in texts:
            for dx, dy in _AROUND:
                painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(QColor(colour))
    for at, text in texts:
        painter.drawText(at, text)


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
