"""What gives way where there is little room: a column shows one panel at a time, a row drops what it can spare."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QToolButton, QVBoxLayout, QWidget

from laixi_transport.ui.widgets.scrolling import scrolled

GAP_PX = 8


class FoldingColumn(QWidget):
    """Panels one below the other; where that would squeeze them, one at a time below a row of buttons.

    above     always there
    first     keeps its height; where even alone it has no room, it scrolls
    last      takes the room that is left; it scrolls by itself
    titles    translated names of the two, for the buttons
    last_px   less room than this for the last one, and the column folds
    """

    def __init__(
        self, above: Sequence[QWidget], first: QWidget, last: QWidget, titles: tuple[str, str], last_px: int
    ) -> None:
        super().__init__()
        self._above = tuple(above)
        self._first, self._last = first, last
        self._last_px = last_px
        self.folded = False
        self._scroll = scrolled()
        self._tabs = QWidget()
        row = QHBoxLayout(self._tabs)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        for place, title in enumerate(titles):
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, place)
            row.addWidget(button)
        row.addStretch(1)
        self._group.button(1).setChecked(True)
        self._group.idToggled.connect(lambda _place, on: self._show() if on else None)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP_PX)
        for widget in self._above:
            self._column.addWidget(widget)
        self._column.addWidget(self._tabs)
        self._column.addWidget(self._scroll, 1)
        self._column.addWidget(first)
        self._column.addWidget(last, 1)
        self._show()

    @property
    def full_px(self) -> int:
        """The height from which everything is shown at once."""
        first = self._first.heightForWidth(self.width()) if self._first.hasHeightForWidth() else -1
        if first < 0:
            first = self._first.sizeHint().height()
        return self._above_px() + first + GAP_PX + self._last_px

    def bring(self, panel: QWidget) -> None:
        """Show one of the two panels; while both are shown this does nothing."""
        self._group.button(0 if panel is self._first else 1).setChecked(True)

    def minimumSizeHint(self) -> QSize:
        panels = (*self._above, self._first, self._last)
        width = max(panel.minimumSizeHint().width() for panel in panels)
        tabs = self._tabs.sizeHint().height() + GAP_PX
        return QSize(max(width, self.minimumWidth()), self._above_px() + tabs + self._last.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self.height() < self.full_px
        if folded != self.folded:
            self.folded = folded
            self._show()

    def _above_px(self) -> int:
        return sum(widget.sizeHint().height() + GAP_PX for widget in self._above)

    def _show(self) -> None:
        chosen = self._group.checkedId()
        if self.folded and self._scroll.widget() is None:
            self._scroll.setWidget(self._first)
        elif not self.folded and self._scroll.widget() is not None:
            self._scroll.takeWidget()
            self._column.insertWidget(self._column.indexOf(self._last), self._first)
        self._first.show()
        self._tabs.setVisible(self.folded)
        self._scroll.setVisible(self.folded and chosen == 0)
        self._last.setVisible(not self.folded or chosen == 1)


class Narrowing:
    """Lays a row out in the first of several ways that fits.

    row      whose smallest width decides
    levels   each lays the row out; the widest first
    """

    def __init__(self, row: QLayout, levels: Sequence[Callable[[], None]]) -> None:
        self._row = row
        self._levels = tuple(levels)
        self.level = 0
        self._fitting = False
        self._width = -1

    def fit(self, width: int) -> None:
        """Choose the way for a width, px; call it when the row is resized and when something in it has grown."""
        if self._fitting:  # hiding a widget may have the row laid out, and so resized, at once
            return
        if width == self._width and self._row.minimumSize().width() <= width:
            return
        self._width = width
        self._fitting = True
        place = self._row.geometry()
        try:
            self._choose(width)
        finally:
            self._fitting = False
        if not place.isNull():  # else it is about to be laid out anyway
            self._row.invalidate()
            self._row.setGeometry(place)  # now: a layout that is just being carried out does not ask for another one

    def _choose(self, width: int) -> None:
        for level, lay_out in enumerate(self._levels):
            self.level = level
            lay_out()
            self._row.invalidate()
            if self._row.minimumSize().width() <= width:
                return
