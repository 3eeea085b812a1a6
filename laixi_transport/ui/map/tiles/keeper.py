"""The one source of tiles of a window: all its maps show the same, out of the same memory."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from laixi_transport.services.map_data.tile_files import TileReader
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tiles.ground import TileGround
from laixi_transport.ui.map.tiles.settings import TileChoice, cache_folder, load_choice, save_choice
from laixi_transport.ui.tasks import Tasks

THREADS = 2


class GroundKeeper(QObject):
    """Opens what the operator has chosen and hands it to every map."""

    changed = Signal()
    """``ground`` is another one, or none."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.tasks)
        self.setObjectName("ground keeper")
        self._context = context
        self._tasks = Tasks(context.bridge, context.tasks, threads=THREADS)
        self.choice = load_choice(context.settings)
        self.ground: TileGround | None = None
        context.theme.changed.connect(self._restyle)
        self._open(self._context.notify)

    @classmethod
    def of(cls, context: Context) -> "GroundKeeper":
        """Return the keeper of a window."""
        found = context.tasks.findChild(GroundKeeper, "ground keeper")
        return found if isinstance(found, GroundKeeper) else cls(context)

    def choose(self, choice: TileChoice, report: Callable[[Exception], None]) -> None:
        """Show other tiles from now on and remember them; what cannot be opened is reported and not remembered."""
        self._open(report, choice)

    def _open(self, report: Callable[[Exception], None], wanted: TileChoice | None = None) -> None:
        choice = wanted or self.choice
        if wanted is not None:
            choice = save_choice(self._context.settings, wanted)
        self.choice = choice
        if choice.kind == "none":
            self._show([])
            return
        folder: Path = cache_folder(self._context.settings)
        self._tasks.run(partial(choice.open, folder), slot="tiles.open", owner=self).then(self._show).otherwise(
            partial(self._cannot, report)
        )

    def _cannot(self, report: Callable[[Exception], None], error: Exception) -> None:
        self._show([])
        report(error)

    def _show(self, readers: list[TileReader]) -> None:
        if self.ground is not None:
            self.ground.close()
            self.ground.deleteLater()
            self.ground = None
        if readers:
            self.ground = TileGround(
                readers,
                self._tasks,
                MapStyle.of(self._context.theme),
                aerial=self.choice.aerial,
                chinese=self._chinese(),
                attribution=self.choice.attribution,
                parent=self,
            )
            self.ground.failed.connect(self._context.notify)
        self.changed.emit()

    def _chinese(self) -> bool:
        from PySide6.QtCore import QLocale

        return QLocale().language() == QLocale.Language.Chinese

    def _restyle(self) -> None:
        if self.ground is not None:
            self.ground.restyle(MapStyle.of(self._context.theme))
