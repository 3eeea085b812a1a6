"""Choosing a command, filling in what it asks for, and sending it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from laixi_transport.domain.problem import Problem
from laixi_transport.services.commands.catalogue import BY_KIND, COMMANDS
from laixi_transport.services.commands.form import Command, Input
from laixi_transport.services.terminals.model import TerminalStatus
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.inputs import asked, make_input
from laixi_transport.ui.problems import describe
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import dim
from laixi_transport.ui.widgets.scrolling import scrolled

WAITS_S = (60.0, 600.0, 3600.0, 86400.0)
USUAL_WAIT_S = 600.0

translate = QCoreApplication.translate


class CommandForm(QWidget):
    """``asked_to_send`` has the command and how long it may wait, seconds."""

    asked_to_send = Signal(object, float)

    def __init__(self, theme: Theme, now: Callable[[], float]) -> None:
        super().__init__()
        self._theme = theme
        self._now = now
        self._status: TerminalStatus | None = None
        self.inputs: dict[str, QWidget] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(self.tr("Command"))
        self.kinds.setMaxVisibleItems(24)
        for kind in COMMANDS:
            title = translate("Command", kind.TITLE)
            self.kinds.addItem(f"{title}  ·  {kind.MESSAGE:04X}", kind.KIND)
        self.kinds.currentIndexChanged.connect(self._choose)
        self._fields = QWidget()
        self._fields.setObjectName("content")
        scroll = scrolled(self._fields)
        self._scroll = scroll
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self.waits = QComboBox()
        self.waits.setAccessibleName(self.tr("How long the command may wait"))
        for wait_s in WAITS_S:
            self.waits.addItem(text.duration(wait_s), wait_s)
        self.waits.setCurrentIndex(WAITS_S.index(USUAL_WAIT_S))
        self.send_button = QPushButton()
        self.send_button.setObjectName("primary")
        self.send_button.setIcon(theme.icon("send", "on_accent"))
        self.send_button.clicked.connect(self.send)
        self.back_button = QPushButton(self.tr("Do not send"))
        self.back_button.clicked.connect(self.give_up)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(dim(self.tr("Waits at most")))
        row.addWidget(self.waits)
        row.addStretch(1)
        row.addWidget(self.back_button)
        row.addWidget(self.send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.kinds)
        column.addWidget(scroll, 1)
        column.addWidget(self._said)
        column.addLayout(row)
        self._confirming = False
        theme.changed.connect(lambda: self.send_button.setIcon(theme.icon("send", "on_accent")))
        self._choose()

    @property
    def kind(self) -> type[Command]:
        """The command that is chosen."""
        return BY_KIND[self.kinds.currentData()]

    @property
    def said(self) -> str:
        """What the line above the button says."""
        return self._said.text()

    @property
    def confirming(self) -> bool:
        """Whether a command that acts on terminal or vehicle waits for the second press."""
        return self._confirming

    def choose_kind(self, kind: str) -> None:
        """Choose a command."""
        self.kinds.setCurrentIndex(self.kinds.findData(kind))

    def show_terminal(self, status: TerminalStatus | None) -> None:
        """Say to whom it goes, and that it waits where the terminal is off line."""
        before = self._status.terminal.id if self._status is not None else None
        self._status = status
        if status is None or status.terminal.id != before:
            self._confirming = False
        self._show()

    def send(self) -> None:
        """Send what was entered; what acts on terminal or vehicle is asked about once more."""
        if self._status is None:
            return
        try:
            made = self.kind.made({name: asked(widget).value() for name, widget in self.inputs.items()})
        except Problem as problem:
            self._complain(problem)
            return
        if self.kind.GRAVE and not self._confirming:
            self._confirming = True
            self._show()
            self.back_button.setFocus()
            return
        self._confirming = False
        self._show()
        self.asked_to_send.emit(made, float(self.waits.currentData()))

    def give_up(self) -> None:
        """Do not send what was asked about."""
        self._confirming = False
        self._show()
        self.send_button.setFocus()

    def forget_entered(self) -> None:
        """Empty the form of what must not be sent twice: a text."""
        for form in self.kind.FORM:
            if form.required and form.input is Input.TEXT:
                asked(self.inputs[form.name]).set_value("")

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        first = next(iter(self.inputs.values()), self.send_button)
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _choose(self) -> None:
        """Make the fields of the chosen command."""
        fields = QWidget()
        fields.setObjectName("content")
        grid = QGridLayout(fields)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.inputs = {}
        for row, form in enumerate(self.kind.FORM):
            widget = make_input(form, self._theme, self._now())
            self.inputs[form.name] = widget
            if form.input is Input.FLAG:
                grid.addWidget(widget, row, 1)
                continue
            caption = dim(translate("Command", form.label))
            caption.setWordWrap(True)
            caption.setMaximumWidth(round(110 * self._theme.scale))
            caption.setBuddy(widget)
            tall = form.input in {Input.SEVERAL, Input.PAIRS} or widget.sizeHint().height() > 60
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop if tall else Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(widget, row, 1)
        if not self.kind.FORM:
            grid.addWidget(dim(self.tr("This command needs nothing else.")), 0, 0, 1, 2)
        grid.setRowStretch(len(self.kind.FORM) + 1, 1)
        self._scroll.setWidget(fields)
        self._confirming = False
        self._show()

    def _show(self) -> None:
        status = self._status
        self.back_button.setVisible(self._confirming)
        self.send_button.setEnabled(status is not None)
        self.send_button.setText(self.tr("Send now") if self._confirming else self.tr("Send (Ctrl+Enter)"))
        colour = "dim"
        if status is None:
            said = self.tr("Choose a terminal first.")
        elif self._confirming:
            why = translate("Command", self.kind.GRAVE)
            said = self.tr("{why} Send “{command}” to {name}?").format(
                why=why, command=translate("Command", self.kind.TITLE), name=wording.name(status)
            )
            colour = "text"
        elif status.online:
            said = self.tr("{name} is on line.").format(name=wording.name(status))
        else:
            said = self.tr("{name} is off line: the command waits until it signs on, and expires after that.").format(
                name=wording.name(status)
            )
        self._say(said, colour)

    def _complain(self, problem: Problem) -> None:
        if "field" in problem.values:
            named = {**problem.values, "field": translate("Command", str(problem.values["field"]))}
            problem = Problem(problem.template, **named)
        self._say(describe(problem), "high_text")

    def _say(self, said: str, colour: str) -> None:
        self._said.setText(said)
        self._said.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};")
