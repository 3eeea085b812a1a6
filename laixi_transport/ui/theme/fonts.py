"""The shipped typeface: Chinese text must render on a machine that has no Chinese fonts."""

from functools import lru_cache

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from laixi_transport.ui.resources import resource
from laixi_transport.ui.theme.tokens import TEXT_PX

FAMILY = "Laixi Sans SC"
REGULAR = "laixi-sans-sc-regular.otf"
BOLD = "laixi-sans-sc-bold.otf"
LATIN_FAMILY = "Laixi Sans Latin"
"""Latin alone: in the Chinese face quotes and dots are as wide as a sign and tear Latin text apart."""
LATIN_REGULAR = "laixi-sans-latin-regular.otf"
LATIN_BOLD = "laixi-sans-latin-bold.otf"


def load() -> bool:
    """Make the shipped faces known to Qt; False where a file is missing and the system's fonts must do."""
    paths = [resource("fonts", name) for name in (REGULAR, BOLD, LATIN_REGULAR, LATIN_BOLD)]
    return all(path.is_file() and QFontDatabase.addApplicationFont(str(path)) >= 0 for path in paths)


def in_scale(size_px: float) -> int:
    """Return a size of a desk, px, in the scale of the text that the program shows now."""
    return round(size_px * QGuiApplication.font().pixelSize() / TEXT_PX)


def interface_font(size_px: int, *, bold: bool = False) -> QFont:
    """Return the font of the interface; its digits all have one width, so that columns of figures line up.

    In Chinese one face draws everything, so that punctuation has the width of the signs; in another language the Latin
    one comes first.
    """
    return QFont(_made(size_px, bold, QLocale().language() == QLocale.Language.Chinese))


@lru_cache(maxsize=64)
def _made(size_px: int, bold: bool, chinese: bool) -> QFont:
    own = [FAMILY] if chinese else [LATIN_FAMILY, FAMILY]
    font = QFont([*own, "Noto Sans CJK SC", "Microsoft YaHei UI", "sans-serif"])
    font.setPixelSize(size_px)
    font.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        font.setBold(True)
    return font
