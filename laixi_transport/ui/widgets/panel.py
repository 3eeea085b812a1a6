"""Grounds: a panel with its heading, and what stands where there is nothing to show."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from laixi_transport.ui.widgets.labels import dim, heading


class Panel(QFrame):
    """A framed ground. ``body`` takes the widgets from top to bottom; ``bar`` stands right of the heading."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *, caption: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 10, 12, 10)
        self.body.setSpacing(6)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(6)
        self.title = heading(title)
        self.caption = dim(caption)
        if title or caption:
            self.bar.addWidget(self.title)
            self.bar.addWidget(self.caption)
            self.bar.addStretch(1)
            self.body.addLayout(self.bar)
        self.title.setVisible(bool(title))
        self.caption.setVisible(bool(caption))


class EmptyState(QWidget):
    """A sentence in the middle of an empty place: what would stand here and what to do for it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(text)
        self.label.setObjectName("empty")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.label)
        layout.addStretch(3)

    def say(self, text: str) -> None:
        """Show another sentence."""
        self.label.setText(text)
