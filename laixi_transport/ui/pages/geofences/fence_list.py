"""All areas: search, how many vehicles are inside, whether they hold now, and the tools that draw new ones."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from laixi_transport.domain.geofence import Geofence, GeofenceKind
from laixi_transport.domain.time import from_unix
from laixi_transport.ui import format as text
from laixi_transport.ui.map.tools import fence_words
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, Panel, RowsModel, Table

DRAW_KEYS = {
    GeofenceKind.CIRCLE: "1",
    GeofenceKind.RECTANGLE: "2",
    GeofenceKind.POLYGON: "3",
    GeofenceKind.CORRIDOR: "4",
}


class FenceRow(NamedTuple):
    """An area with what is known of it now."""

    fence: Geofence
    inside: int | None  # vehicles, None while it was not counted
    holds: bool

    @property
    def id(self) -> int:
        return self.fence.id


def state(row: FenceRow) -> str:
    """Return whether an area holds now."""
    if not row.fence.enabled:
        return QCoreApplication.translate("Geofence", "off")
    if row.holds:
        return QCoreApplication.translate("Geofence", "holds")
    return QCoreApplication.translate("Geofence", "rests")


def columns() -> list[Column[FenceRow]]:
    """Return the columns; the hidden ones are in the header's menu."""
    translate = QCoreApplication.translate
    return [
        Column(
            "name",
            translate("Geofence", "Name"),
            lambda r: r.fence.name,
            icon=lambda r: (fence_words.KIND_ICONS[r.fence.kind], "dim"),
            width=138,
        ),
        Column("purpose", translate("Geofence", "Purpose"), lambda r: fence_words.purpose(r.fence.purpose), width=92),
        Column(
            "inside",
            translate("Geofence", "Inside"),
            lambda r: text.NONE if r.inside is None else str(r.inside),
            sort=lambda r: -(r.inside or 0),
            numeric=True,
            width=54,
        ),
        Column(
            "state",
            translate("Geofence", "Now"),
            state,
            colour=lambda r: "" if r.holds else "dim",
            hint=lambda r: fence_words.hours(r.fence),
            width=56,
        ),
        Column(
            "limit",
            translate("Geofence", "km/h"),
            lambda r: text.speed(r.fence.limit_kmh, unit=False),
            sort=lambda r: r.fence.limit_kmh or 0.0,
            numeric=True,
            width=52,
            hidden=True,
        ),
        Column("kind", translate("Geofence", "Shape"), lambda r: fence_words.kind(r.fence.kind), width=80, hidden=True),
        Column("note", translate("Geofence", "Note"), lambda r: r.fence.note, width=140, hidden=True),
    ]


