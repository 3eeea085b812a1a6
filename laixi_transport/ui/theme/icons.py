"""Icons of one family, coloured by the palette."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from laixi_transport.ui.resources import resource
from laixi_transport.ui.theme.tokens import Palette

SIZES_PX = (16, 20)


def icon(name: str, palette: Palette, colour: str = "text", checked: str = "", scale: float = 1.0) -> QIcon:
    """Return the icon with its normal and disabled looks, and another colour for the checked one where it is named.

    scale   of the text that it stands beside

    Raises FileNotFoundError for a name that is not shipped.
    """
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    lit = getattr(palette, checked) if checked else ""
    return _icon(name, getattr(palette, colour), palette.disabled, lit, ratio, scale)


def pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon drawn in one colour "#RRGGBB"."""
    picture = QPixmap(_shape(name, round(size_px * ratio)))
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(picture.rect(), QColor(colour))
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
def _shape(name: str, size_px: int) -> QPixmap:
    """Draw an icon once for all colours: reading a drawing takes fifty times as long as colouring it."""
    from PySide6.QtSvg import QSvgRenderer

    picture = QPixmap(size_px, size_px)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg(name, "#FFFFFF").encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    return picture


@lru_cache(maxsize=1024)
def _icon(name: str, normal: str, disabled: str, lit: str, ratio: float, scale: float) -> QIcon:
    made = QIcon()
    looks = [(normal, QIcon.Mode.Normal, QIcon.State.Off), (disabled, QIcon.Mode.Disabled, QIcon.State.Off)]
    if lit:
        looks.append((lit, QIcon.Mode.Normal, QIcon.State.On))
    for colour, mode, state in looks:
        for size_px in SIZES_PX:
            made.addPixmap(pixmap(name, colour, round(size_px * scale), ratio), mode, state)
    return made
