"""A list of fields: caption left, value right of it, two columns that line up."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from laixi_transport.ui.format import NONE
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.labels import dim

CAPTION_PX = 88


class FieldList(QWidget):
    """Captions and values by name; setting a value never moves the others.

    fields   pairs of name and translated caption, from top to bottom
    """

    def __init__(self, theme: Theme, fields: Iterable[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        self._colours: dict[str, str] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnMinimumWidth(0, round(CAPTION_PX * theme.scale))
        grid.setColumnStretch(1, 1)
        for row, (name, caption) in enumerate(fields):
            label = dim(caption)
            value = QLabel(NONE)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            self._captions[name] = label
            self._values[name] = value
        theme.changed.connect(self._recolour)

    def set(self, name: str, value: str, *, colour: str = "", why: str = "") -> None:
        """Show a value.

        colour   a word colour of the palette ("high_text"), empty for normal text
        why      the reason behind the value, as a tooltip on it
        """
        label = self._values[name]
        if label.text() != value:
            label.setText(value or NONE)
        label.setToolTip(why)
        if self._colours.get(name, "") != colour:
            self._colours[name] = colour
            self._paint(name)

    def value(self, name: str) -> str:
        """Return what is shown."""
        return self._values[name].text()

    def show_field(self, name: str, shown: bool) -> None:
        """Show or hide a field with its caption."""
        self._captions[name].setVisible(shown)
        self._values[name].setVisible(shown)

    def clear(self) -> None:
        """Show that no value is known."""
        for name in self._values:
            self.set(name, NONE)

    def _paint(self, name: str) -> None:
        colour = self._colours.get(name, "")
        self._values[name].setStyleSheet(f"color: {getattr(self._theme.palette, colour)};" if colour else "")

    def _recolour(self) -> None:
        for name in self._colours:
            self._paint(name)
