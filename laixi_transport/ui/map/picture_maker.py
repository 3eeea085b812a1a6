"""Makes the still pictures: by the kernels on a thread, by QPainter in short steps until these are there.

QPainter never runs on the thread: it keeps the interpreter locked, so it paints no sooner there, and every call from
Qt into Python then waits for it, hundreds of times a frame (decision 0015). The kernels run without the lock. Names
need Qt's fonts and are found in short steps in the window's thread meanwhile.
"""

import ctypes
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from laixi_transport.ui.map.columns import MapColumns
from laixi_transport.ui.map.ground import Piece, pieces
from laixi_transport.ui.map.lettering import find_labels
from laixi_transport.ui.map.picture import Picture, Scene, image_on, paint_picture
from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.raster import loading
from laixi_transport.ui.map.road_names import RoadNames
from laixi_transport.ui.map.road_numbers import RoadNumbers
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.viewport import Viewport

_log = logging.getLogger(__name__)

SLICE_S = 0.0015
"""Time for painting before the window's events get their turn again."""
SLICE_ALONE_S = 0.008
"""As long as there are no kernels: frames take longer then, and an empty map is worse than a slow one."""

NICE = 10
BELOW_NORMAL = -1  # THREAD_PRIORITY_BELOW_NORMAL

THREADS = 2
"""So many maps are seen to move at the same time: a live one and one that is played back."""

LOOK_MS = 4
"""How often the window looks whether the thread is done."""


@dataclass(eq=False)
class _Work:
    """A picture under way."""

    scene: Scene
    picture: Picture
    steps: Iterator[None]  # what is left to do in the window's thread
    drawn: Future[None] | None = None  # by the kernels, on a thread

    @property
    def drawing(self) -> bool:
        return self.drawn is not None and not self.drawn.done()


def _stand_back() -> None:
    """Let the window's thread go first where there are fewer processors than work; for the calling thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
    elif sys.platform == "win32":
        kernel32 = ctypes.windll.kernel32
        kernel32.SetThreadPriority(kernel32.GetCurrentThread(), BELOW_NORMAL)


@cache
def _threads() -> ThreadPoolExecutor:
    """Return the threads that all maps share: to start one for each picture holds up the window until it runs."""
    return ThreadPoolExecutor(THREADS, "map picture", _stand_back)


class PictureMaker(QObject):
    """Makes the newest request; requests that were overtaken while another was made are forgotten."""

    made = Signal(object)
    """Picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = TextImages()
        self._next: tuple[Scene, Viewport, float] | None = None
        self._work: _Work | None = None
        self._spare: NDArray[np.uint32] | None = None
        self._columns: tuple[object, MapColumns] | None = None  # of which base map
        self._roads: tuple[object, RoadNumbers, RoadNames] | None = None
        self._scratch: object = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._work is not None

    def request(self, scene: Scene, view: Viewport, ratio: float) -> None:
        """Ask for a picture."""
        self._next = (scene, view, ratio)
        if not self.busy:
            self._begin()

    def give_back(self, picture: Picture) -> None:
        """Hand back a picture that is shown no longer: its memory is painted on again."""
        self._spare = picture.pixels

    def _begin(self) -> None:
        if self._next is None:
            self._timer.stop()
            return
        (scene, view, ratio), self._next = self._next, None
        width, height = round(view.width * ratio), round(view.height * ratio)
        pixels, self._spare = self._spare, None
        if pixels is None or pixels.shape != (height, width):
            pixels = np.empty((height, width), np.uint32)
        picture = Picture(pixels, image_on(pixels, ratio), view, scene.version, ratio)
        labels = self._find_labels(scene, picture)
        if loading.ready():
            self._work = work = _Work(scene, picture, labels)
            ground = () if scene.ground is None else tuple(pieces(scene.ground, view, ratio))
            work.drawn = _threads().submit(self._draw, scene, picture, ground)
        else:
            self._work = _Work(scene, picture, self._paint(scene, picture, labels))
        self._timer.start(0)

    def _draw(self, scene: Scene, picture: Picture, ground: tuple[Piece, ...]) -> None:
        """Draw by the kernels; runs on a thread and touches nothing that the window's thread uses meanwhile."""
        from laixi_transport.ui.map.raster.sheet import Scratch
        from laixi_transport.ui.map.still import draw_still

        if not isinstance(self._scratch, Scratch):
            self._scratch = Scratch()
        columns = self._columns_of(scene)
        picture.density_top = draw_still(
            scene, columns, ground, picture.view, picture.ratio, picture.pixels, self._scratch
        )

    def _paint(self, scene: Scene, picture: Picture, labels: Iterator[None]) -> Iterator[None]:
        columns = self._columns_of(scene)
        yield
        yield from paint_picture(scene, columns, picture)
        yield from labels

    def _find_labels(self, scene: Scene, picture: Picture) -> Iterator[None]:
        placer = Placer()
        if self._roads is None or self._roads[0] is not scene.base_map:
            numbers = RoadNumbers(scene.base_map)
            yield
            self._roads = (scene.base_map, numbers, RoadNames(scene.base_map))
            yield
        yield from find_labels(
            scene.base_map,
            *self._roads[1:],
            picture.view,
            scene.style,
            placer,
            self._texts,
            picture.ratio,
            picture.labels,
            chinese=scene.chinese,
            plain=scene.ground is None or not scene.ground.complete,
        )
        picture.taken = placer.boxes

    def _columns_of(self, scene: Scene) -> MapColumns:
        if self._columns is None or self._columns[0] is not scene.base_map:
            self._columns = (scene.base_map, MapColumns.of(scene.base_map))
        return self._columns[1]

    def _look(self) -> None:
        """Take some steps in the window's thread, and hand the picture over when all is done."""
        work = self._work
        if work is None:
            self._timer.stop()
            return
        ends_s = time.perf_counter() + (SLICE_ALONE_S if work.drawn is None else SLICE_S)
        try:
            while time.perf_counter() < ends_s:
                next(work.steps)
        except StopIteration:
            if work.drawing:
                self._timer.setInterval(LOOK_MS)
                return
            self._end(work, None if work.drawn is None else work.drawn.exception())
        except Exception as error:  # noqa: BLE001 - a broken shape must not be tried again sixty times a second
            self._end(work, error)

    def _end(self, work: _Work, error: BaseException | None) -> None:
        if work.drawn is not None:
            wait([work.drawn])  # names can fail before it is through, and its pixels are painted on again
        self._work = None
        if error is not None:
            _log.error("the map could not be painted", exc_info=error)
        else:
            self.made.emit(work.picture)  # who takes it may ask for the next at once
        if not self.busy:
            self._begin()
