"""All open alerts in a table, in a dock that moves and floats."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QVBoxLayout, QWidget

from laixi_transport.domain.alert import Alert
from laixi_transport.ui.models.alerts import OpenAlerts
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.table import Table


class AlertsDock(QDockWidget):
    """``asked`` carries the alert of the row that was opened."""

    asked = Signal(object)

    def __init__(self, theme: Theme, alerts: OpenAlerts, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open alerts"))
        self.setObjectName("alerts")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.table = Table(
            alerts.rows,
            theme,
            name="alerts",
            settings=settings,
            empty=self.tr("No open alerts. New ones appear here and in the bar below."),
            hold=True,
        )
        self.table.sort_by("begin", descending=True)
        self.table.opened.connect(self.asked)
        ground = QWidget()
        column = QVBoxLayout(ground)
        column.setContentsMargins(1, 0, 1, 1)
        column.addWidget(self.table)
        self.setWidget(ground)
        self.setMinimumHeight(120)

    def chosen(self) -> list[Alert]:
        """Return the selected alerts while the table has the keyboard, none otherwise."""
        return self.table.selected() if self.table.hasFocus() else []
