"""What stands on the map without moving with it: scale bar, attribution, coordinates, the card of a vehicle."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from laixi_transport.ui import format as text
from laixi_transport.ui.map.style import MapStyle, density_ramp
from laixi_transport.ui.map.text_image import TextImages, logical_size
from laixi_transport.ui.map.viewport import Viewport

MARGIN_PX = 12
BAR_PX = 110
LEGEND_PX = 140
COPIED_PX = 200
"""Height of what is copied: room for the attribution in several lines of the largest text."""
GROUND_ALPHA = 190
"""How solid the ground under words at the edge is."""

_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Card:
    """What a vehicle says about itself when the pointer is on it."""

    title: str
    lines: tuple[str, ...] = ()
    alarm: bool = False  # the first line in the colour of an alarm


def scale_bar(metres_per_px: float, longest_px: float = BAR_PX) -> tuple[float, float]:
    """Return the longest round distance that fits, m, and its length, px."""
    longest_m = max(1e-6, metres_per_px * longest_px)
    power = 1e-3
    best = power
    while power <= longest_m:
        for step in _STEPS:
            if step * power <= longest_m:
                best = step * power
        power *= 10
    return best, best / metres_per_px


class Edge:
    """What lies along the lower edge: painted when it changes, copied into every frame."""

    def __init__(self) -> None:
        self._painted: object = None
        self._copy = QImage()
        self._top = 0

    def paint(
        self,
        painter: QPainter,
        view: Viewport,
        style: MapStyle,
        texts: TextImages,
        ratio: float,
        *,
        attribution: Sequence[str],
        where: str,
    ) -> None:
        """Paint the attribution on the left, coordinates (``where``) and the scale on the right."""
        metres, length = scale_bar(view.metres_per_px)
        begin = max(0, view.height - COPIED_PX)
        shown = (tuple(attribution), where, metres, round(length * ratio), view.width, view.height, style, ratio)
        if shown != self._painted:
            self._painted = shown
            size = QSize(math.ceil(view.width * ratio), math.ceil((view.height - begin) * ratio))
            if self._copy.size() != size:
                self._copy = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._copy.setDevicePixelRatio(ratio)
            self._copy.fill(Qt.GlobalColor.transparent)
            onto = QPainter(self._copy)
            onto.setRenderHint(QPainter.RenderHint.Antialiasing)
            onto.translate(0, -begin)
            self._top = max(begin, math.floor(_paint_edge(onto, view, style, texts, ratio, attribution, where)))
            onto.end()
        source = QRectF(0, (self._top - begin) * ratio, view.width * ratio, (view.height - self._top) * ratio)
        painter.drawImage(QRectF(0, self._top, view.width, view.height - self._top), self._copy, source)


def _paint_edge(
    painter: QPainter,
    view: Viewport,
    style: MapStyle,
    texts: TextImages,
    ratio: float,
    attribution: Sequence[str],
    where: str,
) -> float:
    """Paint it and return how high up it reaches."""
    metres, length = scale_bar(view.metres_per_px)
    painter.setFont(style.font(11))
    metrics = painter.fontMetrics()
    label = _distance(metres)
    baseline = view.height - MARGIN_PX
    right = view.width - MARGIN_PX - metrics.horizontalAdvance(label)
    left = right - 4 - length
    if left - 16 - metrics.horizontalAdvance(where) < MARGIN_PX:
        where = ""  # half a coordinate says a wrong one
    # In steps, so that the ground does not tremble as the pointer moves.
    edge = left - 16 - (math.ceil(metrics.horizontalAdvance(where) / 12) * 12 if where else 0)
    ground = QColor(style.ground)
    ground.setAlpha(GROUND_ALPHA)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    height = metrics.height()
    top, begin = baseline - height / 2 - 7, edge if where else left  # in one line with the attribution
    painter.drawRoundedRect(QRectF(begin - 7, top, view.width - MARGIN_PX - begin + 13, height + 6), 3, 3)
    painter.setPen(QColor(style.label))
    text_y = round(top + 3 + metrics.ascent())
    painter.drawText(QPointF(round(right), text_y), label)
    if where:
        painter.drawText(QPointF(round(left - 16 - metrics.horizontalAdvance(where)), text_y), where)
    painter.setPen(QPen(QColor(style.label), 1.4, c=Qt.PenCapStyle.FlatCap))
    y = text_y - 0.5
    painter.drawPolyline([QPointF(left, y - 4), QPointF(left, y), QPointF(right - 6, y), QPointF(right - 6, y - 4)])
    room = view.width - 2 * MARGIN_PX
    return min(top, _paint_attribution(painter, attribution, baseline, edge - 16, room, style, texts, ratio)) - 2


def _paint_attribution(
    painter: QPainter,
    parts: Sequence[str],
    baseline: float,
    limit: float,
    room: float,
    style: MapStyle,
    texts: TextImages,
    ratio: float,
) -> float:
    """Paint the parts in one line, or in several where the view is narrow, none left out or cut; return their top."""
    font = style.font(11)
    pieces = [piece for part in parts if part for piece in _pieces(part, QFontMetricsF(font), room - 4)]
    images = [texts.get(piece, font, style.label, style.ground, ratio) for piece in pieces]
    if not images:
        return baseline
    width = sum(logical_size(image).width() for image in images) + 4 * (len(images) - 1)
    height = logical_size(images[0]).height()
    x, y = float(MARGIN_PX), baseline - height / 2 - 4
    ground = QColor(style.ground)
    ground.setAlpha(GROUND_ALPHA)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    lines = [images]
    if MARGIN_PX + width > limit:
        y -= height * 0.9  # the lowest line belongs to the scale
        lines = _lines(images, room)
    widest = max(sum(logical_size(image).width() + 4 for image in line) - 4 for line in lines)
    top = y - height * 0.9 * (len(lines) - 1)
    painter.drawRoundedRect(QRectF(x - 4, top, widest + 8, y + height - top), 3, 3)
    for line in reversed(lines):
        x = float(MARGIN_PX)
        for image in line:
            painter.drawImage(_whole(x, y, ratio), image)
            x += logical_size(image).width() + 4
        y -= height * 0.9
    return top


def _pieces(part: str, metrics: QFontMetricsF, room: float) -> list[str]:
    """Break a text that is wider than the room between its words."""
    if metrics.horizontalAdvance(part) <= room:
        return [part]
    pieces: list[str] = []
    for word in part.split():
        longer = f"{pieces[-1]} {word}" if pieces else word
        if pieces and metrics.horizontalAdvance(longer) <= room:
            pieces[-1] = longer
        else:
            pieces.append(word)
    return pieces


def _lines(images: Sequence[QImage], room: float) -> list[list[QImage]]:
    """Put as many images in a line as fit."""
    lines: list[list[QImage]] = []
    left = 0.0
    for image in images:
        width = logical_size(image).width() + 4
        if not lines or width > left + 4:
            lines.append([])
            left = room
        lines[-1].append(image)
        left -= width
    return lines


def paint_legend(painter: QPainter, style: MapStyle, texts: TextImages, ratio: float, words: str, top: int) -> None:
    """Paint what the colours of a density stand for, in the left upper corner: from one pass to ``top``."""
    colours, _ = density_ramp(style)
    font = style.font(11)
    title, low, high = (
        texts.get(said, font, style.label, style.ground, ratio) for said in (words, "1", text.number(top))
    )
    x, y, line = float(MARGIN_PX), float(MARGIN_PX), logical_size(title).height()
    ground = QColor(style.ground)
    ground.setAlpha(245)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    width = max(LEGEND_PX, logical_size(title).width())
    painter.drawRoundedRect(QRectF(x - 4, y - 2, width + 8, 2 * line + 12), 3, 3)
    painter.drawImage(_whole(x, y, ratio), title)
    ramp = QImage(colours.data, len(colours), 1, 4 * len(colours), QImage.Format.Format_RGB32)
    painter.drawImage(QRectF(x, y + line, LEGEND_PX, 6), ramp)
    painter.drawImage(_whole(x - 3, y + line + 6, ratio), low)
    painter.drawImage(_whole(x + LEGEND_PX - logical_size(high).width() + 3, y + line + 6, ratio), high)


def paint_card(
    painter: QPainter, at: tuple[float, float], card: Card, gap_px: float, view: Viewport, style: MapStyle
) -> None:
    """Paint a card beside a point, on the side where there is room."""
    title_font, font = style.font(13, bold=True), style.font(12)
    title_metrics, metrics = QFontMetricsF(title_font), QFontMetricsF(font)
    width = max(
        title_metrics.horizontalAdvance(card.title), *(metrics.horizontalAdvance(line) for line in card.lines), 60.0
    )
    width += 20
    height = title_metrics.height() + len(card.lines) * (metrics.height() + 2) + 14
    x = at[0] + gap_px if at[0] + gap_px + width < view.width - 4 else at[0] - gap_px - width
    y = at[1] - height - 6 if at[1] - height - 6 > 4 else at[1] + 8
    box = QRectF(round(x) + 0.5, round(y) + 0.5, width, height)
    painter.setPen(QPen(QColor(style.line), 1.0))
    painter.setBrush(QColor(style.panel))
    painter.drawRoundedRect(box, 4, 4)
    top = box.top() + 7
    painter.setFont(title_font)
    painter.setPen(QColor(style.text))
    painter.drawText(QPointF(box.left() + 10, top + title_metrics.ascent()), card.title)
    top += title_metrics.height() + 2
    painter.setFont(font)
    for place, line in enumerate(card.lines):
        painter.setPen(
            QColor(style.alarm_text if card.alarm and place == 0 else style.text if place == 0 else style.dim)
        )
        painter.drawText(QPointF(box.left() + 10, top + metrics.ascent()), line)
        top += metrics.height() + 2


def paint_message(painter: QPainter, view: Viewport, message: str, style: MapStyle) -> None:
    """Paint a quiet sentence in the upper part of the view, off the vehicles and ways that it is fitted to."""
    painter.setFont(style.font(13))
    painter.setPen(QColor(style.dim))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(QRectF(60, 14, view.width - 120, view.height), flags, message)


def _distance(metres: float) -> str:
    if metres < 1:
        return f"{metres * 100:.3g} cm"
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.0f} km"


def _whole(x: float, y: float, ratio: float) -> QPointF:
    return QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio)
