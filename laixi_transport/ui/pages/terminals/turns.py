"""Two buttons for two parts of a page that take turns where there is no room for both."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget


class Turns(QWidget):
    """``turned`` tells that the other part is wanted.

    names   translated names of the two parts
    """

    turned = Signal()

    def __init__(self, names: tuple[str, str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        for place, name in enumerate(names):
            button = QToolButton()
            button.setObjectName("framed")
            button.setText(name)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, place)
            row.addWidget(button)
        self.choose(second=False)
        self._group.idToggled.connect(lambda _place, on: self.turned.emit() if on else None)

    @property
    def second(self) -> bool:
        """Whether it is the second part's turn."""
        return self._group.checkedId() == 1

    def choose(self, *, second: bool) -> None:
        """Give the turn to one of them."""
        self._group.button(1 if second else 0).setChecked(True)
