"""A layer that takes too long for every frame, painted in short steps into a picture that is shifted and scaled."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from laixi_transport.ui.map.viewport import Viewport

LARGER = 1.4
"""The picture is so many times larger than the view each way."""
SPARE = 0.05
"""Share of the view that a picture must reach beyond it; less, and a new one is made."""
STEP_S = 0.004
LEAST_LARGER = 1.0 + 3 * SPARE
MOST_PX = 24_000_000
"""A picture of more pixels is only so much larger than the view as it must be."""

Step = Callable[[QPainter], None]
Plan = Callable[[Viewport], Iterator[Step]]


class LayerPicture(QObject):
    """Shows the last picture until the next one is done; ``made`` tells that it is."""

    made = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._view: Viewport | None = None
        self._key: object = None
        self._next: tuple[QImage, Viewport, object] | None = None
        self._steps: Iterator[Step] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._next is not None

    def show(self, painter: QPainter, view: Viewport, ratio: float, key: object, plan: Plan) -> None:
        """Draw what there is of a view, and have a new picture made where that is not enough.

        key    what the picture shows besides its place; one of another key is not shown
        plan   returns what paints a view, step by step
        """
        key = (key, ratio)
        if self._view is not None and self._key == key:
            self._blit(painter, view)
        if not self._good(self._view, self._key, view, key) and not (
            self._next is not None and self._good(self._next[1], self._next[2], view, key)
        ):
            self._begin(view, ratio, key, plan)

    def forget(self) -> None:
        """Drop all pictures."""
        self._end()
        self._image, self._view, self._key = QImage(), None, None

    def _good(self, made: Viewport | None, made_key: object, view: Viewport, key: object) -> bool:
        if made is None or made_key != key or made.zoom != view.zoom:
            return False
        left, top, right, bottom = view.bounds
        own_left, own_top, own_right, own_bottom = made.bounds
        spare_x, spare_y = (right - left) * SPARE, (bottom - top) * SPARE
        return (
            own_left <= left - spare_x
            and own_right >= right + spare_x
            and own_top <= top - spare_y
            and own_bottom >= bottom + spare_y
        )

    def _blit(self, painter: QPainter, view: Viewport) -> None:
        if self._view is None:
            return
        scale = 2.0 ** (view.zoom - self._view.zoom)
        left, top, _, _ = self._view.bounds
        x, y = (float(value) for value in view.to_screen(left, top))
        if scale == 1.0:
            painter.drawImage(QPointF(x, y), self._image)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(QRectF(x, y, self._view.width * scale, self._view.height * scale), self._image)

    def _begin(self, view: Viewport, ratio: float, key: object, plan: Plan) -> None:
        self._end()
        fits = (MOST_PX / (view.width * view.height * ratio**2)) ** 0.5
        share = max(LEAST_LARGER, min(LARGER, fits))
        width, height = round(view.width * share), round(view.height * share)
        larger = replace(view, width=width, height=height)
        # Whole pixels apart from the view, so that what is drawn stays as sharp as it would be on the view itself.
        larger = replace(larger, width=width + (width - view.width) % 2, height=height + (height - view.height) % 2)
        size = round(larger.width * ratio), round(larger.height * ratio)
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        self._next = image, larger, key
        self._steps = plan(larger)
        self._timer.start()

    def _step(self) -> None:
        """Paint for a few milliseconds."""
        if self._next is None:
            self._timer.stop()
            return
        ends_s = time.perf_counter() + STEP_S
        painter = QPainter(self._next[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        done = False
        try:
            while not done and time.perf_counter() < ends_s:
                step = next(self._steps, None)
                done = step is None
                if step is not None:
                    step(painter)
        except BaseException:
            self._end()  # what cannot be painted must not be tried again sixty times a second
            raise
        finally:
            painter.end()
        if done:
            self._image, self._view, self._key = self._next
            self._end()
            self.made.emit()

    def _end(self) -> None:
        self._timer.stop()
        self._steps = iter(())
        self._next = None
