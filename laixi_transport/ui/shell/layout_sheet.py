"""The sheet with the layouts that are kept: switch, keep, rename, delete, and carry to another seat as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui.problems import describe
from laixi_transport.ui.shell.arrangement import Arrangement
from laixi_transport.ui.shell.layouts import LARGEST_BYTES, LONGEST_NAME, MOST, from_file, to_file
from laixi_transport.ui.shell.sheet import Sheet
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.labels import dim
from laixi_transport.ui.widgets.rows import Column, RowsModel
from laixi_transport.ui.widgets.table import Table

TABLE_PX = (620, 220)


@dataclass(frozen=True, slots=True)
class Row:
    """A layout in the table."""

    place: int
    name: str
    windows: int
    theme: str
    used: bool


class LayoutSheet(Sheet):
    """Works on the layouts of an ``Arrangement``."""

    def __init__(self, arrangement: Arrangement, theme: Theme, window: QWidget) -> None:
        super().__init__(self.tr("Layouts"), window)
        self._arrangement = arrangement
        self._layouts = arrangement.layouts
        self._asked = ""  # the layout whose deletion was asked for once
        about = dim(self.tr("Windows, panels, pages and what they show, as they stand now, under a name of your own."))
        self.body.addWidget(about)
        names = {"dark": self.tr("Dark"), "light": self.tr("Light"), "system": self.tr("As the system has it")}
        columns = [
            Column[Row](
                "name",
                self.tr("Name"),
                lambda row: row.name,
                sort=lambda row: row.place,
                icon=lambda row: ("check", "accent_text") if row.used else None,
                width=250,
            ),
            Column[Row](
                "key", self.tr("Key"), lambda row: f"Ctrl+Alt+{row.place}" if row.place <= MOST else "", width=110
            ),
            Column[Row]("windows", self.tr("Own windows"), lambda row: str(row.windows), numeric=True, width=110),
            Column[Row]("theme", self.tr("Theme"), lambda row: names.get(row.theme, ""), width=120),
        ]
        self.rows: RowsModel[Row] = RowsModel(columns, lambda row: row.name, theme, self)
        self.table = Table(
            self.rows, theme, empty=self.tr("No layout yet. Enter a name below and keep what stands here.")
        )
        self.table.setAccessibleName(self.tr("Layouts"))
        self.table.setMinimumSize(*(round(px * theme.scale) for px in TABLE_PX))
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _: self.switch())
        self.body.addWidget(self.table)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText(self.tr("Name: day, night, special area …"))
        self.name.setAccessibleName(self.tr("Name of the layout"))
        self.name.returnPressed.connect(self.keep)
        self.name.textChanged.connect(self._offer)
        self.with_theme = QCheckBox(self.tr("With the theme"))
        first = QHBoxLayout()
        first.addWidget(self.name, 1)
        first.addWidget(self.with_theme)
        self.keep_button = self._button(self.tr("Keep what stands here"), self.keep, first)
        self.keep_button.setObjectName("primary")
        self.body.addLayout(first)
        second = QHBoxLayout()
        self.switch_button = self._button(self.tr("Switch to it"), self.switch, second)
        self.rename_button = self._button(self.tr("Rename"), self.rename, second)
        self.delete_button = self._button(self.tr("Delete"), self.delete, second)
        second.addStretch(1)
        self.save_button = self._button(self.tr("Save as file…"), self.save_file, second)
        self._button(self.tr("Open file…"), self.open_file, second)
        self.body.addLayout(second)
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.hide()
        self.body.addWidget(self.said)
        self._fill()

    def open(self) -> None:
        super().open()
        (self.table if self.rows.total else self.name).setFocus()

    def keep(self) -> None:
        """Keep what stands here under the name in the field."""
        self._tried(lambda: self._arrangement.keep(self.name.text(), with_theme=self.with_theme.isChecked()))

    def switch(self) -> None:
        """Put everything where the chosen layout has it; the sheet goes."""
        row = self.table.current()
        if row is not None:
            self.put_away()
            self._arrangement.switch(row.name)

    def rename(self) -> None:
        """Give the chosen layout the name in the field."""
        row = self.table.current()
        if row is not None:
            self._tried(lambda: self._layouts.rename(row.name, self.name.text()))

    def delete(self) -> None:
        """Forget the chosen layout; it is asked once more."""
        row = self.table.current()
        if row is None:
            return
        if self._asked != row.name:
            self._asked = row.name
            self.delete_button.setText(self.tr("Delete “{name}” now").format(name=row.name))
            return
        self._layouts.remove(row.name)
        self._fill()

    def save_file(self) -> None:
        """Write the chosen layout into a file."""
        row = self.table.current()
        if row is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the layout"), f"{row.name}.json", self.tr("Layouts (*.json)")
        )
        if path:
            self._tried(lambda: self._written(path, row.name))

    def open_file(self) -> None:
        """Take a layout from a file."""
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Open a layout"), "", self.tr("Layouts (*.json)"))
        if path:
            self._tried(lambda: self._read(path))

    def _written(self, path: str, name: str) -> str:
        from laixi_transport.services.export.whole_file import whole_file  # the window opens without it

        with whole_file(Path(path)) as beside:
            beside.write_bytes(to_file(name, self._layouts[name]))
        return name

    def _read(self, path: str) -> str:
        try:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST_BYTES + 1)
        except OSError as error:
            problem = QT_TRANSLATE_NOOP("Problem", "{path} cannot be read: {reason}.")
            raise Problem(problem, path=path, reason=error.strerror or error) from error
        name, layout = from_file(data)
        while name in self._layouts:
            name += "+"
        current = self._layouts.current
        kept = self._layouts.keep(name, layout)
        self._layouts.use(current)
        return kept

    def _tried(self, act: Callable[[], str]) -> None:
        """Do something that may not be possible, and say so; what it returns is chosen then."""
        try:
            name = act()
        except Problem as problem:
            self.said.setText(describe(problem))
            self.said.show()
            return
        self.said.hide()
        self._fill(name)

    def _fill(self, name: str = "") -> None:
        layouts = self._layouts
        rows = [
            Row(place, known, len(layouts[known].floating), layouts[known].theme, known == layouts.current)
            for place, known in enumerate(layouts.names(), start=1)
        ]
        self.rows.reset(rows)
        if not self.table.choose(name or layouts.current):
            self._chosen(None)
        self._offer()

    def _chosen(self, row: Row | None) -> None:
        self._asked = ""
        self.delete_button.setText(self.tr("Delete"))
        for button in (self.switch_button, self.rename_button, self.delete_button, self.save_button):
            button.setEnabled(row is not None)
        if row is not None:
            self.name.setText(row.name)
            self.with_theme.setChecked(bool(row.theme))

    def _offer(self) -> None:
        known = " ".join(self.name.text().split()) in self._layouts
        self.keep_button.setText(self.tr("Keep anew") if known else self.tr("Keep what stands here"))
        self.keep_button.setEnabled(bool(self.name.text().strip()))

    def _button(self, text: str, act: Callable[[], None], row: QHBoxLayout) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _=False: act())
        row.addWidget(button)
        return button
