"""The calendar without Qt's red weekends: red belongs to alarms."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget

from laixi_transport.ui.theme import Theme

WEEKEND = (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)


def quiet_calendar(calendar: QCalendarWidget, theme: Theme) -> None:
    """Give a calendar the colours of the palette, now and whenever the theme changes; weeks begin on Monday."""
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    calendar.setGridVisible(False)

    def colour() -> None:
        usual = QTextCharFormat()
        usual.setForeground(theme.colour("text"))
        titles = QTextCharFormat()
        titles.setForeground(theme.colour("dim"))
        for day in WEEKEND:
            calendar.setWeekdayTextFormat(day, usual)
        calendar.setHeaderTextFormat(titles)

    theme.changed.connect(colour)
    calendar.destroyed.connect(lambda: theme.changed.disconnect(colour))
    colour()
