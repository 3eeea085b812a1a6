"""The last frames of a terminal, up and down, each to be looked into."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, QSettings, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from laixi_transport.services.terminals.model import FrameView
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.inspector import Inspector
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table

LEAST_PX = 270
LIST_SHARE = 0.34
KEPT = 500
"""Frames that stay in the list while it is watched."""


def frame_key(view: FrameView) -> tuple[float, str, bytes]:
    """Return what tells frames apart."""
    return view.at.timestamp(), view.direction, view.wire


def exact_time(time_s: float) -> str:
    """Return "10:42:18.307"."""
    return f"{text.clock(time_s)}.{int(time_s * 1000) % 1000:03d}"


def columns() -> list[Column[FrameView]]:
    """Return the columns of the list of frames."""
    translate = QCoreApplication.translate
    return [
        Column(
            "time",
            translate("Terminals", "Time"),
            lambda v: exact_time(v.at.timestamp()),
            sort=lambda v: v.at,
            hint=lambda v: text.date_time(v.at.timestamp()),
            width=98,
        ),
        Column(
            "direction",
            translate("Terminals", "Way"),
            wording.direction,
            icon=lambda v: ("arrow-narrow-up" if v.direction == "up" else "arrow-narrow-down", "dim"),
            colour=lambda v: "" if v.direction == "up" else "accent_text",
            width=84,
        ),
        Column(
            "message",
            translate("Terminals", "Message"),
            wording.message,
            colour=lambda v: "high_text" if v.fault else "",
            hint=wording.message,
            width=170,
        ),
        Column("summary", translate("Terminals", "Content"), wording.summary, hint=wording.summary, width=260),
        Column(
            "size",
            translate("Terminals", "Bytes"),
            lambda v: text.number(len(v.wire)),
            sort=lambda v: len(v.wire),
            numeric=True,
            width=60,
            hidden=True,
        ),
    ]


class FramesTab(QWidget):
    """The list left, the chosen frame right."""

    def __init__(self, theme: Theme, settings: QSettings) -> None:
        super().__init__()
        self.rows: RowsModel[FrameView] = RowsModel(columns(), frame_key, theme, self)
        self.table = Table(self.rows, theme, name="terminals-frames", settings=settings, hold=True)
        self.table.setAccessibleName(self.tr("Last frames"))
        self.table.sort_by("time", descending=True)
        self.inspector = Inspector(theme)
        self._scale = theme.scale
        self.table.chosen.connect(self.inspector.show_view)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.opened.connect(lambda _: self.inspector.tree.setFocus())
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.inspector)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.splitterMoved.connect(self._moved)
        self._own = False  # the user has given the two their room
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.splitter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._own:
            left = max(round(LEAST_PX * self._scale), round(self.width() * LIST_SHARE))
            self.splitter.setSizes([left, max(1, self.width() - left)])

    def _show_menu(self, place: QPoint) -> None:
        if self.table.current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy")).triggered.connect(self.table.copy)
        menu.addAction(self.tr("Copy hex")).triggered.connect(self.inspector.copy_hex)
        menu.addAction(self.tr("Copy JSON")).triggered.connect(self.inspector.copy_json)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _moved(self) -> None:
        self._own = True

    def clear(self, why: str) -> None:
        """Show nothing, and why."""
        self.rows.reset(())
        self.table.empty = why
        self.table.viewport().update()
        self.inspector.show_view(None)

    def show_frames(self, frames: Sequence[FrameView], *, anew: bool) -> None:
        """Show the last frames.

        anew   of another terminal than before; else new ones join those that are there
        """
        if anew:
            self.rows.reset(frames)
            self.rows.resort()
            if frames:
                self.table.choose(self.rows.key(self.rows.row_at(0)))
            else:
                self.inspector.show_view(None)
            return
        self.rows.merge([view for view in frames if self.rows.row(frame_key(view)) is None])
        every = self.rows.rows()
        if len(every) > KEPT:
            every.sort(key=lambda view: view.at, reverse=True)
            self.rows.remove([frame_key(view) for view in every[KEPT:]])
        if not self.rows.holding:
            self.rows.resort()
