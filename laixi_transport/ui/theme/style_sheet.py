"""The style sheet of every kind of widget, and the Qt palette for whatever no rule of it reaches."""

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
    """Return the sheet; ``scale`` is that of the text."""
    theme = next(name for name, palette in PALETTES.items() if palette is p)
    values = {name: getattr(p, name) for name in Palette.__slots__}
    values |= {
        "pictures": resource("themes", theme).as_posix(),
        "radius": f"{RADIUS_PX}px",
        "text_px": f"{round(TEXT_PX * scale)}px",
        "small_px": f"{round(SMALL_PX * scale)}px",
        "heading_px": f"{round(HEADING_PX * scale)}px",
        "figure_px": f"{round(FIGURE_PX * scale)}px",
        "alarm_px": f"{round(ALARM_PX * scale)}px",
        "line_px": f"{round(20 * scale)}px",
    }
    sheet = Path(resource("themes", "widgets.qss")).read_text(encoding="utf-8")
    return _Sheet(sheet).substitute(values)


class _Sheet(Template):
    """``@name`` stands for a token: the sheet itself has no use for the sign."""

    delimiter = "@"
