"""The row of controls above the timeline."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from laixi_transport.domain.time import beijing_date
from laixi_transport.ui import format as text
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.pages.playback.speed_box import SpeedBox
from laixi_transport.ui.pages.playback.stage import TRAIL_ALL, TRAIL_NONE
from laixi_transport.ui.pages.playback.time_field import TimeField
from laixi_transport.ui.theme import Theme, fonts
from laixi_transport.ui.timeline.clock import PlaybackClock
from laixi_transport.ui.widgets import ElidedLabel, Narrowing

_ICONS = {
    "playback.home": "player-skip-back",
    "playback.back": "chevron-left",
    "playback.toggle": "player-play",
    "playback.forward": "chevron-right",
    "playback.end": "player-skip-forward",
}
_NAMED = {
    "playback.follow": "current-location",
    "playback.whole_day": "arrow-autofit-width",
    "playback.bookmarks": "map-pin",
    "playback.compare": "history",
}
_SPARED = ("playback.home", "playback.end", "playback.bookmarks", "playback.compare")
TRAILS = (TRAIL_ALL, TRAIL_NONE, 1, 5, 15, 60)
LEVELS = 5
TRAIL_PX = 122
SPACING_PX = 6
BETWEEN_GROUPS = 2  # spacings beside those between neighbours


class TransportBar(QWidget):
    """Buttons for the page's actions, speed, exact time, follow; every key stands in its button's tooltip."""

    asked = Signal(float)
    """A typed moment, Unix seconds."""
    trail_chosen = Signal(int)
    """Minutes of way behind each vehicle, or TRAIL_ALL or TRAIL_NONE."""

    def __init__(self, theme: Theme, clock: PlaybackClock, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._buttons: dict[str, QToolButton] = {}
        self.speed = SpeedBox(clock)
        self.time = TimeField()
        self.hint = ElidedLabel(self.tr("J K L play · , . one report · I O loop · wheel zooms · T time"))
        self.hint.setObjectName("dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING_PX)
        for id_ in _ICONS:
            row.addWidget(self._button(id_, actions[id_]))
        row.addSpacing(SPACING_PX)
        row.addWidget(self.speed)
        row.addWidget(self.time)
        row.addSpacing(SPACING_PX)
        row.addWidget(self._button("playback.follow", actions["playback.follow"]))
        row.addWidget(self._button("playback.whole_day", actions["playback.whole_day"]))
        row.addWidget(self._button("playback.bookmarks", actions["playback.bookmarks"]))
        row.addWidget(self._button("playback.compare", actions["playback.compare"]))
        row.addWidget(self._make_trail())
        row.addSpacing(SPACING_PX)
        row.addWidget(self.hint, 100)
        row.addStretch(1)  # where there is no hint
        self._buttons["playback.toggle"].setMinimumWidth(fonts.in_scale(52))
        self._narrowing = Narrowing(row, [partial(self._spare, level) for level in range(LEVELS)])
        self.time.asked.connect(self._ask)
        clock.changed.connect(self._paint)
        theme.changed.connect(self._paint)
        self._paint()

    def button(self, id_: str) -> QToolButton:
        """Return the button of an action."""
        return self._buttons[id_]

    def minimumSizeHint(self) -> QSize:
        """Return the size with everything spared that can be."""
        icon = self._buttons["playback.back"]
        kept = (icon, icon, self._buttons["playback.toggle"], icon, icon, self.speed, self.time)
        width = sum(max(widget.minimumSizeHint().width(), widget.minimumWidth()) + SPACING_PX for widget in kept)
        return QSize(width + BETWEEN_GROUPS * SPACING_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._narrowing.fit(self.width())

    def _ask(self, at_s: float) -> None:
        """Ask for a typed moment, and tell why the clock stays short of it on the days that are shown."""
        begin_s, end_s = self._clock.begin, self._clock.end
        shown = beijing_date(begin_s) <= beijing_date(at_s) <= beijing_date(end_s)
        self.asked.emit(at_s)
        if shown and not begin_s <= at_s <= end_s:
            said = self.tr("There are reports only from {begin} to {end}.")
            self.time.tell(said.format(begin=text.date_time(begin_s), end=text.date_time(end_s)))

    def _spare(self, level: int) -> None:
        """Spare the hint, then the words on the buttons, then the trail, then what has keys."""
        self.hint.setVisible(level < 1)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if level < 2 else Qt.ToolButtonStyle.ToolButtonIconOnly
        for id_ in _NAMED:
            self._buttons[id_].setToolButtonStyle(style)
        self.trail.setVisible(level < 3)
        for id_ in _SPARED:
            self._buttons[id_].setVisible(level < 4)

    def _make_trail(self) -> QComboBox:
        self.trail = QComboBox()
        for minutes in TRAILS:
            self.trail.addItem(self._trail_text(minutes), minutes)
        self.trail.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.trail.setFixedWidth(fonts.in_scale(TRAIL_PX))
        self.trail.setAccessibleName(self.tr("Way behind the vehicles"))
        self.trail.setToolTip(self.tr("How much of the way behind each vehicle is drawn (W)"))
        self.trail.currentIndexChanged.connect(lambda place: self.trail_chosen.emit(TRAILS[place]))
        return self.trail

    def _trail_text(self, minutes: int) -> str:
        if minutes == TRAIL_ALL:
            return self.tr("Whole way")
        return self.tr("No way") if minutes == TRAIL_NONE else self.tr("Way of {n} min").format(n=minutes)

    def next_trail(self) -> None:
        """Take the next length of the selector."""
        self.trail.setCurrentIndex((self.trail.currentIndex() + 1) % len(TRAILS))

    def _button(self, id_: str, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setObjectName("framed")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keys = ", ".join(key.toString(key.SequenceFormat.NativeText) for key in action.shortcuts())
        hint = f"{action.text()} ({keys})" if keys else action.text()
        button.setToolTip(hint)
        button.setAccessibleName(action.text())
        if action.isCheckable():
            button.setCheckable(True)
            action.toggled.connect(button.setChecked)
        button.clicked.connect(action.trigger)
        if id_ not in _ICONS:
            button.setText(action.iconText())
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._buttons[id_] = button
        return button

    def _paint(self) -> None:
        for id_, icon in _ICONS.items():
            self._buttons[id_].setIcon(self._theme.icon(icon))
        playing = "player-pause" if self._clock.playing else "player-play"
        self._buttons["playback.toggle"].setIcon(self._theme.icon(playing))
        for id_, icon in _NAMED.items():
            self._buttons[id_].setIcon(self._theme.icon(icon))
