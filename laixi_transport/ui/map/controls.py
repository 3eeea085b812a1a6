"""Buttons that lie on the map."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QToolButton, QWidget

from laixi_transport.ui.theme import Theme

BUTTON_PX = 30
MARGIN_PX = 12
EDGE_PX = 20
"""Height of the line below with the scale, which stays free."""


class MapControls(QFrame):
    """Small buttons in the right upper corner: one column, or more where the map is too low for it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mapControls")
        self._theme = theme
        self._buttons: list[tuple[QToolButton, str]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._rows = 0
        theme.changed.connect(self._repaint)
        self._repaint()

    def add(self, icon: str, hint: str, run: Callable[[], object], *, checkable: bool = False) -> QToolButton:
        """Add a button; ``hint`` is translated and names the key."""
        button = QToolButton(self)
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setCheckable(checkable)
        button.setFixedSize(self._theme.px(BUTTON_PX), self._theme.px(BUTTON_PX))
        button.setIconSize(QSize(self._theme.px(18), self._theme.px(18)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(lambda *_: run())
        self._grid.addWidget(button, self._grid.rowCount(), 0)
        self._rows = 0
        self._buttons.append((button, icon))
        button.setIcon(self._theme.icon(icon))
        return button

    def name(self, icon: str, hint: str) -> None:
        """Give the button with an icon another hint."""
        for button, own in self._buttons:
            if own == icon:
                button.setToolTip(hint)
                button.setAccessibleName(hint)

    def place(self, width: int, height: int) -> None:
        """Stand in the corner of a map of this size."""
        room = height - 2 * MARGIN_PX - self._theme.px(EDGE_PX)
        columns = -(-len(self._buttons) // max(1, room // self._theme.px(BUTTON_PX)))
        rows = -(-len(self._buttons) // max(1, columns))
        if rows != self._rows:
            self._rows = rows
            for at, (button, _) in enumerate(self._buttons):  # the first column is the right one: it keeps its place
                self._grid.addWidget(button, at % rows, columns - 1 - at // rows)
        self.adjustSize()
        self.move(width - self.width() - MARGIN_PX, MARGIN_PX)

    def _repaint(self) -> None:
        p = self._theme.palette
        self.setStyleSheet(
            f"QFrame#mapControls {{ background: {p.panel}; border: 1px solid {p.line}; border-radius: 4px; }}"
            f"QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 3px; padding: 0; }}"
            f"QToolButton:focus {{ border-color: {p.accent}; }}"
            f"QToolButton:hover {{ background: {p.hover}; }}"
            f"QToolButton:checked {{ background: {p.selected}; }}"
        )
        for button, icon in self._buttons:
            button.setIcon(self._theme.icon(icon))


class WayBack(QPushButton):
    """Stands in the middle of the upper edge while following rests because the map was moved by hand."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mapWayBack")
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        theme.changed.connect(self._repaint)
        self._repaint()
        self.hide()

    def offer(self, text: str) -> None:
        """Show the button with a translated text."""
        self.setText(text)
        self.adjustSize()
        self.show()
        self.raise_()
        map_widget = self.parentWidget()
        if map_widget is not None:
            self.place(map_widget.width())

    def place(self, width: int) -> None:
        """Stand in the middle of a map of this width."""
        self.move((width - self.width()) // 2, MARGIN_PX)

    def _repaint(self) -> None:
        p = self._theme.palette
        self.setIcon(self._theme.icon("current-location"))
        self.setStyleSheet(
            f"QPushButton#mapWayBack {{ background: {p.panel}; color: {p.text}; border: 1px solid {p.accent};"
            f" border-radius: 4px; padding: 5px 12px; }}"
            f"QPushButton#mapWayBack:hover {{ background: {p.hover}; }}"
        )
