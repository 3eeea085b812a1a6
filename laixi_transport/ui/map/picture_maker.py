"""Paints pictures in short steps between the events of the window.

Not on a thread: QPainter keeps the interpreter locked, so a painting thread paints no sooner, and every call from Qt
into Python then waits for it, hundreds of times a frame. Measured with 2,000 vehicles while the map is dragged: blocks
of 130 ms with a thread.
"""

import logging
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from laixi_transport.ui.map.picture import Picture, Scene, paint_picture
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.viewport import Viewport

_log = logging.getLogger(__name__)

SLICE_S = 0.005
"""Time for painting before the window's events get their turn again."""


class PictureMaker(QObject):
    """Paints the newest request; requests that were overtaken while another was painted are forgotten."""

    made = Signal(object)
    """Picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = TextImages()
        self._next: tuple[Scene, Viewport, float] | None = None
        self._painting: Iterator[None] | None = None
        self._picture: Picture | None = None
        self._spare: QImage | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._slice)

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._painting is not None

    def request(self, scene: Scene, view: Viewport, ratio: float) -> None:
        """Ask for a picture."""
        self._next = (scene, view, ratio)
        if not self.busy:
            self._begin()

    def give_back(self, picture: Picture) -> None:
        """Hand back a picture that is shown no longer: its memory is painted on again."""
        self._spare = picture.image

    def _begin(self) -> None:
        if self._next is None:
            self._timer.stop()
            return
        (scene, view, ratio), self._next = self._next, None
        width, height = round(view.width * ratio), round(view.height * ratio)
        image, self._spare = self._spare, None
        if image is None or (image.width(), image.height()) != (width, height):
            image = QImage(width, height, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        self._picture = Picture(image, view, scene.version, ratio)
        self._painting = paint_picture(scene, self._picture, self._texts)
        self._timer.start()

    def _slice(self) -> None:
        """Paint for a few milliseconds."""
        ends_s = time.perf_counter() + SLICE_S
        try:
            while self._painting is not None and time.perf_counter() < ends_s:
                next(self._painting)
        except StopIteration:
            self._painting = None
        except Exception:  # noqa: BLE001 - a broken shape must not be tried again sixty times a second
            _log.exception("the map could not be painted")
            self._painting = self._picture = None
        if self._painting is not None:
            return
        picture, self._picture = self._picture, None
        if picture is not None:
            self.made.emit(picture)  # who takes it may ask for the next at once
        if not self.busy:
            self._begin()
