"""Icons of one family, coloured by the palette."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from laixi_transport.ui.resources import resource
from laixi_transport.ui.theme.tokens import Palette

SIZES_PX = (16, 18, 20, 24)
RATIOS = (1, 2)


def icon(name: str, palette: Palette, colour: str = "text") -> QIcon:
    """Return the icon with its normal, disabled and checked looks.

    Raises FileNotFoundError for a name that is not shipped.
    """
    return _icon(name, getattr(palette, colour), palette.disabled, palette.text)


def pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon drawn in one colour "#RRGGBB"."""
    picture = QPixmap(round(size_px * ratio), round(size_px * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg(name, colour).encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def svg(name: str, colour: str) -> str:
    """Return the drawing as text, in one colour."""
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)


@lru_cache(maxsize=512)
def _icon(name: str, normal: str, disabled: str, checked: str) -> QIcon:
    made = QIcon()
    looks = (
        (normal, QIcon.Mode.Normal, QIcon.State.Off),
        (checked, QIcon.Mode.Normal, QIcon.State.On),
        (disabled, QIcon.Mode.Disabled, QIcon.State.Off),
    )
    for colour, mode, state in looks:
        for size_px in SIZES_PX:
            for ratio in RATIOS:
                made.addPixmap(pixmap(name, colour, size_px, ratio), mode, state)
    return made
