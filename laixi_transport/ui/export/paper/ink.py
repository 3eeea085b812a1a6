"""Fonts and colours of paper: the light palette, whatever the window has on."""

from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPen

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.fonts import interface_font
from laixi_transport.ui.theme.tokens import LIGHT, Palette

UNITS_PER_INCH = 96
"""Paper is measured in the pixels of style sheets, 1/96 inch: A4 is 794 wide and 1123 high."""

TEXT, SMALL, HEADING, TITLE = 12, 11, 14, 22


class PaperTheme(Theme):
    """The light palette at plain size, for what takes a theme; nothing changes it."""

    def _resolve(self) -> str:
        return "light"


@lru_cache(maxsize=1)
def _device() -> QImage:
    """Return something with 96 dots an inch to measure text on, so that lines break alike on every printer."""
    made = QImage(1, 1, QImage.Format.Format_RGB32)
    dots_per_m = round(UNITS_PER_INCH / 0.0254)
    made.setDotsPerMeterX(dots_per_m)
    made.setDotsPerMeterY(dots_per_m)
    return made


@dataclass(frozen=True, slots=True)
class Ink:
    """What papers are drawn with."""

    palette: Palette = LIGHT
    _fonts: dict[tuple[int, bool], QFont] = field(default_factory=dict, compare=False)

    def font(self, size: int = TEXT, *, bold: bool = False) -> QFont:
        """Return the interface font in units of paper."""
        key = size, bold
        if key not in self._fonts:
            font = interface_font(size, bold=bold)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[key] = font
        return self._fonts[key]

    def metrics(self, size: int = TEXT, *, bold: bool = False) -> QFontMetricsF:
        """Return the measures of a font in units of paper."""
        return QFontMetricsF(self.font(size, bold=bold), _device())

    def colour(self, name: str) -> QColor:
        """Return a colour of the palette."""
        return QColor(getattr(self.palette, name))

    def pen(self, name: str, width: float = 0.75) -> QPen:
        """Return a pen in a colour of the palette."""
        return QPen(self.colour(name), width)
