"""The place in the alarm bar for what a platform above asks: shown while something is open, and it counts down."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton

from laixi_transport.domain.alert import Priority
from laixi_transport.ui.models.alerts import ICONS
from laixi_transport.ui.models.requests import OpenRequests, left_s, said_left
from laixi_transport.ui.theme import Theme

ICON_PX = 16


class RequestChip(QPushButton):
    """``asked`` carries the id of the request to answer first."""

    asked = Signal(int)

    def __init__(self, theme: Theme, requests: OpenRequests, now: Callable[[], float], keys: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._requests = requests
        self._now = now
        self._keys = keys
        self._short = False
        self.setObjectName("flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(round(ICON_PX * theme.scale), round(ICON_PX * theme.scale)))
        self.clicked.connect(self.ask)
        requests.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def be_short(self, *, short: bool) -> None:
        """Show nothing but the time that is left, where there is little room; the tooltip says the rest."""
        if short != self._short:
            self._short = short
            self.refresh()

    def ask(self) -> None:
        """Ask for the page that answers."""
        first = self._requests.first
        if first is not None:
            self.asked.emit(first.id)

    def refresh(self) -> None:
        """Show what is open and how much time is left; the clock calls it as well."""
        first = self._requests.first
        self.setVisible(first is not None)
        if first is None:
            return
        urgency = self._requests.pressing()
        colour = "text" if urgency is None else f"{urgency}_text"
        self.setIcon(self._theme.icon(ICONS[urgency or Priority.LOW], colour))
        self.setStyleSheet(f"color: {getattr(self._theme.palette, colour)}; font-weight: 600;")
        questions, orders = len(self._requests.questions), len(self._requests.orders)
        if questions:
            said = self.tr("Question from above: {time}")
            more = questions - 1
        else:
            said = self.tr("Order from above: {time}")
            more = orders - 1
        left = left_s(first, self._now())
        shown = said.format(time=self._left(left))
        if self._short:
            shown = self._left(left)
        elif more:
            shown = self.tr("{what}, {n} more").format(what=shown, n=more)
        self.setText(f" {shown}  {self._keys}" if self._keys else f" {shown}")
        self.setToolTip(
            self.tr("Open: {questions} questions, {orders} orders. Click to answer.").format(
                questions=questions, orders=orders
            )
        )

    def _left(self, left: float | None) -> str:
        if left is None:
            return self.tr("no deadline")
        return said_left(left) if left >= 0 else self.tr("late by {time}").format(time=said_left(left))
