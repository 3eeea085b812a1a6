"""The strip in which the window tells of faults and news: a sentence, never a dialog."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from laixi_transport.ui.problems import describe
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.labels import dim

Kind = Literal["error", "news"]

KEPT = 20


class NoticeStrip(QFrame):
    """Shows one sentence at a time, the newest; closing it brings back the one before. Hidden while there is none."""

    shown = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: list[tuple[str, Kind]] = []
        self.setObjectName("notice")
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._more = dim()
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.close_newest)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._more)
        row.addWidget(self._close)
        theme.changed.connect(self._show)
        self._show()

    @property
    def text(self) -> str:
        """The sentence shown now, empty while there is none."""
        return self._notices[-1][0] if self._notices else ""

    def tell(self, notice: object, kind: Kind = "error") -> None:
        """Show an exception or a translated sentence; a sentence that stands there already is not doubled."""
        text = describe(notice)
        self._notices = [(t, k) for t, k in self._notices if t != text][-KEPT:]
        self._notices.append((text, kind))
        self._show()
        self.shown.emit(text)

    def withdraw(self, text: str) -> None:
        """Take back a sentence that no longer holds."""
        self._notices = [(t, k) for t, k in self._notices if t != text]
        self._show()

    def close_newest(self) -> None:
        """Close the sentence shown now."""
        if self._notices:
            self._notices.pop()
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._notices))
        if not self._notices:
            return
        text, kind = self._notices[-1]
        error = kind == "error"
        name, colour = ("alert-triangle", "high_text") if error else ("info-circle", "accent_text")
        self._icon.setPixmap(self._theme.pixmap(name, colour, 18, self.devicePixelRatioF()))
        self._close.setIcon(self._theme.icon("x", "dim"))
        self._text.setText(text)
        more = len(self._notices) - 1
        self._more.setText(self.tr("{n} more").format(n=more) if more else "")
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
