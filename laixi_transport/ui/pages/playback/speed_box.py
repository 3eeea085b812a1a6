"""The speed of the playback: offered steps, or any typed number."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from laixi_transport.ui.theme import fonts
from laixi_transport.ui.timeline.clock import FASTEST, SLOWEST, SPEEDS, PlaybackClock

_NUMBER = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*[x×X]?\s*$")
WIDTH_PX = 92


def speed_text(speed: float) -> str:
    """Return "0.5×"."""
    return f"{speed:g}×"


class SpeedBox(QComboBox):
    """Sets the speed of a clock and shows it; what is typed outside the limits becomes the nearest limit."""

    def __init__(self, clock: PlaybackClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type] # Qt takes none
        self.setMaxVisibleItems(len(SPEEDS))
        self.addItems([speed_text(speed) for speed in SPEEDS])
        self.setFixedWidth(fonts.in_scale(WIDTH_PX))
        self.setAccessibleName(self.tr("Speed of the playback"))
        hint = self.tr("Speed of the playback, {least} to {most}: choose or type (slower [, faster ])")
        self.setToolTip(hint.format(least=speed_text(SLOWEST), most=speed_text(FASTEST)))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.activated.connect(self._chosen)
        line = self.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._typed)
            line.returnPressed.connect(self._entered)
        clock.changed.connect(self._show)
        self._show()

    def _chosen(self, place: int) -> None:
        self._clock.set_speed(SPEEDS[place])
        self._entered()

    def _typed(self) -> None:
        found = _NUMBER.match(self.currentText())
        value = float(found.group(1).replace(",", ".")) if found else 0.0
        if value > 0:
            self._clock.set_speed(value)
        self._show()

    def _entered(self) -> None:
        """Let the keys of the playback work again."""
        line = self.lineEdit()
        if line is not None:
            line.clearFocus()

    def _show(self) -> None:
        self.setEditText(speed_text(self._clock.speed))
