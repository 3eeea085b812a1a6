"""The style sheet of every kind of widget, and the Qt palette for whatever no rule of it reaches."""

import re
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QPalette

from laixi_transport.ui.resources import resource
from laixi_transport.ui.theme.tokens import (
    ALARM_PX,
    FIGURE_PX,
    HEADING_PX,
    PALETTES,
    RADIUS_PX,
    SMALL_PX,
    TEXT_PX,
    Palette,
)

PICTURES = (
    ("chevron-down", "dim"),
    ("chevron-up", "dim"),
    ("chevron-right", "dim"),
    ("chevron-left", "dim"),
    ("chevron-down", "disabled"),
    ("check", "on_accent"),
    ("minus", "on_accent"),
    ("check", "text"),
    ("x", "dim"),
)
"""Icons that the sheet shows, each with its colour; ``tools.make_icons`` draws them into resources/themes."""

_MEASURE = re.compile(r"\b(\d+)px\b")


def qt_palette(p: Palette) -> QPalette:
    """Return the palette for whatever no style rule reaches."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, p.window),
        (role.WindowText, p.text),
        (role.Base, p.panel),
        (role.AlternateBase, p.raised),
        (role.Text, p.text),
        (role.PlaceholderText, p.dim),
        (role.Button, p.raised),
        (role.ButtonText, p.text),
        (role.BrightText, p.text),
        (role.ToolTipBase, p.raised),
        (role.ToolTipText, p.text),
        (role.Highlight, p.selected),
        (role.HighlightedText, p.text),
        (role.Link, p.accent_text),
        (role.LinkVisited, p.accent_text),
        (role.Accent, p.accent),
        (role.Light, p.hover),
        (role.Midlight, p.raised),
        (role.Mid, p.line),
        (role.Dark, p.line),
        (role.Shadow, p.window),
    ):
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(p.disabled))
    return made


def style_sheet(p: Palette, scale: float = 1.0) -> str:
    """Return the sheet; ``scale`` is that of the text. Every measure follows it; hairlines stay as thin as they are."""
    theme = next(name for name, palette in PALETTES.items() if palette is p)
    values = {name: getattr(p, name) for name in Palette.__slots__}
    values |= {
        "pictures": resource("themes", theme).as_posix(),
        "radius": f"{RADIUS_PX}px",
        "text_px": f"{TEXT_PX}px",
        "small_px": f"{SMALL_PX}px",
        "heading_px": f"{HEADING_PX}px",
        "figure_px": f"{FIGURE_PX}px",
        "alarm_px": f"{ALARM_PX}px",
        "line_px": "20px",
    }
    filled = _Sheet(_text()).substitute(values)
    return filled if scale == 1.0 else _MEASURE.sub(lambda found: f"{_scaled(int(found[1]), scale)}px", filled)


@cache
def _text() -> str:
    return Path(resource("themes", "widgets.qss")).read_text(encoding="utf-8")


def _scaled(measure_px: int, scale: float) -> int:
    return measure_px if measure_px <= 1 else round(measure_px * scale)


class _Sheet(Template):
    """``@name`` stands for a token: the sheet itself has no use for the sign."""

    delimiter = "@"