class FenceList(Panel):
    """``drawn`` asks for a new area of a kind, ``chosen`` tells which one was chosen."""

    chosen = Signal(object)
    """Id of the area, by key or pointer."""
    opened = Signal(object)
    """Id of the area: Enter or double click."""
    draw = Signal(object)
    """GeofenceKind of a new area."""
    file_wanted = Signal(bool)
    """A file is to be read (False) or written (True)."""
    brought_back = Signal()

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float]) -> None:
        super().__init__(caption=QCoreApplication.translate("Geofence", "Areas"))
        self._theme = theme
        self._now = now
        self._silent = False
        self._selected: int | None = None
        self._icons: list[tuple[QToolButton, str]] = []
        self.file_buttons = (
            self._tool("file-import", self.tr("Read areas from a GeoJSON file (Ctrl+O)")),
            self._tool("file-export", self.tr("Write areas to a GeoJSON file (Ctrl+E)")),
        )
        for write, button in enumerate(self.file_buttons):
            button.clicked.connect(lambda _=False, write=bool(write): self.file_wanted.emit(write))
            self.bar.addWidget(button)
        self.draw_buttons: dict[GeofenceKind, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(4)
        for kind, key in DRAW_KEYS.items():
            said = self.tr("Draw: {kind} ({key})").format(kind=fence_words.kind(kind), key=key)
            button = self._tool(fence_words.KIND_ICONS[kind], said)
            button.setObjectName("framed")
            button.setText(f"{fence_words.kind(kind)} {key}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, kind=kind: self.draw.emit(kind))
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            self.draw_buttons[kind] = button
            row.addWidget(button, 1)
        self.body.addLayout(row)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Name, purpose, note (/)"))
        self.search.setAccessibleName(self.tr("Search areas"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.body.addWidget(self.search)
        self.rows: RowsModel[FenceRow] = RowsModel(columns(), lambda r: r.id, theme, self)
        self.table = Table(self.rows, theme, name="geofences", settings=settings)
        self.table.setAccessibleName(self.tr("Areas"))
        self.table.sort_by("name")
        self.table.chosen.connect(self._tell_chosen)
        self.table.opened.connect(lambda r: self.opened.emit(r.id))
        self.body.addWidget(self.table, 1)
        self.back = QWidget()
        back = QHBoxLayout(self.back)
        back.setContentsMargins(0, 0, 0, 0)
        self._gone = QLabel()
        self._gone.setTextFormat(Qt.TextFormat.PlainText)
        self._gone.setWordWrap(True)
        self.back_button = QPushButton(self.tr("Bring back"))
        self.back_button.clicked.connect(self.brought_back)
        back.addWidget(self._gone, 1)
        back.addWidget(self.back_button)
        self.back.hide()
        self.body.addWidget(self.back)
        theme.changed.connect(self._recolour)
        self.show_fences(())

    def show_fences(self, fences: Iterable[Geofence], inside: Mapping[int, int] | None = None) -> None:
        """Show these areas and no others; ``inside`` has the number of vehicles by id."""
        moment = from_unix(self._now())
        rows = [FenceRow(f, None if inside is None else inside.get(f.id, 0), f.valid_at(moment)) for f in fences]
        known = {self.rows.key(row) for row in self.rows.rows()}
        if known == {row.id for row in rows} and not self.search.text():
            changed = [row for row in rows if self.rows.row(row.id) != row]
            if changed:
                self.rows.merge(changed)
        else:
            self._silent = True
            self.rows.reset(rows)
            self.rows.resort()
            self.table.choose(self._selected, scroll=False)
            self._silent = False
        self.caption.setText(self.tr("Areas ({count})").format(count=self.rows.total))
        self.table.empty = (
            self.tr("No area is like this.")
            if self.rows.total
            else self.tr("No areas yet. Choose a shape above and draw it on the map, or read a file.")
        )

    def choose(self, fence_id: int | None) -> None:
        """Highlight an area; emits nothing."""
        self._selected = fence_id
        self._silent = True
        self.table.choose(fence_id)
        self._silent = False

    def show_drawing(self, kind: GeofenceKind | None) -> None:
        """Show which kind is being drawn."""
        for one, button in self.draw_buttons.items():
            button.setChecked(one is kind)

    def offer_back(self, name: str) -> None:
        """Offer to bring back an area that was removed; empty takes the offer away."""
        self._gone.setText(self.tr("“{name}” was removed.").format(name=name) if name else "")
        self.back.setVisible(bool(name))

    def _filter(self, typed: str) -> None:
        words = typed.casefold().split()

        def wanted(row: FenceRow) -> bool:
            line = f"{row.fence.name} {fence_words.purpose(row.fence.purpose)} {row.fence.note}".casefold()
            return all(word in line for word in words)

        self._silent = True
        self.rows.filter(wanted if words else None)
        self.table.choose(self._selected, scroll=False)
        self._silent = False

    def _tell_chosen(self, row: FenceRow | None) -> None:
        if not self._silent and row is not None:
            self.chosen.emit(row.id)

    def _tool(self, icon: str, hint: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIcon(self._theme.icon(icon))
        self._icons.append((button, icon))
        return button

    def _recolour(self) -> None:
        for button, icon in self._icons:
            button.setIcon(self._theme.icon(icon))
