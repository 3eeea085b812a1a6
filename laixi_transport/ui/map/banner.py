"""A sentence over the map: what is missing and what to do for it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget


class Banner(QFrame):
    """A sentence at the upper edge of the map."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.addWidget(self.label)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence; an empty one takes the banner away."""
        self.setVisible(bool(sentence))
        self.label.setText(sentence)
        self.place()

    def place(self) -> None:
        """Stand in the middle."""
        parent = self.parentWidget()
        if parent is not None:
            self.label.setWordWrap(False)
            room = max(120, parent.width() - 140)
            if self.label.sizeHint().width() + 28 > room:
                self.label.setWordWrap(True)
                self.label.setFixedWidth(room - 28)
            else:
                self.label.setMinimumWidth(0)
                self.label.setMaximumWidth(16777215)
            self.adjustSize()
            self.move((parent.width() - self.width()) // 2, 12)
