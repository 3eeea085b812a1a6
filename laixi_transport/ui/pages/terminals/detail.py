"""The selected terminal: who it is in one line, and its frames, refusals and commands in tabs."""

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QTabBar

from laixi_transport.services.terminals.model import TerminalStatus
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.commands import CommandsTab
from laixi_transport.ui.pages.terminals.frames import FramesTab
from laixi_transport.ui.pages.terminals.refusals import RefusalsTab
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import ElidedLabel, Panel

FRAMES, REFUSALS, COMMANDS = range(3)


class TerminalDetail(Panel):
    """Heading and tabs share one row, so that what is in the tabs has the room."""

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float], name: Callable[[int], str]) -> None:
        super().__init__()
        self._now = now
        self._status: TerminalStatus | None = None
        self.frames = FramesTab(theme, settings)
        self.refusals = RefusalsTab(theme, settings, now, name)
        self.commands = CommandsTab(theme, settings, now)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(self.tr("What to show of the terminal"))
        for words, hint in (
            (self.tr("Last frames"), "Alt+1"),
            (self.tr("Refusals"), "Alt+2"),
            (self.tr("Commands"), "Alt+3"),
        ):
            self.tabs.setTabToolTip(self.tabs.addTab(words), hint)
        self.stack = QStackedWidget()
        for widget in (self.frames, self.refusals, self.commands):
            self.stack.addWidget(widget)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setObjectName("heading")
        self.name.setFixedWidth(round(150 * theme.scale))
        self.about = ElidedLabel()
        self.about.setObjectName("dim")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.name)
        row.addWidget(self.tabs)
        row.addWidget(self.about, 1)
        self.head_row = row
        self.body.setContentsMargins(12, 4, 12, 10)
        self.body.setSpacing(0)
        self.body.addLayout(row)
        self.body.addWidget(self.stack, 1)
        self.show_status(None)

    @property
    def tab(self) -> int:
        """The tab in front."""
        return self.tabs.currentIndex()

    def show_tab(self, tab: int) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(tab)

    def show_status(self, status: TerminalStatus | None) -> None:
        """Show who is selected; None: nobody."""
        self._status = status
        self.commands.form.show_terminal(status)
        if status is None:
            self.name.setText(self.tr("Terminal"))
            self.about.setText(self.tr("No terminal is selected"))
            return
        self.name.setText(wording.name(status))
        self.about.setText(self._about(status))

    def _about(self, status: TerminalStatus) -> str:
        vehicle = status.vehicle
        parts = [wording.link(status), status.terminal.phone]
        if vehicle is not None:
            parts += [part for part in (vehicle.line, vehicle.organisation) if part]
        if status.session is not None:
            since = status.session.until or status.session.since
            parts.append(self.tr("since {time}").format(time=text.moment(since.timestamp(), self._now())))
            parts.append(wording.peer(status))
        parts.append(f"JT/T 808-{wording.version(status)}")
        parts.append(wording.device(status))
        if status.terminal.terminal_no:
            parts.append(self.tr("no. {number}").format(number=status.terminal.terminal_no))
        return " · ".join(part for part in parts if part != text.NONE)
