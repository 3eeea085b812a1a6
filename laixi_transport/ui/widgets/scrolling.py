"""What does not fit, scrolled up and down; and the sizes of parts that a person moves against each other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QWidget


def scrolled(content: QWidget | None = None) -> QScrollArea:
    """Return an area without a frame that scrolls its content up and down; the keyboard goes to the content."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if content is not None:
        area.setWidget(content)
    return area


def restore_sizes(splitter: QSplitter, sizes: object) -> None:
    """Give the parts the sizes that were kept; whatever does not fit the splitter is left, as the file may be old."""
    if (
        isinstance(sizes, list)
        and len(sizes) == splitter.count()
        and all(isinstance(size, int) and size > 0 for size in sizes)
    ):
        splitter.setSizes(sizes)
