"""A table whose rows change ten times a second."""

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCursor, QPainter, QPaintEvent

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.rows import RowsModel
from laixi_transport.ui.widgets.table import Table

PAD_PX = 9
ICON_PX = 16

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QuickTable(Table):
    """Paints its rows itself.

    By way of delegate and style sheet Qt asks the model some six hundred questions for a screenful, 20 ms, and each of
    them waits when another thread holds the interpreter; painted here it is one call and 2 ms.
    """

    def __init__(self, model: RowsModel[Any], theme: Theme, **options: Any) -> None:
        super().__init__(model, theme, **options)
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        count = self.rows.rowCount()
        if count == 0:
            super().paintEvent(event)
            return
        area = event.rect()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        last = count - 1 if last < 0 else last
        painter = QPainter(self.viewport())
        painter.fillRect(area, self._theme.colour("panel"))
        self._paint_grounds(painter, first, last)
        for at in range(len(self.rows.columns)):
            if not self.isColumnHidden(at):
                self._paint_column(painter, at, first, last)
        painter.end()

    def _paint_grounds(self, painter: QPainter, first: int, last: int) -> None:
        """Paint every second row, the row under the pointer and the selected ones."""
        width = self.viewport().width()
        under = -1
        if self.viewport().underMouse():
            under = self.rowAt(self.viewport().mapFromGlobal(QCursor.pos()).y())
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        raised, hover, selected = (self._theme.colour(name) for name in ("raised", "hover", "selected"))
        for row in range(first, last + 1):
            ground = selected if row in chosen else hover if row == under else raised if row % 2 else None
            if ground is not None:
                painter.fillRect(QRect(0, self.rowViewportPosition(row), width, self.rowHeight(row)), ground)

    def _paint_column(self, painter: QPainter, at: int, first: int, last: int) -> None:
        column = self.rows.columns[at]
        left, width = self.columnViewportPosition(at), self.columnWidth(at)
        if left > self.viewport().width() or left + width < 0:
            return
        align = int(_RIGHT if column.numeric else _LEFT)
        metrics = self.fontMetrics()
        pad, icon_px = self._theme.px(PAD_PX), self._theme.px(ICON_PX)
        pens = {"": self._theme.colour("text")}
        for row in range(first, last + 1):
            item = self.rows.row_at(row)
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            x, room = left + pad, width - 2 * pad
            icon = column.icon(item) if column.icon is not None else None
            if icon is not None:
                self._theme.icon(*icon).paint(painter, QRect(x, top, icon_px, height))
                x, room = x + icon_px + 6, room - icon_px - 6
            name = column.colour(item) if column.colour is not None else ""
            if name not in pens:
                pens[name] = self._theme.colour(name)
            painter.setPen(pens[name])
            text = metrics.elidedText(column.text(item), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(x, top, room, height), align, text)
