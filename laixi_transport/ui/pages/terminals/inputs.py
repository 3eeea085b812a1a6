"""One widget for each way in which a field of a command is asked for."""

import datetime as dt
from typing import Any, Protocol, cast

from PySide6.QtCore import QCoreApplication, QDateTime, Qt, QTimeZone, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from laixi_transport.domain.time import BEIJING
from laixi_transport.services.commands.form import FormField, Input
from laixi_transport.ui.theme import Theme

MOST_OF_A_SPIN_BOX = 2**31 - 1
LONG_TEXT = 120
"""A text that may be longer than this gets several lines."""
ZONE_S = 8 * 3600
translate = QCoreApplication.translate


class Asked(Protocol):
    """An input of a form."""

    def value(self) -> Any:
        """Return what was entered, as ``Command.made`` takes it; None for nothing."""

    def set_value(self, value: Any) -> None:
        """Show a value."""


def make_input(field: FormField, theme: Theme, now_s: float) -> QWidget:
    """Return the widget for a field; it has the methods of ``Asked``.

    now_s   Unix seconds, with which a time begins
    """
    made: QWidget
    match field.input:
        case Input.TEXT if (field.most or 0) > LONG_TEXT and not field.secret and field.default is None:
            made = LongText(field)
        case Input.TEXT:
            made = ShortText(field)
        case Input.FLAG:
            made = Flag(translate("Command", field.label))
        case Input.CHOICE:
            made = Chosen(field)
        case Input.SEVERAL:
            made = Several(field, theme)
        case Input.MOMENT:
            made = Moment(field, now_s)
        case Input.PAIRS:
            made = Pairs(field, theme)
        case _:
            made = Whole(field)
    made.setAccessibleName(translate("Command", field.label))
    if field.default is not None:
        asked(made).set_value(field.default)
    return made


def asked(widget: QWidget) -> Asked:
    """Return a widget of ``make_input`` as what it is."""
    return cast("Asked", widget)


class ShortText(QLineEdit):
    """A line."""

    def __init__(self, field: FormField) -> None:
        super().__init__()
        if field.most is not None:
            self.setMaxLength(field.most)
        if field.secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)

    def value(self) -> str:
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        self.setText(str(value))


class LongText(QPlainTextEdit):
    """A few lines; Tab leaves it."""

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self._most = field.most or 0
        self.setTabChangesFocus(True)
        self.setFixedHeight(3 * self.fontMetrics().lineSpacing() + 18)
        self.textChanged.connect(self._cut)

    def value(self) -> str:
        return self.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        self.setPlainText(str(value))

    def _cut(self) -> None:
        if self._most and len(self.toPlainText()) > self._most:
            cursor = self.textCursor()
            self.setPlainText(self.toPlainText()[: self._most])
            cursor.setPosition(min(cursor.position(), self._most))
            self.setTextCursor(cursor)


class Whole(QWidget):
    """A number with its unit; a number that a spin box cannot hold is typed."""

    def __init__(self, field: FormField) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        most = field.most if field.most is not None else MOST_OF_A_SPIN_BOX
        self.spin: QSpinBox | None = None
        self.line: QLineEdit | None = None
        if most <= MOST_OF_A_SPIN_BOX and field.default is not None:
            self.spin = QSpinBox()
            self.spin.setRange(field.least if field.least is not None else 0, most)
            if field.unit:
                self.spin.setSuffix(f" {field.unit}")
            row.addWidget(self.spin)
        else:
            self.line = QLineEdit()
            self.line.setPlaceholderText(f"{field.least or 0} – {most}")
            row.addWidget(self.line)
        self.setFocusProxy(self.spin if self.spin is not None else self.line if self.line is not None else self)

    def value(self) -> int | str:
        if self.spin is not None:
            return self.spin.value()
        return self.line.text().strip() if self.line is not None else ""

    def set_value(self, value: Any) -> None:
        if self.spin is not None:
            self.spin.setValue(int(value))
        elif self.line is not None:
            self.line.setText(str(value))


class Flag(QCheckBox):
    """Yes or no, with its label beside it."""

    def value(self) -> bool:
        return self.isChecked()

    def set_value(self, value: Any) -> None:
        self.setChecked(bool(value))


class Chosen(QComboBox):
    """One of several."""

    def __init__(self, field: FormField) -> None:
        super().__init__()
        for choice in field.choices:
            self.addItem(translate("Command", choice.label), choice.value)

    def value(self) -> int | None:
        data = self.currentData()
        return int(data) if data is not None else None

    def set_value(self, value: Any) -> None:
        self.setCurrentIndex(max(0, self.findData(int(value))))


