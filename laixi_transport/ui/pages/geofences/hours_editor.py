"""The weekly hours of an area: lines of days with a time each."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from laixi_transport.domain.geofence import WeeklyHours
from laixi_transport.ui.map.tools import fence_words
from laixi_transport.ui.pages.geofences.reading import read_minutes
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import dim

DAY_PX = 25
CLOCK_PX = 54
MOST = 8
WORKDAYS = WeeklyHours(7 * 60, 19 * 60, frozenset(range(5)))


class HoursEditor(QWidget):
    """No line: at any time. ``faulty`` says whether a line cannot be read."""

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.lines: list[HoursLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.add_button = QPushButton(self.tr("Add hours"))
        self.add_button.clicked.connect(self._add_line)
        self.title = dim(self.tr("Holds at any time of the week"))
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.add_button)
        self._column.addLayout(row)
        theme.changed.connect(self._recolour)

    @property
    def faulty(self) -> bool:
        """Whether a line cannot be read."""
        return any(line.hours() is None for line in self.lines)

    def hours(self) -> tuple[WeeklyHours, ...]:
        """Return the hours of all lines that can be read."""
        return tuple(found for line in self.lines if (found := line.hours()) is not None)

    def show_hours(self, hours: tuple[WeeklyHours, ...]) -> None:
        """Show these hours; lines that say so already stay as they are."""
        if hours == self.hours() and not self.faulty:
            return
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = []
        for one in hours:
            self._put(one)
        self._show()

    def _add_line(self) -> None:
        line = self._put(WORKDAYS if not self.lines else WeeklyHours(0, 24 * 60, frozenset({5, 6})))
        self._show()
        line.begin.setFocus(Qt.FocusReason.OtherFocusReason)
        line.begin.selectAll()
        self.edited.emit()

    def _put(self, hours: WeeklyHours) -> "HoursLine":
        line = HoursLine(self._theme, hours)
        line.edited.connect(self.edited)
        line.gone.connect(partial(self._remove, line))
        self.lines.append(line)
        self._column.insertWidget(len(self.lines), line)
        return line

    def _remove(self, line: "HoursLine") -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        always = not self.lines
        self.title.setText(self.tr("Holds at any time of the week") if always else self.tr("Holds on these days"))
        self.add_button.setEnabled(len(self.lines) < MOST)

    def _recolour(self) -> None:
        for line in self.lines:
            line.recolour()


class HoursLine(QWidget):
    """Seven buttons for the days, and from when to when."""

    edited = Signal()
    gone = Signal()

    def __init__(self, theme: Theme, hours: WeeklyHours) -> None:
        super().__init__()
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.days: list[QToolButton] = []
        for weekday in range(7):
            button = QToolButton()
            button.setObjectName("framed")
            button.setText(fence_words.day(weekday))
            button.setCheckable(True)
            button.setChecked(weekday in hours.days)
            button.setStyleSheet("padding: 2px 0;")
            button.setFixedWidth(round(DAY_PX * theme.scale))
            button.toggled.connect(self.edited)
            self.days.append(button)
            row.addWidget(button)
        row.addSpacing(6)
        self.begin = self._clock(self.tr("From"), hours.begin)
        self.end = self._clock(self.tr("Until"), hours.end)
        row.addWidget(self.begin)
        row.addWidget(QLabel("–"))
        row.addWidget(self.end)
        row.addStretch(1)
        self.remove_button = QToolButton()
        self.remove_button.setToolTip(self.tr("Remove these hours"))
        self.remove_button.setAccessibleName(self.tr("Remove these hours"))
        self.remove_button.clicked.connect(self.gone)
        row.addWidget(self.remove_button)
        self.recolour()

    def hours(self) -> WeeklyHours | None:
        """Return what the line says, None if it cannot be read."""
        days = frozenset(weekday for weekday, button in enumerate(self.days) if button.isChecked())
        try:
            return WeeklyHours(read_minutes(self.begin.text()), read_minutes(self.end.text(), end=True), days)
        except ValueError:
            return None

    def recolour(self) -> None:
        """Take the colours of the theme."""
        self.remove_button.setIcon(self._theme.icon("x", "dim"))

    def _clock(self, name: str, value: int) -> QLineEdit:
        field = QLineEdit(fence_words.minutes(value))
        field.setAccessibleName(name)
        field.setToolTip(name)
        field.setFixedWidth(round(CLOCK_PX * self._theme.scale))
        field.setStyleSheet("padding-left: 2px; padding-right: 2px;")
        field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        field.textEdited.connect(self._mark)
        return field

    def _mark(self) -> None:
        for field, end in ((self.begin, False), (self.end, True)):
            try:
                read_minutes(field.text(), end=end)
                wrong = False
            except ValueError:
                wrong = True
            if bool(field.property("invalid")) != wrong:
                field.setProperty("invalid", wrong)
                field.style().unpolish(field)
                field.style().polish(field)
        self.edited.emit()
