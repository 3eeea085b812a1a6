"""Commands to a terminal: what was sent and what became of it, the answer readable, and the next one."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QSettings, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from laixi_transport.domain.command import CommandEntry, CommandState
from laixi_transport.services.commands.catalogue import BY_KIND
from laixi_transport.services.commands.form import FormField, Input
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.answer import AnswerView
from laixi_transport.ui.pages.terminals.command_form import CommandForm
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table

SIDE_BY_SIDE_PX = 1180
"""Narrower than this the form and the answer take turns."""
FORM_PX = 380

translate = QCoreApplication.translate


def told(entry: CommandEntry) -> str:
    """Return what was entered, in one line."""
    kind = BY_KIND.get(entry.kind)
    if kind is None:
        return text.NONE
    parts = []
    for form in kind.FORM:
        value = entry.parameters.get(form.name)
        if value in (None, "", [], ()) or value == form.default or form.secret:
            continue
        parts.append(_told(form, value))
    return " · ".join(parts)


def _told(form: FormField, value: object) -> str:
    label = translate("Command", form.label)
    named = {choice.value: translate("Command", choice.label) for choice in form.choices}
    match form.input:
        case Input.TEXT if form.required:
            return str(value)
        case Input.FLAG:
            return label if value else translate("Terminals", "not {what}").format(what=label)
        case Input.CHOICE if isinstance(value, int):
            return named.get(value, str(value))
        case Input.SEVERAL if isinstance(value, list):
            return ", ".join(named.get(member, str(member)) for member in value)
        case Input.PAIRS if isinstance(value, list):
            return ", ".join(f"{named.get(number, number)} = {said}" for number, said in value)
        case Input.MOMENT:
            return f"{label} {str(value).replace('T', ' ')[:19]}"
        case _:
            return f"{label} {value}{form.unit and ' '}{form.unit}"


def columns(now: Callable[[], float]) -> list[Column[CommandEntry]]:
    """Return the columns of the history."""
    return [
        Column(
            "made",
            translate("Terminals", "Time"),
            lambda e: text.moment(e.made_at.timestamp(), now()),
            sort=lambda e: e.id,
            hint=lambda e: text.date_time(e.made_at.timestamp()),
            width=96,
        ),
        Column("command", translate("Terminals", "Command"), wording.command, width=128),
        Column(
            "state",
            translate("Terminals", "State"),
            wording.state,
            sort=lambda e: (e.state.value, -e.id),
            icon=lambda e: wording.STATE_ICONS[e.state],
            colour=lambda e: wording.STATE_ICONS[e.state][1],
            hint=wording.result,
            width=100,
        ),
        Column("result", translate("Terminals", "What became of it"), wording.result, hint=wording.result, width=250),
        Column("told", translate("Terminals", "What was told"), told, hint=told, width=170),
        Column("by", translate("Terminals", "By"), lambda e: e.made_by or text.NONE, width=80),
    ]


class CommandsTab(QWidget):
    """History left; the answer of the chosen one; the form."""

    cancel_asked = Signal(object)
    """CommandEntry that is to be taken back."""
    chosen = Signal(object)
    """CommandEntry or None."""

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float]) -> None:
        super().__init__()
        self._theme = theme
        self._wide: bool | None = None
        self.rows: RowsModel[CommandEntry] = RowsModel(columns(now), lambda e: e.id, theme, self)
        self.table = HistoryTable(self.rows, theme, name="terminals-commands", settings=settings)
        self.table.setAccessibleName(self.tr("Commands so far"))
        self.table.sort_by("made", descending=True)
        self.table.chosen.connect(self._tell_chosen)
        self.table.opened.connect(lambda _: self.show_answer_side())
        self.table.cancel_asked.connect(self.cancel_asked)
        self.answer = AnswerView(theme)
        self.answer.cancel_button.clicked.connect(self.cancel)
        self.form = CommandForm(theme, now)
        self._form_side = QWidget()
        column = QVBoxLayout(self._form_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self.new_button = QPushButton(self.tr("New command (N)"))
        self.new_button.setIcon(theme.icon("plus", "dim"))
        self.new_button.clicked.connect(self.begin)
        self.answer.bar.addWidget(self.new_button)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((self.table, 3), (self.answer, 2), (self._form_side, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([round(w * theme.scale) for w in (720, 480, FORM_PX)])
        self._form_side.setMinimumWidth(round(300 * theme.scale))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.splitter)
        self._answering = False
        self._arrange()

    def clear(self, why: str) -> None:
        """Show nothing, and why."""
        self.rows.reset(())
        self.table.empty = why
        self.answer.show_entry(None, ())

    def merge(self, entries: Sequence[CommandEntry]) -> None:
        """Take new and changed commands of the terminal; what is settled stays so, although a late reading comes."""
        self.table.empty = self.tr("Nothing was sent to this terminal yet. N begins a command.")
        known = {entry.id: self.rows.row(entry.id) for entry in entries}
        fresh = [e for e in entries if (k := known[e.id]) is None or (k != e and not k.state.settled)]
        self.rows.merge(fresh)
        self.rows.resort()
        self.table.viewport().update()
        current = self.table.current()
        if current is not None and any(entry.id == current.id for entry in fresh):
            self.chosen.emit(current)

    def choose(self, command_id: int) -> None:
        """Choose a command of the history."""
        self.table.choose(command_id)

    def cancel(self) -> None:
        """Take the chosen command back."""
        entry = self.table.current()
        if entry is not None and entry.state is CommandState.QUEUED:
            self.cancel_asked.emit(entry)

    def begin(self) -> None:
        """Bring the form."""
        self._answering = False
        self._arrange()
        self.form.focus_first()

    def show_answer_side(self) -> None:
        """Bring the answer."""
        self._answering = True
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= round(SIDE_BY_SIDE_PX * self._theme.scale)
        self.answer.setVisible(wide or self._answering)
        self._form_side.setVisible(wide or not self._answering)
        self.new_button.setVisible(not wide)
        self._wide = wide

    def _tell_chosen(self, entry: CommandEntry | None) -> None:
        if entry is not None and self.table.hasFocus():
            self.show_answer_side()
        self.chosen.emit(entry)


class HistoryTable(Table):
    """The table of commands with a menu of its own."""

    cancel_asked = Signal(object)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        entry = self.current()
        if entry is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy")).triggered.connect(self.copy)
        take_back = menu.addAction(self.tr("Take back"))
        take_back.setEnabled(entry.state is CommandState.QUEUED)
        take_back.triggered.connect(lambda: self.cancel_asked.emit(entry))
        menu.popup(event.globalPos())
