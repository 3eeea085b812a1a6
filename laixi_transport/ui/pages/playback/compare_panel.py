"""Choosing what to compare with: another day, of the same vehicle or of another one on the line."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout, QWidget

from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.playback.day_picker import Calendar
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import dim, natural_key, show_below


class ComparePanel(QFrame):
    """A list of vehicles and a calendar; a click on a day takes both."""

    chosen = Signal(int, object)
    """Vehicle id and datetime.date."""
    month_shown = Signal(int, object)
    """Vehicle id and the first day of the month that the calendar shows: its days with data are wanted."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.vehicles = QComboBox()
        self.calendar = Calendar(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(dim(self.tr("Compare by the time of day with")))
        column.addWidget(self.vehicles)
        column.addWidget(self.calendar)
        self.vehicles.currentIndexChanged.connect(lambda _: self._ask_month())
        self.calendar.clicked.connect(self._clicked)
        self.calendar.activated.connect(self._clicked)
        self.calendar.currentPageChanged.connect(lambda _year, _month: self._ask_month())

    def open_below(self, widget: QWidget, vehicles: Sequence[Vehicle], vehicle: Vehicle, day: dt.date) -> None:
        """Show it: the vehicle itself first, then those of its line, then the others."""
        order = sorted(
            vehicles, key=lambda v: (v.id != vehicle.id, not v.line or v.line != vehicle.line, natural_key(v.name))
        )
        self.vehicles.blockSignals(True)
        self.vehicles.clear()
        for one in order:
            name = text.plate(one.name)
            self.vehicles.addItem(f"{name}  {one.line}" if one.line else name, one.id)
        self.vehicles.blockSignals(False)
        before = day - dt.timedelta(days=1)
        self.calendar.setSelectedDate(QDate(before.year, before.month, before.day))
        self.calendar.setCurrentPage(before.year, before.month)
        self._ask_month()
        show_below(self, widget)
        self.calendar.setFocus()

    def _ask_month(self) -> None:
        vehicle_id = self.vehicles.currentData()
        if vehicle_id is not None:
            month = dt.date(self.calendar.yearShown(), self.calendar.monthShown(), 1)
            self.month_shown.emit(int(vehicle_id), month)

    def _clicked(self, date: QDate) -> None:
        self.hide()
        self.chosen.emit(int(self.vehicles.currentData()), dt.date(date.year(), date.month(), date.day()))
