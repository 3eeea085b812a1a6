"""How charts look: the one place where pyqtgraph gets colours, fonts and lines of the theme.

Importing pyqtgraph takes half a second and more: only modules that are loaded away from the window may import this one.
"""

from collections.abc import Sequence
from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPen
from PySide6.QtWidgets import QWidget

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.fonts import interface_font

pg: Any = pyqtgraph  # it has no types

GRID_ALPHA = 110  # of 255
TICK_GAP_PX = 6


def pen(theme: Theme, colour: str, width: float = 1.0, *, dashed: bool = False, alpha: int = 255) -> QPen:
    """Return a pen of constant width on the screen in a colour of the palette."""
    made = QPen(theme.colour(colour, alpha), width)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)  # so that a line of no length is a dot
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern([4.0, 3.0])
    return made


def bare_plot(parent: QWidget, gutter_px: float, right_px: float) -> Any:
    """Return a plot that leaves only curves and a left axis in a gutter of fixed width; what is around does the rest.

    It takes neither mouse nor keys and has no ground of its own.
    """
    plot = pg.PlotWidget(parent)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.hideAxis("bottom")
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setStyleSheet("background: transparent; border: none;")
    plot.setBackground(None)
    layout = plot.getPlotItem().layout
    layout.setContentsMargins(0, 0, right_px, 0)
    layout.setSpacing(0)
    plot.getViewBox().setDefaultPadding(0.0)
    axis = plot.getAxis("left")
    axis.setWidth(gutter_px)
    axis.setStyle(tickLength=0, tickTextOffset=TICK_GAP_PX, autoExpandTextSpace=False)
    return plot


def rule_lines(plot: Any, values: Sequence[float], theme: Theme) -> list[Any]:
    """Draw hair lines across a plot at these values; the grid of pyqtgraph's axes takes 9 ms of every frame."""
    lines = [pg.InfiniteLine(pos=value, angle=0, pen=pen(theme, "line", alpha=GRID_ALPHA)) for value in values]
    for line in lines:
        line.setZValue(-10)
        plot.addItem(line, ignoreBounds=True)
    return lines


def paint(plot: Any, theme: Theme) -> None:
    """Give a plot the colours and the font of the theme; call it again when the theme changes."""
    axis = plot.getAxis("left")
    axis.setPen(pen(theme, "line"))
    axis.setTextPen(theme.colour("dim"))
    axis.setTickFont(axis_font(theme))


def axis_font(theme: Theme) -> QFont:
    """Return the font of an axis' numbers."""
    return interface_font(round(theme.small_px * 0.92))
