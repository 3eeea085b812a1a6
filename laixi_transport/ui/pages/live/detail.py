"""The selected vehicle: speed against its limit, state, age of the newest report, today's distance."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from laixi_transport.analytics.distance import Distance
from laixi_transport.domain.fleet import MotionState
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.live import wording
from laixi_transport.ui.pages.live.fleet import VehicleRow
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import ElidedLabel, FieldList, Panel

LATE_S = 120
"""What is older than this when it arrives was held back: a blind area, a wrong clock, a replay."""


class VehicleDetail(Panel):
    """Keeps its size whatever is selected: the list below must not jump."""

    playback = Signal()
    follow = Signal(bool)

    def __init__(self, theme: Theme, now: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._now = now
        self._theme = theme
        self._row: VehicleRow | None = None
        self._today: Distance | None = None
        self.name = ElidedLabel()
        self.name.setObjectName("heading")
        self.about = ElidedLabel()
        self.about.setObjectName("dim")
        self.fields = FieldList(
            theme,
            (
                ("speed", self.tr("Speed")),
                ("limit", self.tr("Limit")),
                ("state", self.tr("State")),
                ("today", self.tr("Today")),
                ("report", self.tr("Last report")),
                ("place", self.tr("Place")),
                ("alarm", self.tr("Alarm")),
            ),
        )
        self.follow_button = QPushButton(self.tr("Follow  F"))
        self.follow_button.setCheckable(True)
        self.follow_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.follow_button.clicked.connect(self.follow)
        self.playback_button = QPushButton(self.tr("Playback  P"))
        self.playback_button.setObjectName("primary")
        self.playback_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.playback_button.clicked.connect(lambda *_: self.playback.emit())
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.playback_button, 1)
        buttons.addWidget(self.follow_button, 1)
        self.body.addWidget(self.name)
        self.body.addWidget(self.about)
        self.body.addSpacing(2)
        self.body.addWidget(self.fields)
        self.body.addSpacing(4)
        self.body.addLayout(buttons)
        self.show_row(None)

    def show_row(self, row: VehicleRow | None) -> None:
        """Show a vehicle, or that none is selected."""
        if row is None or self._row is None or row.id != self._row.id:
            self._today = None
        self._row = row
        self.playback_button.setEnabled(row is not None)
        self.follow_button.setEnabled(row is not None and row.located)
        if row is None:
            self.name.setText(self.tr("No vehicle selected"))
            self.about.setText(self.tr("Click one on the map or in the list"))
            self.fields.clear()
            return
        self.name.setText(row.name)
        self.about.setText(wording.subtitle(row))
        self.age()

    def show_today(self, distance: Distance | None) -> None:
        """Show how far the selected vehicle went today."""
        self._today = distance
        self.age()

    def show_following(self, following: bool) -> None:
        """Show whether the map follows the vehicle."""
        self.follow_button.setChecked(following)

    def age(self) -> None:
        """Show everything as of now."""
        row, now_s = self._row, self._now()
        if row is None:
            return
        self._show_speed(row)
        self.fields.set("state", wording.state(row, now_s), colour=wording.state_colour(row))
        alarmed = row.motion == MotionState.ALARM
        self.fields.set("alarm", wording.alarm(row) or text.NONE, colour=wording.state_colour(row) if alarmed else "")
        self._show_today()
        self._show_report(row, now_s)

    def _show_speed(self, row: VehicleRow) -> None:
        limit = row.vehicle.speed_limit_kmh
        if row.state is None or row.motion == MotionState.OFFLINE:
            self.fields.set("speed", text.NONE)
        elif row.over_limit:
            self.fields.set(
                "speed",
                self.tr("{speed}, over the limit").format(speed=text.speed(row.state.speed_kmh, limit)),
                colour="high_text",
            )
        else:
            self.fields.set("speed", text.speed(row.state.speed_kmh))
        if limit is None:
            self.fields.set("limit", self.tr("not known"))
        else:
            self.fields.set("limit", text.speed(limit), why=self.tr("The limit entered for this vehicle"))

    def _show_today(self) -> None:
        today = self._today
        if today is None:
            self.fields.set("today", text.NONE)
        elif today.odometer_km is not None:
            self.fields.set("today", text.mileage(today.odometer_km), why=self.tr("By the terminal's odometer"))
        else:
            self.fields.set(
                "today",
                text.mileage(today.gnss_km),
                why=self.tr("Along the fixes; gaps are not counted"),
            )

    def _show_report(self, row: VehicleRow, now_s: float) -> None:
        state = row.state
        if state is None:
            self.fields.set("report", text.NONE)
            self.fields.set("place", text.NONE)
            return
        heard = text.ago(state.received_s, now_s)
        if state.received_s - state.time_s > LATE_S:
            heard = self.tr("{ago}, tells of {time}").format(ago=heard, time=text.moment(state.time_s, now_s))
        elif state.satellites is not None:
            heard = self.tr("{ago} · {count} satellites").format(ago=heard, count=state.satellites)
        self.fields.set("report", heard, why=text.date_time(state.time_s))
        if not row.located:
            self.fields.set("place", self.tr("never had a fix"))
        elif state.located_time_s < state.time_s:
            old = text.ago(state.located_time_s, now_s)
            self.fields.set("place", self.tr("no fix now, the last {ago}").format(ago=old))
        else:
            self.fields.set("place", text.coordinate(state.lat_deg, state.lon_deg))
