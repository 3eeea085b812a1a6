"""The page itself: imports and tiles beside a map that shows them."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from laixi_transport.domain.map_data import MapImport
from laixi_transport.services.map_data.gathering import Cancelled
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.map_source import TOPIC, MapSource
from laixi_transport.ui.map.tiles.keeper import GroundKeeper
from laixi_transport.ui.map.tiles.settings import TileChoice
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.pages.map_data.import_form import ImportForm
from laixi_transport.ui.pages.map_data.imports import ImportsPanel
from laixi_transport.ui.pages.map_data.tiles import TilesPanel
from laixi_transport.ui.problems import describe
from laixi_transport.ui.widgets.scrolling import restore_sizes

SCOPE = "map_data"
PROGRESS = "map_data.progress"
SIDE_PX = 470


class MapDataPage(QWidget):
    """Map data for all seats: an import is stored in the database, the tiles are this seat's own."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context = context
        self._service = context.services.map_data
        self._stop: threading.Event | None = None  # of the import that is under way
        self.map = MapView(context.theme, BaseMap())
        self.map_source = MapSource(context, self.map)
        self._keeper = GroundKeeper.of(context)
        self.imports = ImportsPanel(context.theme, context.settings)
        self.form = ImportForm(context.theme)
        self.tiles = TilesPanel(context.theme)
        self.tiles.show_choice(self._keeper.choice)
        self._arrange()
        self._connect()
        context.actions.add(
            "map_data.import", self.tr("Import map data"), self.choose_file, keys="Ctrl+Shift+O", scope=SCOPE
        )
        self.read()

    # The page in the shell

    def activated(self) -> None:
        """Read the list anew: another seat may have changed it."""
        self.read()

    def save_state(self) -> dict[str, Any]:
        """Return the sizes."""
        return {"sizes": self._splitter.sizes()}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` returned."""
        restore_sizes(self._splitter, state.get("sizes"))

    # Building

    def _arrange(self) -> None:
        self.turns = QStackedWidget()
        self.turns.addWidget(self.imports)
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        column.addStretch(1)
        self.turns.addWidget(form)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.turns, 1)
        column.addWidget(self.tiles)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(side)
        self._splitter.addWidget(self.map)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([round(SIDE_PX * self._context.theme.scale), 900])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    def _connect(self) -> None:
        self.imports.import_asked.connect(self.choose_file)
        self.imports.remove_asked.connect(self._remove)
        self.imports.shown.connect(self._look_at)
        self.form.begun.connect(self._begin)
        self.form.left.connect(self._leave)
        self.tiles.chosen.connect(self._choose_tiles)
        bridge = self._context.bridge
        ends = (
            bridge.listen(PROGRESS, self._show_progress),
            bridge.listen(TOPIC, lambda _: self.read()),
        )
        stop = self._stop_import

        def end_all(*_: object) -> None:
            stop()
            for end in ends:
                end()

        self.destroyed.connect(end_all)

    # Imports

    def read(self, choose: int | None = None) -> None:
        """Read the list."""
        self._context.tasks.run(self._service.imports, slot="map_data.read", owner=self).then(
            lambda imports: self._show_imports(imports, choose)
        )

    def _show_imports(self, imports: Sequence[MapImport], choose: int | None) -> None:
        self.imports.show_imports(imports, choose)

    def choose_file(self) -> None:
        """Ask for a file and what is to be known of it."""
        if self._stop is not None:
            return
        folder = str(self._context.settings.value("map_data/folder", ""))
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Import map data"),
            folder,
            self.tr("Map data (*.pbf *.osm *.osm.bz2 *.gpkg *.shp *.geojson *.json);;All files (*)"),
        )
        if path:
            self._context.settings.setValue("map_data/folder", str(Path(path).parent))
            self.ask(Path(path))

    def ask(self, path: Path) -> None:
        """Show the form for a file."""
        self.form.ask(path, str(self._context.settings.value("map_data/attribution", "")) if _own(path) else "")
        self.turns.setCurrentIndex(1)

    def _begin(self) -> None:
        form, path = self.form, self.form.path
        if path is None or self._stop is not None:
            return
        stop = self._stop = threading.Event()
        bridge, service = self._context.bridge, self._service
        if _own(path):
            self._context.settings.setValue("map_data/attribution", form.attribution.text())
        name, crs = form.name.text(), form.crs.text().strip()
        frame, attribution = form.frame_value, form.attribution.text()
        form.show_busy(on=True)

        def work() -> MapImport:
            return service.import_map(
                path,
                name=name,
                crs=crs,
                frame=frame,
                attribution=attribution,
                progress=lambda done, total: bridge.post(PROGRESS, 0, (done, total)),
                cancelled=stop.is_set,
            )

        self._context.tasks.run(work, owner=self).then(self._done).otherwise(self._failed)

    def _show_progress(self, news: list[tuple[int, int]]) -> None:
        if self._stop is not None and not self._stop.is_set():
            self.form.show_progress(*news[-1])

    def _done(self, stored: MapImport) -> None:
        self._stop = None
        self.turns.setCurrentIndex(0)
        self.read(choose=stored.id)
        self._look_at(stored)

    def _failed(self, error: Exception) -> None:
        self._stop = None
        self.form.show_busy(on=False)
        if isinstance(error, Cancelled):
            self.turns.setCurrentIndex(0)
        else:
            self.form.complain(describe(error))

    def _leave(self) -> None:
        if self._stop is None:
            self.turns.setCurrentIndex(0)
        else:
            self._stop.set()
            self.form.show_stopping()

    def _stop_import(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def _remove(self, one: MapImport | None) -> None:
        if one is None:
            return

        def work() -> None:
            self._service.remove(one.id)

        self._context.tasks.run(work, owner=self).then(lambda _: self.read()).otherwise(self._context.notify)

    def _look_at(self, one: MapImport | None) -> None:
        if one is not None and one.bounds is not None:
            self.map.fit(one.bounds)

    # Tiles

    def _choose_tiles(self, choice: TileChoice) -> None:
        self._keeper.choose(choice, lambda error: self.tiles.complain(describe(error)))
        self.tiles.show_choice(self._keeper.choice)


def _own(path: Path) -> bool:
    """Whether a file has no source of its own that is known."""
    return not path.name.lower().endswith((".pbf", ".osm", ".bz2"))
