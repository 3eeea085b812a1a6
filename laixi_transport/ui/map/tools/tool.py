"""What all tools of the map have in common."""

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.viewport import Viewport

CLICK_PX = 5.0
"""A press and a release closer than this are a click, not a drag."""
SNAP_PX = 11.0


class MapTool(QObject):
    """A tool that takes nothing and draws nothing; see ui.map.overlay.Tool for what its methods mean."""

    changed = Signal()
    """What it draws or what it says is another now."""

    name = ""
    """The button and the action that begin it carry this name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pointer: QPointF | None = None

    def hint(self) -> str:
        """Return what can be done now, with its keys, translated."""
        return ""

    def takes(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether ``key`` would be the tool's now: it goes before the keys of the page."""
        del key, modifiers
        return False

    def press(self, event: QMouseEvent, view: Viewport) -> bool:
        """See Tool."""
        del event, view
        return False

    def move(self, event: QMouseEvent, view: Viewport) -> bool:
        """See Tool."""
        del view
        self._pointer = event.position()
        return True

    def release(self, event: QMouseEvent, view: Viewport) -> bool:
        """See Tool."""
        del event, view
        return False

    def double_click(self, event: QMouseEvent, view: Viewport) -> bool:
        """See Tool."""
        del event, view
        return False

    def key(self, event: QKeyEvent, view: Viewport) -> bool:
        """See Tool."""
        del event, view
        return False

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        """See Tool."""

    def cursor(self) -> Qt.CursorShape:
        """See Tool."""
        return Qt.CursorShape.CrossCursor

    def finish(self) -> None:
        """See Tool."""
        self._pointer = None


def near(one: QPointF, other: QPointF, px: float = CLICK_PX) -> bool:
    """Whether two places are no further apart than a slip of the hand."""
    gap = one - other
    return bool(gap.x() ** 2 + gap.y() ** 2 <= px**2)
