"""The permanent bar at the bottom: how many alerts of each priority, the one to look at first, and its keys."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from laixi_transport.domain.alert import Alert, Priority
from laixi_transport.ui import format as text
from laixi_transport.ui.models.alerts import ICONS, PRIORITIES, OpenAlerts
from laixi_transport.ui.shell.request_chip import RequestChip
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Narrowing
from laixi_transport.ui.widgets.action_button import ActionButton
from laixi_transport.ui.widgets.labels import ElidedLabel

ICON_PX = 16


class AlarmBar(QFrame):
    """Shows ``OpenAlerts``; ``asked`` carries the alert whose line was clicked."""

    asked = Signal(object)

    def __init__(
        self,
        theme: Theme,
        alerts: OpenAlerts,
        name: Callable[[int], str],
        now: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._alerts = alerts
        self._name = name
        self._now = now
        self._icon_px = ICON_PX
        self._known = False  # nothing is open yet: "0" would say that there are no alerts
        self.setObjectName("alarmBar")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 3, 6, 3)
        self._row.setSpacing(6)
        self._first: RequestChip | None = None
        self._buttons: list[QPushButton] = []
        self._narrowing = Narrowing(self._row, [partial(self._spare, level) for level in range(3)])
        self._icons: dict[Priority, QLabel] = {}
        self.counts: dict[Priority, QLabel] = {}
        for priority in PRIORITIES:
            icon, count = QLabel(), QLabel()
            count.setObjectName("strong")
            self._icons[priority], self.counts[priority] = icon, count
            self._row.addWidget(icon)
            self._row.addWidget(count)
            self._row.addSpacing(10)
        self.oldest = _Line()
        self.oldest.clicked.connect(self._ask)
        self._row.addWidget(self.oldest, 1)
        alerts.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        """Return the size with everything spared that can be: counts are never cut."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._narrowing.fit(self.width())

    def add_button(self, action: QAction, text: str = "") -> QPushButton:
        """Add a button for an action, with its key written on it; ``text`` where the action's own one is too long."""
        button = ActionButton(action, text)
        self._row.addWidget(button)
        self._buttons.append(button)
        return button

    def enlarge(self) -> None:
        """Be read from the other end of a room."""
        self.setProperty("wall", True)
        self._icon_px = round(ICON_PX * 1.5)
        if self._first is not None:
            self._first.setProperty("wall", True)
            self._first.setIconSize(self._first.iconSize() * 1.5)
        self.refresh()

    def add_first(self, chip: RequestChip) -> None:
        """Put something before the counts, that cannot wait."""
        self._first = chip
        self._row.insertWidget(0, chip)

    def show_known(self) -> None:
        """Show the alerts from now on; before there is a database nothing is known of them."""
        self._known = True
        self.refresh()

    def refresh(self) -> None:
        """Show counts and the first alert; the clock calls it as well, for the age."""
        summary = self._alerts.summary()
        for priority in PRIORITIES:
            new, everything = summary.new[priority], summary.open[priority]
            colour = priority.value if new else "dim"
            word = f"{priority.value}_text" if new else "dim"
            picture = self._theme.pixmap(ICONS[priority], colour, self._icon_px, self.devicePixelRatioF())
            self._icons[priority].setPixmap(picture)
            label = self.counts[priority]
            count = text.number(new) if self._known else text.NONE
            label.setText(self.tr("{priority} {count}").format(priority=text.priority(priority), count=count))
            label.setStyleSheet(f"color: {getattr(self._theme.palette, word)};")
            hint = self.tr("{new} not acknowledged, {open} open in all").format(new=new, open=everything)
            label.setToolTip(hint if self._known else "")
        self.oldest.alert = summary.oldest
        self.oldest.setText(self._sentence(summary.oldest))
        self._narrowing.fit(self.width())
        self.oldest.setStyleSheet("" if summary.oldest else f"color: {self._theme.palette.dim};")

    def _spare(self, level: int) -> None:
        """Spare words of the request, then the buttons, which have keys; counts stay whole."""
        if self._first is not None:
            self._first.be_short(short=level > 0)
        for button in self._buttons:
            button.setVisible(level < 2)

    def _sentence(self, alert: Alert | None) -> str:
        if not self._known:
            return self.tr("Alerts are not known: no database is open")
        if alert is None:
            return self.tr("No alert waits to be acknowledged")
        begin_s, now_s = alert.begin.timestamp(), self._now()
        return self.tr("Oldest not acknowledged: {time}  {vehicle}  {alert} ({ago})").format(
            time=text.moment(begin_s, now_s),
            vehicle=text.plate(self._name(alert.vehicle_id)),
            alert=text.alert(alert),
            ago=text.ago(begin_s, now_s),
        )

    def _ask(self) -> None:
        if self.oldest.alert is not None:
            self.asked.emit(self.oldest.alert)


class _Line(ElidedLabel):
    """A line that can be clicked."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.alert: Alert | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
