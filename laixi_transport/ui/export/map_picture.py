"""The map as a picture for files and paper: in its own size and sharpness, off the screen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage

from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.canvas import MapCanvas
from laixi_transport.ui.theme import Theme

POLL_MS = 30
MOST_POLLS = 500
"""Fifteen seconds: a picture is then taken as far as it has come."""


class StillMap(MapCanvas):
    """A map that nobody sees, with as many pixels a unit as are wanted."""

    def __init__(self, theme: Theme, size: QSize, ratio: float, base_map: BaseMap | None = None) -> None:
        self._ratio = ratio  # before Qt asks for it
        super().__init__(theme, base_map or BaseMap())
        self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.resize(size)

    def devicePixelRatioF(self) -> float:
        """Return the sharpness of the picture, whatever screens there are."""
        return self._ratio

    @property
    def complete(self) -> bool:
        """Whether the last picture had everything: plates come over several frames."""
        return not self._vehicles.unfinished

    def picture(self) -> QImage:
        """Return what it shows."""
        image = QImage(self.size() * self._ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self._ratio)
        image.fill(QColor(self._style.ground))
        self.render(image)
        return image


class PictureTaker(QObject):
    """Waits until a map has drawn everything and hands over its picture; then the map goes."""

    def __init__(self, canvas: StillMap, take: Callable[[QImage], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas: StillMap | None = canvas
        self._take = take
        self._polls = 0
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._look)
        canvas.show()
        self._timer.start()

    def cancel(self) -> None:
        """Take no picture any more."""
        self._timer.stop()
        self._let_go()

    def _look(self) -> None:
        canvas = self._canvas
        if canvas is None:
            return
        self._polls += 1
        if not canvas.settled and self._polls < MOST_POLLS:
            return
        image = canvas.picture()
        if not canvas.complete and self._polls < MOST_POLLS:
            return
        self._timer.stop()
        self._let_go()
        self._take(image)
        self.deleteLater()

    def _let_go(self) -> None:
        if self._canvas is not None:
            self._canvas.deleteLater()
            self._canvas = None
