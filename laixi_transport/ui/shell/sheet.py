"""Sheets that lie over the window until a key or a click puts them away: the keys, and what the program is."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from laixi_transport.ui.actions import GLOBAL, Actions, Entry
from laixi_transport.ui.widgets.labels import dim, heading

AROUND_PX = 180
BETWEEN_PX = 40
VEIL = QColor(0, 0, 0, 120)


class Sheet(QWidget):
    """A veil over the window with a panel in its middle. It is gone when it is closed."""

    def __init__(self, title: str, window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._back = window.focusWidget()
        self.panel = QFrame()
        self.panel.setObjectName("panel")
        self.body = QVBoxLayout(self.panel)
        self.body.setContentsMargins(24, 18, 24, 18)
        self.body.setSpacing(12)
        row = QHBoxLayout()
        row.addWidget(heading(title))
        row.addStretch(1)
        row.addWidget(dim(self.tr("Esc closes")))
        self.body.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(48, 48, 48, 48)
        outer.addWidget(self.panel, 0, Qt.AlignmentFlag.AlignCenter)
        window.installEventFilter(self)
        self.setGeometry(window.rect())

    def open(self) -> None:
        """Show the sheet above everything."""
        self.show()
        self.raise_()
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:  # what lies under the sheet has no keys now
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1):
            self.put_away()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.put_away()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), VEIL)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def put_away(self) -> None:
        """Close and give the keyboard back to whom it belonged."""
        if self._back is not None:
            self._back.setFocus()
        self.close()


class KeySheet(Sheet):
    """Every action that has a key, by page, printed from the registry.

    pages   translated titles of the pages by id, in order of the navigation
    """

    def __init__(self, actions: Actions, pages: Mapping[str, str], window: QWidget) -> None:
        super().__init__(QCoreApplication.translate("KeySheet", "Keys"), window)
        groups = []
        for scope, name in {GLOBAL: self.tr("Everywhere"), **pages}.items():
            entries = [entry for entry in actions.entries(scope) if not entry.action.shortcut().isEmpty()]
            if entries:
                groups.append(self._group(name, entries))
        room = window.width() - AROUND_PX
        count = len(groups)  # of columns; the last one takes all that have none of their own
        while count > 1 and sum(_widths(groups, count)) + (count - 1) * BETWEEN_PX > room:
            count -= 1
        columns = QHBoxLayout()
        columns.setSpacing(BETWEEN_PX)
        content = QWidget()
        content.setObjectName("content")
        content.setLayout(columns)
        for at in range(count):
            column = QVBoxLayout()
            column.setSpacing(BETWEEN_PX // 2)
            for group in groups[at : at + 1] if at < count - 1 else groups[at:]:
                column.addWidget(group)
            column.addStretch(1)
            columns.addLayout(column)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setMinimumWidth(min(content.sizeHint().width() + 16, room))
        area.setMinimumHeight(min(content.sizeHint().height() + 4, window.height() - 220))
        self.body.addWidget(area)

    def _group(self, name: str, entries: list[Entry]) -> QWidget:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        title = QLabel(name)
        title.setObjectName("strong")
        title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for row, entry in enumerate(entries):
            keys = QHBoxLayout()
            keys.setSpacing(4)
            for sequence in entry.action.shortcuts():
                key = QLabel(sequence.toString())
                key.setObjectName("key")
                keys.addWidget(key)
            keys.addStretch(1)
            grid.addLayout(keys, row, 0)
            text = QLabel(entry.action.text().replace("…", ""))
            text.setToolTip(entry.action.toolTip())
            grid.addWidget(text, row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        return group


def _widths(groups: list[QWidget], count: int) -> list[int]:
    """Return how wide the columns are when the last one takes all groups that have none of their own."""
    widths = [group.sizeHint().width() for group in groups]
    return [*widths[: count - 1], max(widths[count - 1 :])]
