"""Areas to a file and from one, step by step in the panel."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from laixi_transport.domain.geofence import Geofence
from laixi_transport.domain.map_data import Frame
from laixi_transport.services.geofences.geojson import FenceFile, read_fences, write_geojson
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.geofences.exchange import Exchange


class Files(QObject):
    """Drives the panel; what was read is shown before it is stored.

    fences   what there is to be written
    """

    shown = Signal()
    """Other areas of a file are to be shown on the map: ``read``."""
    left = Signal()
    told = Signal(str)
    """A sentence that says what was done."""

    def __init__(
        self, context: Context, panel: Exchange, fences: Callable[[], tuple[Geofence, ...]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._fences = fences
        self.read: FenceFile | None = None
        panel.go_on.connect(self._ask)
        panel.taken.connect(self._take)
        panel.left.connect(self.leave)

    def begin(self, *, write: bool) -> None:
        """Begin to read or write."""
        self.read = None
        self._panel.begin(write=write, count=len(self._fences()))

    def go_on(self, path: Path, *, write: bool, frame: Frame) -> None:
        """Read a file, to be looked at before it is stored, or write all areas into one."""
        tasks = self._context.tasks
        if write:
            fences = self._fences()
            tasks.run(lambda: write_geojson(fences, path, frame), owner=self).then(
                lambda _: self._end(
                    self.tr("{count} areas written to {path}").format(count=len(fences), path=path.name)
                )
            ).otherwise(self._context.notify)
        else:
            tasks.run(lambda: read_fences(path, frame), slot="geofences.file", owner=self).then(self._show).otherwise(
                self._context.notify
            )

    def leave(self) -> None:
        """Give up what was read."""
        self.read = None
        self.left.emit()

    def _ask(self, write: bool, frame: Frame) -> None:
        kinds = self.tr("GeoJSON (*.geojson *.json)")
        if write:
            path, _ = QFileDialog.getSaveFileName(self._panel, self.tr("Write areas"), "geofences.geojson", kinds)
        else:
            path, _ = QFileDialog.getOpenFileName(self._panel, self.tr("Read areas"), "", kinds)
        if path:
            self.go_on(Path(path), write=write, frame=frame)

    def _show(self, found: FenceFile) -> None:
        self.read = found
        self._panel.show_read(found)
        self.shown.emit()

    def _take(self) -> None:
        if self.read is None:
            return
        storing = self._context.services.geofences.save_all(self.read.fences)
        self._context.tasks.run(storing.result, owner=self).then(
            lambda stored: self._end(self.tr("{count} areas taken").format(count=len(stored)))
        ).otherwise(self._context.notify)

    def _end(self, told: str) -> None:
        self.leave()
        self.told.emit(told)
