"""A page in a window of its own, for another screen: the page, and below it a thin strip with the alarms."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from laixi_transport.ui.shell.full_screen import FrameWindow
from laixi_transport.ui.shell.places import SMALLEST_PAGE
from laixi_transport.ui.theme.tokens import GRID_PX


class PageWindow(FrameWindow):
    """``closed`` and ``activated`` carry the page's id; closing the window puts the page back.

    strip   stands below the page; the window takes it
    """

    closed = Signal(str)
    activated = Signal(str)

    def __init__(self, page_id: str, title: str, page: QWidget, strip: QWidget) -> None:
        super().__init__()
        self.page_id = page_id
        self.strip = strip
        self._page: QWidget | None = page
        self.setWindowTitle(title)
        self.setMinimumSize(SMALLEST_PAGE.boundedTo(self.screen().availableGeometry().size()))
        root = QWidget()
        root.setObjectName("root")
        column = QVBoxLayout(root)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX - 2)
        column.setSpacing(GRID_PX)
        column.addWidget(page, 1)
        column.addWidget(strip)
        self.setCentralWidget(root)

    def take(self) -> QWidget:
        """Return the page; the window is empty then."""
        page, self._page = self._page, None
        if page is None:
            raise RuntimeError("the page was taken already")
        page.setParent(None)
        return page

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit(self.page_id)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit(self.page_id)
        super().changeEvent(event)
