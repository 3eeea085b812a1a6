"""The row at the top: name, menus, search, how the station fares, and the button that gives the page a window."""

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton

from laixi_transport.ui.shell.menus import Menus
from laixi_transport.ui.shell.search import SearchBox
from laixi_transport.ui.shell.status import StatusStrip
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.folding import Narrowing
from laixi_transport.ui.widgets.labels import heading

MARGIN_PX = 4


class TopRow(QObject):
    """Lays the row out; ``row`` is the layout.

    wall   names the page instead of the program, and has nothing to click
    """

    def __init__(
        self, theme: Theme, name: str, menus: Menus, search: SearchBox, status: StatusStrip, *, wall: bool
    ) -> None:
        super().__init__()
        self._theme = theme
        self._status = status
        self._wall = wall
        self.row = QHBoxLayout()
        self.row.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
        self.row.setSpacing(12)
        self._name = heading(name)
        self.float_button = QToolButton()
        self.float_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.row.addWidget(self._name)
        self.row.addWidget(menus)
        self.row.addWidget(search, 100)
        self.row.addStretch(1)
        self.row.addWidget(status)
        self.row.addWidget(self.float_button)
        for widget in (menus, search, self.float_button):
            widget.setVisible(not wall)
        self._narrowing = Narrowing(self.row, [partial(self._spare, level) for level in range(3)])
        theme.changed.connect(self._recolour)
        self._recolour()

    def name_page(self, title: str) -> None:
        """Say on the wall, where no navigation does, which page it is."""
        if self._wall:
            self._name.setText(title)

    def offer_float(self, action: QAction) -> None:
        """Let the button say what its action does."""
        self.float_button.setAccessibleName(action.text())
        self.float_button.setToolTip(f"{action.text()}  {action.shortcut().toString()}")

    def fit(self, width: int) -> None:
        """Fold into a width, px, of the whole row."""
        self._narrowing.fit(width - 2 * MARGIN_PX)

    def _spare(self, level: int) -> None:
        """Spare the name, which the title bar has, then what the status can do without."""
        self._name.setVisible(level < 1 or self._wall)
        self._status.be_brief(level >= 2)

    def _recolour(self) -> None:
        self.float_button.setIcon(self._theme.icon("external-link", "dim"))
