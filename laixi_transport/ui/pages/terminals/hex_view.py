"""Bytes in rows, some of them lit; a click on a byte tells which one it is."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from laixi_transport.ui.theme import Theme

PAD_PX = 8
BAR_PX = 12
WAYS = ((16, True), (8, True), (8, False))
"""Bytes in a row and whether the printable signs stand beside them, from the widest to the narrowest."""
_PRINTABLE = range(0x21, 0x7F)


class HexView(QAbstractScrollArea):
    """Offsets left, bytes in the middle, what is printable of them right; as many in a row as there is room for."""

    byte_clicked = Signal(int)
    """Offset of a byte."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._data = b""
        self._plain = (0, 0)
        self._lit = (0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Bytes"))
        self.setMinimumWidth(self.width_of(*WAYS[-1]))
        theme.changed.connect(self.viewport().update)

    @property
    def lit(self) -> tuple[int, int]:
        """The lit bytes: from, up to and without."""
        return self._lit

    @property
    def data(self) -> bytes:
        """The bytes that are shown."""
        return self._data

    def show_bytes(self, data: bytes, body: tuple[int, int] | None = None) -> None:
        """Show bytes; those outside of the body (from, up to) are dim."""
        self._data = data
        self._plain = body if body is not None else (0, len(data))
        self._lit = (0, 0)
        self.verticalScrollBar().setValue(0)
        self._measure()
        self.viewport().update()

    def light(self, begin: int, end: int) -> None:
        """Light the bytes of a field and scroll to them."""
        self._lit = (begin, end)
        if end > begin:
            bar = self.verticalScrollBar()
            top, bottom = begin // self.per_row * self._row_px, (end - 1) // self.per_row * self._row_px + self._row_px
            if bottom > bar.value() + self.viewport().height():
                bar.setValue(bottom - self.viewport().height())
            if top < bar.value():
                bar.setValue(top)
        self.viewport().update()

    @property
    def per_row(self) -> int:
        """Bytes in a row."""
        return self._way[0]

    @property
    def _way(self) -> tuple[int, bool]:
        room = self.viewport().width()
        return next((way for way in WAYS if room >= self.width_of(*way) - BAR_PX), WAYS[-1])

    def width_for(self, room: int, beside: Sequence[int]) -> int:
        """Return the width to take of some room, so that what stands beside has what it needs for each of the ways."""
        for way, needed in zip(WAYS, beside, strict=True):
            if room - self.width_of(*way) >= needed:
                return self.width_of(*way)
        return self.width_of(*WAYS[-1])

    def width_of(self, per_row: int, signs: bool) -> int:
        """Return the width of one of the ways, with its scroll bar."""
        width = 2 * PAD_PX + self._offset_px + per_row * self._byte_px + per_row // 8 * 6 + BAR_PX
        return width + (per_row * self._sign_px + 6 if signs else 0)

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(*WAYS[1]), 8 * self._row_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width_of(*WAYS[-1]), 3 * self._row_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._byte_at(event.position().toPoint())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.byte_clicked.emit(at)
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        theme, row_px = self._theme, self._row_px
        per_row, signs = self._way
        painter.fillRect(event.rect(), theme.colour("panel"))
        scrolled = self.verticalScrollBar().value()
        text, dim, accent = theme.colour("text"), theme.colour("dim"), theme.colour("accent")
        ground = QColor(accent)
        ground.setAlpha(60)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        first = max(0, (scrolled + event.rect().top()) // row_px)
        last = min((len(self._data) - 1) // per_row, (scrolled + event.rect().bottom()) // row_px)
        for row in range(first, last + 1):
            top = row * row_px - scrolled
            painter.setPen(dim)
            offset = QRect(PAD_PX, top, self._offset_px, row_px)
            painter.drawText(
                offset, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), f"{row * per_row:04X}"
            )
            for at in range(row * per_row, min((row + 1) * per_row, len(self._data))):
                cell, sign = self._cell(at, top), self._sign(at, top)
                lit = self._lit[0] <= at < self._lit[1]
                if lit:
                    wide = cell.adjusted(0, 1, 0, -1)
                    painter.fillRect(wide, ground)
                    if signs:
                        painter.fillRect(sign.adjusted(0, 1, 0, -1), ground)
                within = self._plain[0] <= at < self._plain[1]
                painter.setPen(text if within or lit else dim)
                painter.drawText(cell, centre, f"{self._data[at]:02x}")
                if not signs:
                    continue
                byte = self._data[at]
                painter.setPen(text if byte in _PRINTABLE and (within or lit) else dim)
                painter.drawText(sign, centre, chr(byte) if byte in _PRINTABLE else "·")
        if signs and self._data:
            painter.setPen(theme.colour("line"))
            left = self._left_of_signs - 5
            painter.drawLine(left, 0, left, self.viewport().height())
        painter.end()

    @property
    def _row_px(self) -> int:
        return self.fontMetrics().height() + 5

    @property
    def _byte_px(self) -> int:
        return self.fontMetrics().horizontalAdvance("00") + 6

    @property
    def _sign_px(self) -> int:
        return self.fontMetrics().horizontalAdvance("W") - 1

    @property
    def _offset_px(self) -> int:
        return self.fontMetrics().horizontalAdvance("0000") + 8

    @property
    def _left_of_signs(self) -> int:
        per_row = self.per_row
        return PAD_PX + self._offset_px + per_row * self._byte_px + per_row // 8 * 6 + 6

    def _cell(self, at: int, top: int) -> QRect:
        place = at % self.per_row
        left = PAD_PX + self._offset_px + place * self._byte_px + place // 8 * 6
        return QRect(left, top, self._byte_px, self._row_px)

    def _sign(self, at: int, top: int) -> QRect:
        return QRect(self._left_of_signs + at % self.per_row * self._sign_px, top, self._sign_px, self._row_px)

    def _byte_at(self, place: QPoint) -> int | None:
        row = (place.y() + self.verticalScrollBar().value()) // self._row_px
        for at in range(row * self.per_row, min((row + 1) * self.per_row, len(self._data))):
            top = row * self._row_px - self.verticalScrollBar().value()
            if self._cell(at, top).contains(place) or (self._way[1] and self._sign(at, top).contains(place)):
                return at
        return None

    def _measure(self) -> None:
        rows = (len(self._data) + self.per_row - 1) // self.per_row
        room = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setPageStep(room)
        bar.setSingleStep(self._row_px)
        bar.setRange(0, max(0, rows * self._row_px - room))
