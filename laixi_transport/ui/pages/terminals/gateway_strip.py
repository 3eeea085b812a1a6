"""What the gateway counts, in one row; below it why bytes were refused."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from laixi_transport.services.terminals.model import GatewayStatus
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import ElidedLabel, Narrowing, Panel, dim

LEAST_PX = 480


class GatewayStrip(Panel):
    """``reason_asked`` tells of a click on a chip, with the reason or an empty text for the one that was lit."""

    reason_asked = Signal(str)

    def __init__(self, theme: Theme, now: Callable[[], float]) -> None:
        super().__init__()
        self._theme = theme
        self._now = now
        self._status: GatewayStatus | None = None
        self._lit = ""
        self._refused: dict[str, int] = {}  # by reason, the most frequent first
        self.body.setContentsMargins(12, 6, 12, 6)
        self.body.setSpacing(4)
        self.state = ElidedLabel()
        self.state.setMinimumWidth(round(150 * theme.scale))
        self._mark = QLabel()
        captions = {
            "connections": (
                self.tr("Connections"),
                self.tr(
                    "TCP connections open now, whether signed on or not; the top row counts vehicles that are heard"
                ),
            ),
            "frames": (self.tr("Frames/s"), self.tr("Well-formed frames, over the last second")),
            "reports": (self.tr("Reports/s"), self.tr("Positions, over the last second")),
            "acknowledged": (self.tr("Acknowledged"), self.tr("Answers that left after the commit, since the start")),
            "taken_over": (self.tr("Taken over"), self.tr("By a newer connection of the same terminal")),
            "idle": (self.tr("Idle closed"), self.tr("Connections that were silent for too long")),
            "turned_away": (self.tr("Turned away"), self.tr("Connections above the limit")),
            "pauses": (self.tr("Pauses"), self.tr("Times that reading stopped because the database could not follow")),
            "replayed": (self.tr("Sign-on refused"), self.tr("One terminal by turns from two addresses")),
            "throttled": (self.tr("Slowed down"), self.tr("Times that a connection sent more than a terminal does")),
        }
        self._figures: dict[str, Figure] = {name: Figure(*said) for name, said in captions.items()}
        row = QHBoxLayout()
        row.setSpacing(18)
        left = QHBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._mark)
        left.addWidget(self.state, 1)
        row.addLayout(left, 1)
        for figure in self._figures.values():
            row.addWidget(figure)
        self.body.addLayout(row)
        self._narrowing = Narrowing(row, [partial(self._show_figures, left) for left in (10, 8, 6, 4, 3)])
        chips = QHBoxLayout()
        chips.setSpacing(4)
        self._caption = dim(self.tr("Refused"))
        self._nothing = dim(self.tr("nothing since the start of the gateway"))
        chips.addWidget(self._caption)
        chips.addWidget(self._nothing)
        self._chips = chips
        self._more = dim(self.tr("{count} more").format(count=0))
        chips.addWidget(self._more)
        chips.addStretch(1)
        self.video = dim()
        chips.addWidget(self.video)
        self.body.addLayout(chips)
        self._buttons: dict[str, QPushButton] = {}
        theme.changed.connect(self._show_state)
        self.show_status(None)

    def show_status(self, status: GatewayStatus | None) -> None:
        """Show what a gateway counts; None if there never was one."""
        self._status = status
        self._show_state()
        values = (
            {
                "connections": text.number(status.connections),
                "frames": text.number(status.frames_per_s, 1),
                "reports": text.number(status.reports_per_s, 1),
                "acknowledged": text.number(status.acknowledged),
                "taken_over": text.number(status.taken_over),
                "idle": text.number(status.idle_closed + status.stalled_closed),
                "turned_away": text.number(status.turned_away),
                "pauses": text.number(status.pauses),
                "replayed": text.number(status.replayed + status.codes_closed),
                "throttled": text.number(status.throttled),
            }
            if status is not None
            else {}
        )
        for name, figure in self._figures.items():
            rate = name in {"connections", "frames", "reports"} and status is not None and not status.alive
            figure.show_value(text.NONE if rate else values.get(name, text.NONE))
        self._show_video(status)
        self._show_chips(dict(status.refused) if status is not None else {})
        self._narrowing.fit(self.width() - 24)

    def light(self, reason: str) -> None:
        """Show which reason is filtered by, empty for none."""
        self._lit = reason
        for name, button in self._buttons.items():
            button.setChecked(name == reason)

    def chip(self, reason: str) -> QPushButton:
        """Return the chip of a reason."""
        return self._buttons[reason]

    def minimumSizeHint(self) -> QSize:
        return QSize(round(LEAST_PX * self._theme.scale), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._narrowing.fit(self.width() - 24)
        self._fit_chips()

    def _show_state(self) -> None:
        status = self._status
        if status is None:
            name, colour = "plug-x", "dim"
            said = self.tr("No gateway has written into this database yet. Start one: laixi-transport gateway")
        elif not status.alive:
            name, colour = "plug-x", "high_text"
            said = self.tr("Gateway {address} is silent since {time}").format(
                address=status.address, time=text.moment(status.updated.timestamp(), self._now())
            )
        else:
            name, colour = "plug-connected", "good_text"
            said = self.tr("Gateway {address}, since {time}").format(
                address=status.address, time=text.moment(status.started.timestamp(), self._now())
            )
        self._mark.setPixmap(self._theme.pixmap(name, colour, 16, self.devicePixelRatioF()))
        self.state.setText(said)

    def _show_video(self, status: GatewayStatus | None) -> None:
        """Say what the port for video takes in, where there is one, and what it does not."""
        self.video.setVisible(status is not None and bool(status.video_port))
        if status is None:
            return
        coming = [stream for stream in status.video if stream.until is None] if status.alive else []
        said = self.tr("Video: {coming} streams, {watchers} watched, {refused} refused")
        self.video.setText(
            said.format(
                coming=text.number(len(coming)),
                watchers=text.number(sum(bool(stream.watchers) for stream in coming)),
                refused=text.number(sum(status.video_refused.values()) + status.video_turned_away),
            )
        )
        lines = [self.tr("Terminals bring video to port {port}").format(port=status.video_port)]
        lines += [f"{wording.refusal(reason)}: {text.number(n)}" for reason, n in status.video_refused.items() if n]
        turned_away = self.tr("Connections above the limit: {count}").format(
            count=text.number(status.video_turned_away)
        )
        self.video.setToolTip("\n".join([*lines, turned_away]))

    def _show_figures(self, shown: int) -> None:
        for at, figure in enumerate(self._figures.values()):
            figure.setVisible(at < shown)

    def _show_chips(self, refused: dict[str, int]) -> None:
        kept = {reason: count for reason, count in refused.items() if count}
        self._nothing.setVisible(not kept)
        self._caption.setText(
            self.tr("Refused {count}").format(count=text.number(sum(kept.values()))) if kept else self.tr("Refused")
        )
        self._refused = dict(sorted(kept.items(), key=lambda item: -item[1]))
        for reason, count in self._refused.items():
            button = self._buttons.get(reason) or self._add_chip(reason)
            button.setText(f"{wording.refusal(reason)} {text.number(count)}")
        self._fit_chips()

    def _fit_chips(self) -> None:
        """Show the chips of the most frequent reasons, as many as there is room for, and how many are left."""
        video = 0 if self.video.isHidden() else self.video.sizeHint().width() + 4
        room = self.width() - 24 - video - self._caption.sizeHint().width() - self._more.sizeHint().width() - 8
        left = list(self._refused)
        for reason in self._refused:
            room -= self._buttons[reason].sizeHint().width() + 4
            if room < 0:
                break
            left.remove(reason)
        for reason, button in self._buttons.items():
            button.setVisible(reason in self._refused and reason not in left)
        self._more.setVisible(bool(left))
        self._more.setText(self.tr("{count} more").format(count=len(left)))
        self._more.setToolTip("\n".join(f"{wording.refusal(r)} {text.number(self._refused[r])}" for r in left))

    def _add_chip(self, reason: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName("chip")
        button.setCheckable(True)
        button.setChecked(reason == self._lit)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(wording.advice(reason) or self.tr("Show the last bytes that were refused for this"))
        button.clicked.connect(lambda on: self.reason_asked.emit(reason if on else ""))
        self._buttons[reason] = button
        self._chips.insertWidget(self._chips.count() - 3, button)
        return button


class Figure(QWidget):
    """A number below its caption."""

    def __init__(self, caption: str, hint: str) -> None:
        super().__init__()
        self._value = QLabel(text.NONE)
        self._value.setObjectName("strong")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(dim(caption), 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self._value, 0, Qt.AlignmentFlag.AlignRight)
        self.setToolTip(hint)

    def show_value(self, value: str) -> None:
        """Show another number."""
        if self._value.text() != value:
            self._value.setText(value)