class Several(QWidget):
    """Any of several; with a search where there are many."""

    def __init__(self, field: FormField, theme: Theme) -> None:
        super().__init__()
        self.list = QListWidget()
        for choice in field.choices:
            item = QListWidgetItem(_numbered(choice.value, translate("Command", choice.label), len(field.choices)))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, choice.value)
            self.list.addItem(item)
        rows = min(len(field.choices), 7)
        self.list.setFixedHeight(round(rows * 24 * theme.scale) + 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if len(field.choices) > rows:
            self.search = QLineEdit()
            self.search.setPlaceholderText(self.tr("Search by name or number"))
            self.search.setClearButtonEnabled(True)
            self.search.textChanged.connect(self._narrow)
            column.addWidget(self.search)
            self.setFocusProxy(self.search)
        else:
            self.setFocusProxy(self.list)
        column.addWidget(self.list)

    def value(self) -> tuple[int, ...]:
        items = (self.list.item(at) for at in range(self.list.count()))
        return tuple(
            int(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def set_value(self, value: Any) -> None:
        wanted = {int(member) for member in value}
        for at in range(self.list.count()):
            item = self.list.item(at)
            on = item.data(Qt.ItemDataRole.UserRole) in wanted
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _narrow(self, words: str) -> None:
        wanted = words.casefold().split()
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setHidden(not all(word in item.text().casefold() for word in wanted))


class Moment(QWidget):
    """A time of the county; one that need not be given has a box to switch it on."""

    def __init__(self, field: FormField, now_s: float) -> None:
        super().__init__()
        self.box: QCheckBox | None = None
        self.edit = QDateTimeEdit()
        self.edit.setTimeZone(QTimeZone(ZONE_S))
        self.edit.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
        self.edit.setCalendarPopup(True)
        back_s = 3600 if field.name == "begin" else 0
        self.edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(now_s) - back_s, QTimeZone(ZONE_S)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if not field.required:
            self.box = QCheckBox()
            self.box.setAccessibleName(self.tr("Give a time"))
            self.box.toggled.connect(self.edit.setEnabled)
            self.edit.setEnabled(False)
            row.addWidget(self.box)
        row.addWidget(self.edit, 1)
        self.setFocusProxy(self.box or self.edit)

    def value(self) -> dt.datetime | None:
        if self.box is not None and not self.box.isChecked():
            return None
        return dt.datetime.fromtimestamp(self.edit.dateTime().toSecsSinceEpoch(), BEIJING)

    def set_value(self, value: Any) -> None:
        if self.box is not None:
            self.box.setChecked(value is not None)
        if value is not None:
            at = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
            self.edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(at.timestamp()), QTimeZone(ZONE_S)))


class Pairs(QWidget):
    """Parameters with their values: each is chosen by name or number and gets a line."""

    changed = Signal()

    def __init__(self, field: FormField, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._field = field
        self._units = {choice.value: choice.unit for choice in field.choices}
        self.lines: list[tuple[QComboBox, QLineEdit]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.more = QToolButton()
        self.more.setObjectName("framed")
        self.more.setText(self.tr("Another parameter"))
        self.more.setIcon(theme.icon("plus", "dim"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.clicked.connect(self._add_empty)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.add()

    def add(self, number: int | None = None, value: str = "") -> None:
        """Enter one more line."""
        which = QComboBox()
        which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        which.setMinimumContentsLength(12)
        which.setEditable(True)
        which.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        which.setAccessibleName(self.tr("Parameter"))
        for choice in self._field.choices:
            which.addItem(_numbered(choice.value, translate("Command", choice.label), 99), choice.value)
        completer = which.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(completer.CompletionMode.PopupCompletion)
        which.setCurrentIndex(which.findData(number) if number is not None else -1)
        edit = QLineEdit(value)
        edit.setAccessibleName(self.tr("Value"))
        which.currentIndexChanged.connect(lambda _: edit.setPlaceholderText(self._units.get(which.currentData(), "")))
        edit.setPlaceholderText(self.tr("Value"))
        remove = QToolButton()
        remove.setIcon(self._theme.icon("x", "dim"))
        remove.setToolTip(self.tr("Leave this parameter as it is"))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(which, 3)
        line.addWidget(edit, 2)
        line.addWidget(remove)
        entry = (which, edit)
        remove.clicked.connect(lambda: self._remove(entry, row))
        self.lines.append(entry)
        self._column.insertWidget(self._column.count() - 1, row)

    def _add_empty(self) -> None:
        self.add()
        self.lines[-1][0].setFocus()

    def value(self) -> tuple[tuple[int, str], ...]:
        found = []
        for which, edit in self.lines:
            number = which.currentData() if which.currentText() == which.itemText(which.currentIndex()) else None
            if number is None and which.currentText().strip():
                number = which.currentText().strip().split()[0]  # typed: Command.made says if it is no number
                number = int(number, 0) if number.lower().startswith("0x") else number
            if number is not None:
                found.append((number, edit.text().strip()))
        return tuple(found)

    def set_value(self, value: Any) -> None:
        for number, said in value:
            self.add(int(number), str(said))

    def _remove(self, entry: tuple[QComboBox, QLineEdit], row: QWidget) -> None:
        self.lines.remove(entry)
        row.deleteLater()
        self.changed.emit()


def _numbered(number: int, name: str, among: int) -> str:
    """Return "0x0055 最高速度" in a long list, the name alone in a short one."""
    return f"0x{number:04X} {name}" if among > 16 else name
