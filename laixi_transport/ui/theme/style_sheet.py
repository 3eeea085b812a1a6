"""The style sheet of every kind of widget, made from the palette."""

from PySide6.QtGui import QColor, QPalette

from laixi_transport.ui.theme.tokens import RADIUS_PX, Palette


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
        (role.Link, p.accent),
        (role.LinkVisited, p.accent),
        (role.Accent, p.accent),
        (role.Light, p.hover),
        (role.Midlight, p.raised),
        (role.Mid, p.line),
        (role.Dark, p.line),
        (role.Shadow, p.window),
    ):
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(p.disabled))
    return made


def style_sheet(p: Palette, scale: float = 1.0) -> str:
    """Return the sheet; ``scale`` is that of the text."""

    def px(value: float) -> int:
        return round(value * scale)

    return f"""
QMainWindow, QDialog, QWidget#page, QWidget#root {{ background: {p.window}; }}
QFrame#panel {{ background: {p.panel}; border: 1px solid {p.line}; border-radius: {RADIUS_PX}px; }}
QLabel#dim {{ color: {p.dim}; font-size: {px(12)}px; }}
QLabel#heading {{ font-size: {px(15)}px; font-weight: 600; }}
QLabel#figure {{ font-size: {px(34)}px; font-weight: 600; }}
"""
