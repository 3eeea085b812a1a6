"""Choosing a day: the day before, the day after, and a calendar in which the days with data are marked."""

import datetime as dt
from collections.abc import Collection

from PySide6.QtCore import QDate, QLocale, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import dim, show_below

DOT_PX = 2.2


class Calendar(QCalendarWidget):
    """A month with a dot under each day that has data."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marked: frozenset[dt.date] = frozenset()
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        if self.locale().language() == QLocale.Language.Chinese:
            self._put_year_first()
        theme.changed.connect(self._paint_words)
        self._paint_words()

    @property
    def marked(self) -> frozenset[dt.date]:
        """The days with a dot."""
        return self._marked

    def mark(self, days: Collection[dt.date]) -> None:
        """Put a dot under these days and no others."""
        self._marked = frozenset(days)
        self.updateCells()

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate | dt.date) -> None:
        super().paintCell(painter, rect, date)  # type: ignore[arg-type] # either is taken
        day = dt.date(date.year(), date.month(), date.day()) if isinstance(date, QDate) else date
        if day in self._marked:
            chosen = self.selectedDate() == QDate(day.year, day.month, day.day)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("text" if chosen else "accent"))
            painter.drawEllipse(QPointF(rect.center().x() + 0.5, rect.bottom() - 3.5), DOT_PX, DOT_PX)
            painter.restore()

    def _put_year_first(self) -> None:
        """Change month and year in the bar above, which Qt has in the English order for every language."""
        bar = self.findChild(QWidget, "qt_calendar_navigationbar")
        month = self.findChild(QToolButton, "qt_calendar_monthbutton")
        year = self.findChild(QToolButton, "qt_calendar_yearbutton")
        row = bar.layout() if bar is not None else None
        if isinstance(row, QHBoxLayout) and month is not None and year is not None:
            row.insertWidget(row.indexOf(month), year)

    def _paint_words(self) -> None:
        words, head = QTextCharFormat(), QTextCharFormat()
        words.setForeground(self._theme.colour("text"))  # weekends are no alarm
        head.setForeground(self._theme.colour("dim"))
        for day in Qt.DayOfWeek:
            self.setWeekdayTextFormat(day, words)
        self.setHeaderTextFormat(head)


class DayPicker(QWidget):
    """Three buttons in a row; ``picked`` carries the day that was asked for."""

    picked = Signal(object)
    """datetime.date"""
    month_shown = Signal(object)
    """The first day of the month that the calendar shows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._day = dt.date(2000, 1, 1)
        self.before, self.after = QToolButton(), QToolButton()
        self.button = QPushButton()
        self.button.setToolTip(self.tr("Choose a day; a dot marks days with data (D)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button, hint, step in (
            (self.before, self.tr("Day before (Ctrl+Left)"), -1),
            (self.after, self.tr("Day after (Ctrl+Right)"), 1),
        ):
            button.setObjectName("framed")
            button.setToolTip(hint)
            button.setAccessibleName(hint)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, step=step: self.step(step))
        row.addWidget(self.before)
        row.addWidget(self.button, 1)
        row.addWidget(self.after)
        self.popup = QFrame(self, Qt.WindowType.Popup)
        self.popup.setObjectName("popup")
        self.calendar = Calendar(theme)
        column = QVBoxLayout(self.popup)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.calendar)
        column.addWidget(dim(self.tr("A dot marks days with reports of the chosen vehicles.")))
        self.button.clicked.connect(self.open)
        self.calendar.clicked.connect(self._clicked)
        self.calendar.activated.connect(self._clicked)
        self.calendar.currentPageChanged.connect(lambda year, month: self.month_shown.emit(dt.date(year, month, 1)))
        theme.changed.connect(self._paint)
        self._paint()

    @property
    def day(self) -> dt.date:
        """The day shown."""
        return self._day

    def show_day(self, day: dt.date) -> None:
        """Show another day; emits nothing."""
        self._day = day
        weekday = self.locale().dayName(day.isoweekday(), self.locale().FormatType.ShortFormat)
        self.button.setText(f"{day.isoformat()}  {weekday}")

    def step(self, days: int) -> None:
        """Ask for a day before or after."""
        self.picked.emit(self._day + dt.timedelta(days=days))

    def open(self) -> None:
        """Show the calendar below the button."""
        self.calendar.setSelectedDate(QDate(self._day.year, self._day.month, self._day.day))
        self.calendar.setCurrentPage(self._day.year, self._day.month)
        self.month_shown.emit(self._day.replace(day=1))
        show_below(self.popup, self.button)
        self.calendar.setFocus()

    def _clicked(self, date: QDate) -> None:
        self.popup.hide()
        day = dt.date(date.year(), date.month(), date.day())
        if day != self._day:
            self.picked.emit(day)

    def _paint(self) -> None:
        self.before.setIcon(self._theme.icon("chevron-left"))
        self.after.setIcon(self._theme.icon("chevron-right"))
        self.button.setIcon(self._theme.icon("calendar", "dim"))
