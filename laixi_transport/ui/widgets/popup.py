"""Lists and calendars that hang below a button."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

APART_PX = 2


def place_below(anchor: QRect, size: QSize, screen: QRect) -> QPoint:
    """Return where a popup of some size stands: below its anchor, else above it, never off the screen.

    anchor, screen   in the same coordinates, those of the desktop
    """
    left = max(screen.left(), min(anchor.left(), screen.right() + 1 - size.width()))
    below, above = anchor.bottom() + 1 + APART_PX, anchor.top() - APART_PX - size.height()
    fits = below + size.height() <= screen.bottom() + 1
    top = below if fits or above < screen.top() else above
    return QPoint(left, max(screen.top(), min(top, screen.bottom() + 1 - size.height())))


def show_below(popup: QWidget, widget: QWidget) -> None:
    """Show a popup below a widget, on the screen that the widget is on."""
    popup.adjustSize()
    anchor = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
    popup.move(place_below(anchor, popup.size(), widget.screen().availableGeometry()))
    popup.show()
