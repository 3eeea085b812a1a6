"""Icons of one family, coloured by the palette."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from laixi_transport.ui.resources import resource
from laixi_transport.ui.theme.tokens import Palette

SIZES_PX = (16, 20)


def icon(name: str, palette: Palette, colour: str = "text", checked: str = "") -> QIcon:
    """Return the icon with its normal and disabled looks, and another colour for the checked one where it is named.

    Raises FileNotFoundError for a name that is not shipped.
    """
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    lit = getattr(palette, checked) if checked else ""
    return _icon(name, getattr(palette, colour), palette.disabled, lit, ratio)


def pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon drawn in one colour "#RRGGBB"."""
    picture = QPixmap(round(size_px * ratio), round(size_px * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _drawing(name, colour).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def svg(name: str, colour: str) -> str:
    """Return the drawing as text, in one colour."""
    return _text(name).replace("currentColor", colour)


@lru_cache
def _text(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _drawing(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg(name, colour).encode()))


@lru_cache(maxsize=512)
def _icon(name: str, normal: str, disabled: str, lit: str, ratio: float) -> QIcon:
    made = QIcon()
    looks = [(normal, QIcon.Mode.Normal, QIcon.State.Off), (disabled, QIcon.Mode.Disabled, QIcon.State.Off)]
    if lit:
        looks.append((lit, QIcon.Mode.Normal, QIcon.State.On))
    for colour, mode, state in looks:
        for size_px in SIZES_PX:
            made.addPixmap(pixmap(name, colour, size_px, ratio), mode, state)
    return made
