"""A raster tile as a picture in the colours of the theme."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from laixi_transport.ui.map.style import MapStyle

TILE_PX = 256
_LUMA = np.array([0.114, 0.587, 0.299], dtype=np.float32)  # blue, green, red, as the bytes of RGB32 stand
AERIAL_SHARE = 0.72
"""How bright an aerial picture is in the dark theme: white roofs would outshine the vehicles."""


def decode(layers: list[bytes], style: MapStyle, *, aerial: bool) -> QImage:
    """Return tiles, the first one below, as one square picture (RGB32); raises ValueError for what is no picture."""
    whole: QImage | None = None
    for data in layers:
        image = QImage.fromData(data)
        if image.isNull():
            raise ValueError("no picture")
        if whole is None:
            whole = QImage(image.width(), image.width(), QImage.Format.Format_RGB32)
            whole.fill(QColor(style.ground if style.dark and aerial else "#FFFFFF"))
        _lay(whole, image)
    if whole is None:
        raise ValueError("no picture")
    if style.dark:
        _darken(whole, style, aerial=aerial)
    return whole


def _lay(whole: QImage, image: QImage) -> None:
    from PySide6.QtGui import QPainter

    if image.size() != whole.size():
        image = image.scaled(
            whole.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    painter = QPainter(whole)
    painter.drawImage(0, 0, image)
    painter.end()


def _darken(image: QImage, style: MapStyle, *, aerial: bool) -> None:
    """Dim a photograph; turn a map's light and dark round and keep its hues."""
    pixels = _pixels(image)
    colours = pixels[..., :3].astype(np.float32)
    if aerial:
        colours *= AERIAL_SHARE
    else:
        luma = colours @ _LUMA
        colours += (255.0 - 2.0 * luma)[..., None]
        land = QColor(style.county)
        floor = np.array([land.blue(), land.green(), land.red()], dtype=np.float32)
        colours = floor * 0.8 + colours * (1.0 - floor.max() / 255.0) * 0.9
    pixels[..., :3] = np.clip(colours, 0, 255).astype(np.uint8)


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """Return the bytes of an image of 32 bits a pixel, (height, width, 4), not copied."""
    view = np.frombuffer(image.bits(), np.uint8)
    return view.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()]
