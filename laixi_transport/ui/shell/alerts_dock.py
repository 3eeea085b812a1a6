"""All open alerts in a table, in a dock that moves and floats."""

from functools import cached_property

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from laixi_transport.domain.alert import Alert
from laixi_transport.ui.models.alerts import OpenAlerts
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.labels import dim
from laixi_transport.ui.widgets.table import Table


class AlertsDock(QDockWidget):
    """``asked`` carries the alert of the row that was opened."""

    asked = Signal(object)

    def __init__(self, theme: Theme, alerts: OpenAlerts, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open alerts"))
        self.setObjectName("alerts")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._theme, self._alerts, self._settings = theme, alerts, settings
        ground = QFrame()
        ground.setObjectName("dockBody")
        self._column = QVBoxLayout(ground)
        self._column.setContentsMargins(1, 0, 1, 1)
        self.setWidget(ground)
        self.setTitleBarWidget(DockTitle(theme, self))
        self.setMinimumHeight(96)

    @cached_property
    def table(self) -> Table:
        """The table, made when it is first shown: the first window does not need it."""
        table = Table(
            self._alerts.rows,
            self._theme,
            name="alerts",
            settings=self._settings,
            empty=self.tr("No open alerts. New ones appear here and in the bar below."),
            hold=True,
        )
        table.setAccessibleName(self.windowTitle())
        table.sort_by("begin", descending=True)
        table.opened.connect(self.asked)
        self._column.addWidget(table)
        return table

    def chosen(self) -> list[Alert]:
        """Return the selected alerts while the table has the keyboard, none otherwise."""
        return self.table.selected() if self.isVisible() and self.table.hasFocus() else []

    def showEvent(self, event: QShowEvent) -> None:
        self.table.show()
        super().showEvent(event)


class DockTitle(QFrame):
    """A dock's title with buttons of a size that can be hit; it is dragged like the style's own."""

    def __init__(self, theme: Theme, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._theme = theme
        self.setObjectName("dockTitle")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 4, 2)
        row.setSpacing(2)
        title = dim(dock.windowTitle())
        dock.windowTitleChanged.connect(title.setText)
        row.addWidget(title)
        row.addStretch(1)
        self._float = self._button(self.tr("In a window of its own, or back"))
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close = self._button(self.tr("Hide"))
        self._close.clicked.connect(dock.close)
        row.addWidget(self._float)
        row.addWidget(self._close)
        dock.featuresChanged.connect(self._show_buttons)
        theme.changed.connect(self._recolour)
        self._recolour()

    def _show_buttons(self, features: QDockWidget.DockWidgetFeature) -> None:
        """Offer nothing that a locked layout forbids."""
        self._float.setVisible(bool(features & QDockWidget.DockWidgetFeature.DockWidgetFloatable))
        self._close.setVisible(bool(features & QDockWidget.DockWidgetFeature.DockWidgetClosable))

    def _button(self, hint: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # locking must not move the rows
        button.setSizePolicy(policy)
        return button

    def _recolour(self) -> None:
        self._float.setIcon(self._theme.icon("external-link", "dim"))
        self._close.setIcon(self._theme.icon("x", "dim"))
