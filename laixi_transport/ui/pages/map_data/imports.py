"""The list of what was brought in, and what the chosen one is."""

from collections.abc import Sequence

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from laixi_transport.domain.map_data import MapImport
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.map_data import wording
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, FieldList, Panel, RowsModel, Table


class ImportsPanel(Panel):
    """``import_asked``, ``remove_asked`` and ``shown`` (look at it on the map) carry what the buttons say."""

    import_asked = Signal()
    remove_asked = Signal(object)
    shown = Signal(object)

    def __init__(self, theme: Theme, settings: QSettings) -> None:
        super().__init__(self.tr("Imports"))
        self._theme = theme
        self._confirming = False
        self.import_button = QPushButton(self.tr("Import…"))
        self.import_button.setObjectName("primary")
        self.import_button.clicked.connect(self.import_asked)
        self.bar.addWidget(self.import_button)
        columns = (
            Column[MapImport]("name", self.tr("Name"), lambda one: one.name, width=108),
            Column[MapImport](
                "roads", self.tr("Roads"), lambda one: text.number(one.roads), numeric=True, width=58,
                sort=lambda one: one.roads,
            ),
            Column[MapImport](
                "areas", self.tr("Areas"), lambda one: text.number(one.areas), numeric=True, width=52,
                sort=lambda one: one.areas,
            ),
            Column[MapImport](
                "places", self.tr("Places"), lambda one: text.number(one.places), numeric=True, width=52,
                sort=lambda one: one.places,
            ),
            Column[MapImport](
                "left_out", self.tr("Left out"), lambda one: text.number(one.left_out_count), numeric=True, width=64,
                sort=lambda one: one.left_out_count, colour=lambda one: "high_text" if one.left_out else "",
            ),
            Column[MapImport](
                "time", self.tr("Imported"), lambda one: text.date(one.imported.timestamp()),
                sort=lambda one: one.imported, hint=lambda one: text.date_time(one.imported.timestamp()), width=96,
            ),
        )  # fmt: skip
        self.rows: RowsModel[MapImport] = RowsModel(columns, lambda one: one.id, theme)
        self.table = Table(
            self.rows,
            theme,
            name="map_imports",
            settings=settings,
            empty=self.tr(
                "Nothing was imported yet. Bring in an extract of OpenStreetMap or the road data of the bureau: "
                "they are shown on every map."
            ),
        )
        self.table.setAccessibleName(self.tr("Imports"))
        self.table.chosen.connect(self._show)
        self.table.opened.connect(self.shown)
        self.fields = FieldList(
            theme,
            (
                ("file", self.tr("File")),
                ("reference", self.tr("Coordinates")),
                ("limits", self.tr("With a limit")),
                ("attribution", self.tr("Source")),
                ("left_out", self.tr("Left out")),
                ("notes", self.tr("To know")),
                ("digest", self.tr("SHA-256")),
            ),
        )
        self.show_button = QPushButton(self.tr("Show on the map"))
        self.show_button.clicked.connect(lambda: self.shown.emit(self.table.current()))
        self.remove_button = QPushButton()
        self.remove_button.clicked.connect(self._remove)
        self.keep_button = QPushButton(self.tr("Keep"))
        self.keep_button.clicked.connect(lambda: self._confirm(on=False))
        self.warning = QLabel(self.tr("Its roads, areas and places go from every map. Remove it?"))
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.show_button)
        row.addStretch(1)
        row.addWidget(self.keep_button)
        row.addWidget(self.remove_button)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.fields)
        self.body.addWidget(self.warning)
        self.body.addLayout(row)
        self._show(None)

    def show_imports(self, imports: Sequence[MapImport], choose: int | None = None) -> None:
        """Show these and no others; ``choose`` is the id of the one to choose."""
        known = {one.id for one in imports}
        self.rows.remove([row.id for row in self.rows.rows() if row.id not in known])
        self.rows.merge(imports)
        if choose is not None:
            self.table.choose(choose)
        elif self.table.current() is None and imports:
            self.table.choose(imports[0].id)
        self._show(self.table.current())

    def _show(self, one: MapImport | None) -> None:
        self._confirm(on=False)
        self.fields.setVisible(one is not None)
        self.show_button.setVisible(one is not None)
        self.remove_button.setVisible(one is not None)
        if one is None:
            return
        self.fields.set("file", f"{one.file_name} · {one.format} · {text.size(one.file_bytes)}")
        self.fields.set("reference", wording.reference(one))
        self.fields.set("limits", wording.limits(one))
        self.fields.set("attribution", one.attribution or self.tr("not given"), colour="" if one.attribution else "dim")
        self.fields.set(
            "left_out",
            "\n".join(wording.left_out(each) for each in one.left_out) or self.tr("nothing"),
            colour="high_text" if one.left_out else "",
        )
        self.fields.set("notes", "\n".join(wording.note(code) for code in one.notes))
        self.fields.show_field("notes", bool(one.notes))
        self.fields.set("digest", f"{one.sha256[:16]}…", why=one.sha256)

    def _remove(self) -> None:
        if not self._confirming:
            self._confirm(on=True)
            return
        self._confirm(on=False)
        self.remove_asked.emit(self.table.current())

    def _confirm(self, *, on: bool) -> None:
        self._confirming = on
        self.warning.setVisible(on)
        self.keep_button.setVisible(on)
        self.remove_button.setText(self.tr("Remove for good") if on else self.tr("Remove"))
