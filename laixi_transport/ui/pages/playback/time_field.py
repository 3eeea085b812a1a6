"""The exact time: shown as it passes, typed to go there."""

import datetime as dt
import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from laixi_transport.domain.time import BEIJING
from laixi_transport.ui import format as text
from laixi_transport.ui.theme import fonts

_TYPED = re.compile(
    r"^(?:(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?[\sT]+)?"
    r"(?P<hour>\d{1,2})[:：](?P<minute>\d{1,2})(?:[:：](?P<second>\d{1,2}))?$"
)
_DIGITS = re.compile(r"^(\d{2})(\d{2})(\d{2})?$")
WIDTH_PX = 156
YEARS = range(1970, 2100)
"""What is typed outside is a slip of the hand: no terminal tells such a time."""


def parse(typed: str, day: dt.date) -> float | None:
    """Return the Unix time of "10:42", "10:42:18", "104218" or "2026-06-10 10:42:18", None for anything else.

    ``day`` is meant where no date is typed; all times are GMT+8. 24:00 is the last second of its day, so that the day
    stays.
    """
    typed = typed.strip()
    digits = _DIGITS.match(typed)
    if digits:
        typed = ":".join(part for part in digits.groups() if part)
    found = _TYPED.match(typed)
    if found is None or int(found["year"] or YEARS[0]) not in YEARS:
        return None
    part = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    if part["hour"] == 24 and not part["minute"] and not part.get("second"):
        part |= {"hour": 23, "minute": 59, "second": 59}
    try:
        date = dt.date(part["year"], part["month"], part["day"]) if "year" in part else day
        time = dt.time(part["hour"], part["minute"], part.get("second", 0), tzinfo=BEIJING)
    except ValueError:
        return None
    return dt.datetime.combine(date, time).timestamp()


class TimeField(QLineEdit):
    """Shows the moment until somebody types; Enter asks to go there, Escape gives up."""

    asked = Signal(float)
    """Unix seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at_s: float | None = None
        self._said = self.tr("Type a time as 10:42:18 or 2026-06-10 10:42:18 and press Enter (T)")
        self.setToolTip(self._said)
        self.setAccessibleName(self.tr("Time"))
        self.setFixedWidth(fonts.in_scale(WIDTH_PX))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(lambda _: self._mark(wrong=False))

    def show_time(self, at_s: float | None) -> None:
        """Show a moment, unless somebody is typing; what is selected whole, to be typed over, stays so."""
        self._at_s = at_s
        shown = text.date_time(at_s)
        if self.isModified() or shown == self.text():
            return
        whole = self.hasSelectedText() and self.selectedText() == self.text()
        if whole or not self.hasFocus():  # else a cursor stands in it and would jump
            self.setText(shown)
            if whole:
                self.selectAll()

    def begin(self) -> None:
        """Take the keyboard, with everything selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def tell(self, words: str) -> None:
        """Say something about what was typed, below the field."""
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), words, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
            self.clearFocus()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._give_up()

    def _enter(self) -> None:
        if not self.isModified():
            return
        day = dt.datetime.fromtimestamp(self._at_s or 0.0, BEIJING).date()
        at_s = parse(self.text(), day)
        if at_s is None:
            self._mark(wrong=True)
            self.selectAll()
            self.tell(self.toolTip())
            return
        self._give_up()
        self.clearFocus()  # so that the keys of the playback work again
        self.asked.emit(at_s)

    def _give_up(self) -> None:
        self.setModified(False)
        self._mark(wrong=False)
        self.show_time(self._at_s)

    def _mark(self, *, wrong: bool) -> None:
        self.setToolTip(self.tr("This is not a time. Type it as 10:42:18.") if wrong else self._said)
        if bool(self.property("invalid")) != wrong:
            self.setProperty("invalid", wrong)
            self.style().unpolish(self)
            self.style().polish(self)
