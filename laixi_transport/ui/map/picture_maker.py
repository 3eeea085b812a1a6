"""Paints pictures on a thread of its own.

The reading threads of ``ui.tasks`` wait for the database; a map that waited behind a query would stand still while it
is dragged. So the map has one thread, which ends with it. Results come back by a queued signal.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from laixi_transport.ui.map.picture import Scene, paint_picture
from laixi_transport.ui.map.placing import Box
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.viewport import Viewport

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A painted view and what it was painted from."""

    image: QImage
    taken: list[Box]  # by names, in logical pixels of the image
    view: Viewport
    version: int
    ratio: float


class PictureMaker(QObject):
    """Paints the newest request; requests that were overtaken while another was painted are forgotten."""

    made = Signal(object)
    """Picture; on the thread that made this object."""

    _painted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._pool: ThreadPoolExecutor | None = None
        self._texts = TextImages()
        self._busy = False
        self._next: tuple[Scene, Viewport, float] | None = None
        self._stopped = False
        self._painted.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._busy

    def request(self, scene: Scene, view: Viewport, ratio: float) -> None:
        """Ask for a picture."""
        if self._stopped:
            return
        self._next = (scene, view, ratio)
        if not self._busy:
            self._start()

    def stop(self, *_: object) -> None:
        """Paint nothing more and wait for the picture under way."""
        self._stopped = True
        self._next = None
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        if self._next is None:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="map-painter")
        self._busy = True
        wanted, self._next = self._next, None
        self._pool.submit(self._paint, *wanted)

    def _paint(self, scene: Scene, view: Viewport, ratio: float) -> None:
        """Run on the painting thread."""
        picture: Any = None
        try:
            image, taken = paint_picture(scene, view, ratio, self._texts)
            picture = Picture(image, taken, view, scene.version, ratio)
        except Exception:  # noqa: BLE001 - the map stands still then, the window goes on
            _log.exception("the map could not be painted")
        finally:
            self._painted.emit(picture)

    def _take(self, picture: Picture | None) -> None:
        self._busy = False
        if self._stopped:
            return
        if picture is not None:
            self.made.emit(picture)
        self._start()
