"""Tiles for the map: what is in memory is answered at once, the rest is read, decoded and tinted on threads of its own.

The window's own pool is for queries, which a slow server of tiles must not hold up; so tiles have a pool beside it.
"""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from laixi_transport.domain.problem import Problem
from laixi_transport.services.map_data.tile_files import TileReader
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tiles import pictures, vector_picture
from laixi_transport.ui.tasks import Task, Tasks

_log = logging.getLogger(__name__)

KEPT_BYTES = 96 << 20
MISSING_KEPT = 4096
ABOVE = 3
"""So many zooms above the wanted tile its parent is fetched too: it stands in while tiles are missing."""
CHANGED_MS = 100

TileKey = tuple[int, int, int]


class TileGround(QObject):
    """A source of tiles as ``ui.map.overlay.TileSource`` has it; all methods belong to the window's thread.

    readers   what is laid over each other, the first one below
    aerial    photographs, which roads and names go over
    """

    changed = Signal()
    failed = Signal(object)
    """A Problem, once for each source."""

    def __init__(
        self,
        readers: Sequence[TileReader],
        tasks: Tasks,
        style: MapStyle,
        *,
        aerial: bool = False,
        chinese: bool = True,
        attribution: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._readers = tuple(readers)
        self._tasks = tasks
        self._style = style
        self._chinese = chinese
        self._kept: OrderedDict[TileKey, QImage] = OrderedDict()
        self._kept_bytes = 0
        self._missing: OrderedDict[TileKey, None] = OrderedDict()
        self._under_way: dict[TileKey, Task[QImage | None]] = {}
        self._told = False
        infos = [reader.info for reader in self._readers]
        self._vector = infos[0].vector
        self.aerial = aerial
        self.complete = not aerial
        self.attribution = attribution or " · ".join(dict.fromkeys(i.attribution for i in infos if i.attribution))
        self.min_zoom = max(info.min_zoom for info in infos)
        self.max_zoom = min(info.max_zoom for info in infos)
        self.tile_px = vector_picture.TILE_PX if self._vector else pictures.TILE_PX
        self._news = QTimer(self, singleShot=True, interval=CHANGED_MS)
        self._news.timeout.connect(self.changed)

    def tile(self, z: int, x: int, y: int) -> QImage | None:
        """Return a tile from memory, None where it is not there."""
        found = self._kept.get((z, x, y))
        if found is not None:
            self._kept.move_to_end((z, x, y))
        return found

    def wanted(self, tiles: Sequence[TileKey]) -> None:
        """Fetch what is missing of these tiles and what stands in for them; forget earlier wishes."""
        parents = {
            (up, x >> (z - up), y >> (z - up)): None for z, x, y in tiles if (up := max(self.min_zoom, z - ABOVE)) < z
        }
        wishes = [key for key in (*parents, *tiles) if key not in self._kept and key not in self._missing]
        for key in [key for key in self._under_way if key not in wishes]:
            self._under_way.pop(key).drop()
        for key in wishes:
            if key not in self._under_way:
                task = self._tasks.run(partial(self._make, *key), owner=self)
                self._under_way[key] = task
                task.then(partial(self._take, key)).otherwise(partial(self._give_up, key))

    def restyle(self, style: MapStyle) -> None:
        """Make everything anew in other colours."""
        self._style = style
        for task in self._under_way.values():
            task.drop()
        self._under_way.clear()
        self._kept.clear()
        self._kept_bytes = 0
        self._news.start()

    def forget_missing(self) -> None:
        """Ask once more for what was not there."""
        self._missing.clear()
        self._news.start()

    def close(self) -> None:
        """Fetch nothing more and let go of the files."""
        self._news.stop()
        for task in self._under_way.values():
            task.drop()
        self._under_way.clear()
        for reader in self._readers:
            reader.close()

    def _make(self, z: int, x: int, y: int) -> QImage | None:
        """Read, decode and tint a tile; on a thread of the pool."""
        found = [data for reader in self._readers if (data := reader.read(z, x, y)) is not None]
        if not found:
            return None
        if self._vector:
            return vector_picture.paint(found[0], z, self._style, chinese=self._chinese)
        return pictures.decode(found, self._style, aerial=self.aerial)

    def _take(self, key: TileKey, image: QImage | None) -> None:
        self._under_way.pop(key, None)
        if image is None:
            self._miss(key)
            return
        self._kept[key] = image
        self._kept_bytes += image.sizeInBytes()
        while self._kept_bytes > KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.sizeInBytes()
        if not self._news.isActive():
            self._news.start()

    def _give_up(self, key: TileKey, error: Exception) -> None:
        self._under_way.pop(key, None)
        self._miss(key)
        if isinstance(error, Problem):
            if not self._told:
                self._told = True
                self.failed.emit(error)
        else:
            _log.info("map tile %d/%d/%d of %s: %s", *key, self._readers[0].info.name, error)

    def _miss(self, key: TileKey) -> None:
        self._missing[key] = None
        while len(self._missing) > MISSING_KEPT:
            self._missing.popitem(last=False)
