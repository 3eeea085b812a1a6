"""The lower panel: the chosen area in words, who is inside, who passed; or a file to be read."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QWidget

from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.geofences.exchange import Exchange
from laixi_transport.ui.pages.geofences.fence_form import FenceForm
from laixi_transport.ui.pages.geofences.visits import InsideNow, Passages
from laixi_transport.ui.widgets import Panel

FORM, INSIDE, PASSAGES, EXCHANGE, NOTHING = range(5)
PART_KEYS = {FORM: "Alt+1", INSIDE: "Alt+2", PASSAGES: "Alt+3"}


class SidePanel(Panel):
    """Shows one part at a time; the first three have buttons while an area is chosen."""

    turned = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        settings: QSettings = context.settings
        self.form = FenceForm(context.theme, context.now)
        self.inside = InsideNow(context.theme, settings, context.now)
        self.passages = Passages(context.theme, settings, context.now)
        self.exchange = Exchange()
        nothing = QLabel(
            self.tr("Click an area on the map or in the list to change it. The keys 1 to 4 draw a new one.")
        )
        nothing.setWordWrap(True)
        nothing.setObjectName("dim")
        nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._parts = QStackedWidget()
        for widget in (self.form, self.inside, self.passages, self.exchange, nothing):
            self._parts.addWidget(widget)
        self._turns = QWidget()
        row = QHBoxLayout(self._turns)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        for part, key in PART_KEYS.items():
            button = QToolButton()
            button.setObjectName("framed")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(key)
            self._group.addButton(button, part)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(self._turns)
        self.body.addWidget(self._parts, 1)
        self._group.button(FORM).setChecked(True)
        self._group.button(FORM).setText(self.tr("Area"))
        self._group.button(PASSAGES).setText(self.tr("Passages"))
        self.show_count(None)
        self._group.idClicked.connect(self.turn)
        self.turn(NOTHING)

    @property
    def part(self) -> int:
        """What is shown."""
        return self._parts.currentIndex()

    @property
    def wanted(self) -> int:
        """Which of the parts of an area was shown last."""
        return self._group.checkedId()

    def turn(self, part: int) -> None:
        """Show a part."""
        button = self._group.button(part)
        self._turns.setVisible(button is not None)
        if button is not None:
            button.setChecked(True)
        self._parts.setCurrentIndex(part)
        self.turned.emit(part)

    def show_count(self, inside: int | None) -> None:
        """Show how many vehicles are inside."""
        said = self.tr("Inside now") if inside is None else self.tr("Inside now ({count})").format(count=inside)
        self._group.button(INSIDE).setText(said)
