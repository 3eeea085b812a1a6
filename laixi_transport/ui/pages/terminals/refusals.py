"""What was refused, of one terminal or of all sources: counts by reason, the last bytes, and what to do about it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from laixi_transport.services.terminals.model import RefusedView
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.hex_view import HexView
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table, dim

Count = tuple[str, int]

WIDE_PX = 1100
TABLE_PX = (620, 420, 0)
"""Room that the table wants, for each of the ways in which the bytes can stand beside it."""


def columns(now: Callable[[], float], name: Callable[[int], str]) -> list[Column[RefusedView]]:
    """Return the columns of the list of refusals; ``name`` gives the plate of a terminal."""
    translate = QCoreApplication.translate

    def source(view: RefusedView) -> str:
        return (name(view.terminal_id) if view.terminal_id is not None else "") or view.source

    return [
        Column(
            "time",
            translate("Terminals", "Time"),
            lambda r: wording.short_moment(r.at.timestamp(), now()),
            sort=lambda r: r.at,
            hint=lambda r: text.date_time(r.at.timestamp()),
            width=92,
        ),
        Column("source", translate("Terminals", "From"), source, width=112, hint=lambda r: r.source),
        Column("reason", translate("Terminals", "Reason"), lambda r: wording.refusal(r.reason), width=128),
        Column(
            "bytes",
            translate("Terminals", "Bytes"),
            lambda r: r.data[:24].hex(" ") if r.data else translate("Terminals", "not kept: too many at once"),
            width=260,
        ),
    ]


class RefusalsTab(QWidget):
    """Counts left, the last refusals in the middle, the bytes of the chosen one right."""

    scope_changed = Signal(bool)
    """Whether all sources are wanted instead of the selected terminal."""
    reason_changed = Signal(str)

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float], name: Callable[[int], str]) -> None:
        super().__init__()
        self._theme = theme
        self._reason = ""
        translate = QCoreApplication.translate
        self.this = QPushButton(self.tr("This terminal"))
        self.all = QPushButton(self.tr("All sources"))
        for button in (self.this, self.all):
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda: self.scope_changed.emit(self.all.isChecked()))
        self.this.setChecked(True)
        scope = QHBoxLayout()
        scope.setSpacing(4)
        scope.addWidget(self.this, 1)
        scope.addWidget(self.all, 1)
        self.counts: RowsModel[Count] = RowsModel(
            [
                Column(
                    "reason", translate("Terminals", "Reason"), lambda c: wording.refusal(c[0]), width=120, hint=_why
                ),
                Column(
                    "count",
                    translate("Terminals", "Refused"),
                    lambda c: text.number(c[1]),
                    sort=lambda c: c[1],
                    numeric=True,
                    width=64,
                ),
            ],
            lambda c: c[0],
            theme,
            self,
        )
        self.counts_table = Table(self.counts, theme)
        self.counts_table.setAccessibleName(self.tr("Refusals by reason"))
        self.counts_table.sort_by("count", descending=True)
        self.counts_table.chosen.connect(lambda c: self.choose_reason(c[0] if c is not None else ""))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(scope)
        column.addWidget(self.counts_table, 1)
        self.rows: RowsModel[RefusedView] = RowsModel(columns(now, name), lambda r: r.id, theme, self)
        self.table = Table(self.rows, theme, name="terminals-refusals", settings=settings, hold=True)
        self.table.setAccessibleName(self.tr("Last refusals"))
        self.table.sort_by("time", descending=True)
        self.table.chosen.connect(self._show)
        self.hex = HexView(theme)
        self.advice = QLabel()
        self.advice.setWordWrap(True)
        self.advice.setTextFormat(Qt.TextFormat.PlainText)
        self.caption = dim()
        self.copy_button = QPushButton(self.tr("Copy hex"))
        self.copy_button.setEnabled(False)
        self.copy_button.clicked.connect(self.copy_hex)
        head = QHBoxLayout()
        head.addWidget(self.caption, 1)
        head.addWidget(self.copy_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.advice)
        column.addWidget(self.hex, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((left, 0), (self.table, 1), (right, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.splitter)
        self._show(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        scale = self._theme.scale
        left = round((250 if self.width() >= WIDE_PX * scale else 190) * scale)
        right = self.hex.width_for(self.width() - left, [round(px * scale) for px in TABLE_PX])
        self.splitter.setSizes([left, max(1, self.width() - left - right), right])

    @property
    def everything(self) -> bool:
        """Whether the refusals of all sources are shown."""
        return self.all.isChecked()

    @property
    def reason(self) -> str:
        """The reason that is filtered by, empty for all."""
        return self._reason

    def choose_scope(self, *, everything: bool) -> None:
        """Show all sources or the selected terminal alone; emits nothing."""
        (self.all if everything else self.this).setChecked(True)

    def choose_reason(self, reason: str) -> None:
        """Show only what was refused for a reason."""
        if reason == self._reason:
            return
        self._reason = reason
        self.counts_table.choose(reason or None)
        self._filter()
        self.reason_changed.emit(reason)

    def clear(self, why: str) -> None:
        """Show nothing, and why."""
        self.rows.reset(())
        self.counts.reset(())
        self.table.empty = why
        self.table.viewport().update()
        self._show(None)

    def show_refusals(self, refused: Sequence[RefusedView], counts: Mapping[str, int], *, anew: bool) -> None:
        """Show the last refusals, and how many there were for each reason."""
        kept = [(reason, count) for reason, count in counts.items() if count]
        if anew:
            self.counts.reset(kept)
            self.rows.reset(refused)
            self.rows.resort()
            self.counts.resort()
            self._show(None)
        else:
            self.counts.merge(kept)
            self.rows.merge([view for view in refused if self.rows.row(view.id) is None])
            if not self.rows.holding:
                self.rows.resort()
        self._filter()

    def copy_hex(self) -> None:
        """Put the bytes of the chosen refusal on the clipboard."""
        view = self.table.current()
        if view is not None:
            QGuiApplication.clipboard().setText(view.data.hex(" "))

    def _filter(self) -> None:
        reason = self._reason
        chosen = self.table.current()
        self.rows.filter((lambda view: view.reason == reason) if reason else None)
        self.table.choose(chosen.id if chosen is not None else None, scroll=False)
        if reason:
            self.table.empty = self.tr("None of the refusals that are kept has this reason.")
        elif self.everything:
            self.table.empty = self.tr("Nothing was refused.")
        else:
            self.table.empty = self.tr("Nothing of this terminal was refused.")
        self.table.viewport().update()

    def _show(self, view: RefusedView | None) -> None:
        self.hex.show_bytes(view.data if view is not None else b"")
        self.copy_button.setEnabled(view is not None and bool(view.data))
        if view is None:
            self.caption.setText("")
            self.advice.setText("")
            return
        self.caption.setText(
            self.tr("{reason} · {count} bytes").format(
                reason=wording.refusal(view.reason), count=text.number(len(view.data))
            )
        )
        self.advice.setText(wording.advice(view.reason))
        self.advice.setVisible(bool(self.advice.text()))


def _why(count: Count) -> str:
    return wording.advice(count[0])
