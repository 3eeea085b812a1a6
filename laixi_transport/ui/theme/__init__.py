"""Look of the program: colours, style sheet, fonts, icons."""

from laixi_transport.ui.theme.theme import Theme
from laixi_transport.ui.theme.tokens import Palette

__all__ = ["Palette", "Theme"]
