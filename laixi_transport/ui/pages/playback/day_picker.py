"""Choosing a day: the day before, the day after, and a calendar in which the days with data are marked."""

import datetime as dt
from collections.abc import Collection

from PySide6.QtCore import QDate, QLocale, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QTextCharFormat
from PySide6.QtWidgets import (
    QButtonGroup,
    QCalendarWidget,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

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


LENGTHS = (1, 7, 30)
"""Days that can be shown together, offered in the calendar."""


class DayPicker(QWidget):
    """Three buttons in a row; ``picked`` carries the days that were asked for."""

    picked = Signal(object, object)
    """The first and the last day, datetime.date."""
    month_shown = Signal(object)
    """The first day of the month that the calendar shows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._day = dt.date(2000, 1, 1)
        self._length = 1
        self._popup: QFrame | None = None
        self._calendar: Calendar | None = None
        self._lengths = QButtonGroup(self)
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
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, step=step: self.step(step))
        row.addWidget(self.before)
        row.addWidget(self.button, 1)
        row.addWidget(self.after)
        self.button.clicked.connect(self.open)
        theme.changed.connect(self._paint)
        self._paint()

    @property
    def popup(self) -> QFrame:
        """What hangs below the button; made when it is first needed, a calendar takes 30 ms."""
        if self._popup is None:
            self._make_popup()
        assert self._popup is not None  # noqa: S101 - for mypy
        return self._popup

    @property
    def calendar(self) -> Calendar:
        """The calendar in it."""
        if self._calendar is None:
            self._make_popup()
        assert self._calendar is not None  # noqa: S101 - for mypy
        return self._calendar

    @property
    def day(self) -> dt.date:
        """The day shown, the last one of several."""
        return self._day

    @property
    def length(self) -> int:
        """How many days are shown."""
        return self._length

    def show_days(self, first: dt.date, last: dt.date) -> None:
        """Show other days; emits nothing."""
        self._day, self._length = last, (last - first).days + 1
        if self._length == 1:
            weekday = self.locale().dayName(last.isoweekday(), self.locale().FormatType.ShortFormat)
            self.button.setText(f"{last.isoformat()}  {weekday}")
        else:
            self.button.setText(f"{first.isoformat()} – {last.strftime('%m-%d')}")
        self._check_length()

    def step(self, steps: int) -> None:
        """Ask for the day before or after, or for as many days as are shown before or after these."""
        self._pick(self._day + dt.timedelta(days=steps * self._length))

    def choose_length(self, days: int) -> None:
        """Ask for so many days, the last one being that shown."""
        if days != self._length:
            self._length = days
            self._pick(self._day)

    def open(self) -> None:
        """Show the calendar below the button."""
        self.calendar.setSelectedDate(QDate(self._day.year, self._day.month, self._day.day))
        self.calendar.setCurrentPage(self._day.year, self._day.month)
        self.month_shown.emit(self._day.replace(day=1))
        show_below(self.popup, self.button)
        self.calendar.setFocus()

    def _make_popup(self) -> None:
        popup = self._popup = QFrame(self, Qt.WindowType.Popup)
        popup.setObjectName("popup")
        calendar = self._calendar = Calendar(self._theme)
        column = QVBoxLayout(popup)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(calendar)
        column.addWidget(dim(self.tr("A dot marks days with reports of the chosen vehicles.")))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(dim(self.tr("Up to this day:")))
        for days in LENGTHS:
            button = QToolButton()
            button.setText(self.tr("1 day") if days == 1 else self.tr("{n} days").format(n=days))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._lengths.addButton(button, days)
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self._check_length()
        self._lengths.idClicked.connect(self.choose_length)
        calendar.clicked.connect(self._clicked)
        calendar.activated.connect(self._clicked)
        calendar.currentPageChanged.connect(lambda year, month: self.month_shown.emit(dt.date(year, month, 1)))

    def _check_length(self) -> None:
        button = self._lengths.button(self._length)
        if button is not None:
            button.setChecked(True)

    def _pick(self, last: dt.date) -> None:
        self.picked.emit(last - dt.timedelta(days=self._length - 1), last)

    def _clicked(self, date: QDate) -> None:
        self.popup.hide()
        day = dt.date(date.year(), date.month(), date.day())
        if day != self._day:
            self._pick(day)

    def _paint(self) -> None:
        self.before.setIcon(self._theme.icon("chevron-left"))
        self.after.setIcon(self._theme.icon("chevron-right"))
        self.button.setIcon(self._theme.icon("calendar", "dim"))
