"""Links, database, disk and clock at a glance: grey while all is well."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.labels import dim

if TYPE_CHECKING:
    from laixi_transport.services.health.service import Status

DISK_LOW = 0.1
"""Below this share of free disk the figure turns to a warning, whatever the service thinks of the rest."""


class StatusStrip(QWidget):
    """Shows ``services.health.Status`` and the time of the county."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colours: dict[QLabel, str] = {}
        self._brief = False
        self._now_s = 0.0
        self._share: float | None = None
        self.links, self.database, self.disk, self.clock = dim(), dim(), dim(), dim()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        for label in (self.links, self.database, self.disk, self.clock):
            row.addWidget(label)
        self.disk.hide()
        self.links.hide()
        theme.changed.connect(self._recolour)
        self.database.setText(self.tr("Database opening"))

    def tick(self, now_s: float) -> None:
        """Show the time."""
        self._now_s = now_s
        self.clock.setText(text.clock(now_s) if self._brief else text.date_time(now_s))
        self.clock.setToolTip(text.date_time(now_s) if self._brief else "")

    def be_brief(self, brief: bool) -> None:
        """Leave out the date, and the disk as long as there is room on it."""
        self._brief = brief
        self.tick(self._now_s)
        self._show_disk()

    def show_status(self, status: "Status") -> None:
        """Show the health of the station."""
        self.links.show()
        self.links.setText(
            self.tr("Vehicles heard {online}/{known}").format(
                online=status.terminals_online, known=status.terminals_known
            )
        )
        counted = self.tr("Vehicles of the register that reported within the last 5 minutes, whatever their connection")
        rate = self.tr("{rate} reports a second").format(rate=f"{status.reports_per_s:.1f}")
        listening = (
            self.tr("Terminals connect to {address}").format(address=status.gateway)
            if status.gateway
            else self.tr("A gateway elsewhere receives the terminals")
        )
        self.links.setToolTip(f"{counted}\n{listening}\n{rate}")
        words = {
            "ok": self.tr("Database normal"),
            "waiting": self.tr("Database waiting"),
            "lost": self.tr("Database lost"),
        }
        self.database.setText(words[status.database])
        self.database.setToolTip(status.database_message)
        self._mark(self.database, {"ok": "", "waiting": "high_text", "lost": "urgent_text"}[status.database])
        self._share = share = status.disk_free_share
        self._show_disk()
        if share is not None:
            self.disk.setText(self.tr("Disk {share} free").format(share=text.percent(share)))
            self.disk.setToolTip(
                self.tr("{size} free where the database lies").format(size=text.size(status.disk_free_bytes))
            )
            self._mark(self.disk, "high_text" if share < DISK_LOW else "")

    def _show_disk(self) -> None:
        self.disk.setVisible(self._share is not None and (not self._brief or self._share < DISK_LOW))

    def say(self, sentence: str, colour: str = "") -> None:
        """Say how the database fares before there is a status."""
        self.database.setText(sentence)
        self._mark(self.database, colour)

    def _mark(self, label: QLabel, colour: str) -> None:
        if self._colours.get(label, "") != colour:
            self._colours[label] = colour
            label.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};" if colour else "")

    def _recolour(self) -> None:
        for label, colour in self._colours.items():
            label.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};" if colour else "")
