"""Where the parts of the page stand: map and side column above, controls and timeline below.

On a low screen the side column takes the whole height and the timeline stands below the map alone.
"""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from laixi_transport.ui.widgets import Panel

SIDE_PX = 404
MOST_LOWER = 0.45
LEAST_LOWER_PX = 240
LEAST_LAST_PX = 56
"""The last panel of the side column gives its room to docks, down to its heading."""
LAST_PX = 140
"""Less room for it than this, and the side column takes the whole height."""


class Frame(QSplitter):
    """Gives the timeline the height that its lanes need, until the user decides otherwise."""

    def __init__(
        self, stage: QWidget, side: Sequence[QWidget], controls: QWidget, timeline: QWidget, scale: float
    ) -> None:
        """``side`` from top to bottom, the last one takes the room that is left."""
        super().__init__(Qt.Orientation.Vertical)
        self._controls = controls
        self._timeline = timeline
        self._decided = False
        column = QWidget()
        stack = QVBoxLayout(column)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(8)
        for widget in side:
            stack.addWidget(widget, 1 if widget is side[-1] else 0)
        side[-1].setMinimumHeight(round(LEAST_LAST_PX * scale))
        column.setMinimumWidth(round(SIDE_PX * 0.9 * scale))
        self._map = stage
        self._column = column
        self._stage = QSplitter(Qt.Orientation.Vertical)
        self._stage.addWidget(stage)
        self._stage.setStretchFactor(0, 1)
        self._stage.setChildrenCollapsible(False)
        self._stage.splitterMoved.connect(self._decide)
        self._upper = QSplitter(Qt.Orientation.Horizontal)
        self._upper.addWidget(self._stage)
        self._upper.addWidget(column)
        self._upper.setStretchFactor(0, 1)
        self._upper.setChildrenCollapsible(False)
        self._upper.setSizes([1200, round(SIDE_PX * scale)])
        self._lower = Panel()
        self._lower.body.addWidget(controls)
        self._lower.body.addWidget(timeline, 1)
        self.addWidget(self._upper)
        self.addWidget(self._lower)
        self.setStretchFactor(0, 1)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._decide)

    @property
    def low(self) -> bool:
        """Whether the page is too low for the side column and the timeline one above the other."""
        return self._lower.parent() is self._stage

    def minimumSizeHint(self) -> QSize:
        """Return what is needed on a low screen, where less height is needed."""
        stage, column = self._map.minimumSize(), self._column.minimumSizeHint()
        lower, gap = self._lower.minimumSizeHint(), self.handleWidth()
        width = max(stage.width(), lower.width()) + gap + max(column.width(), self._column.minimumWidth())
        return QSize(width, max(stage.height() + gap + lower.height(), column.height()))

    def fit(self) -> None:
        """Fit the lower part to its lanes, up to a share of the page."""
        if self._decided or self.height() <= 0:
            return
        lower = self._lower_px()
        self._holder.setSizes([self.height() - lower - self.handleWidth(), lower])

    def save_sizes(self) -> list[list[int]]:
        """Return the sizes in types of JSON; the height of the timeline only if the user decided it."""
        return [self._upper.sizes(), self._holder.sizes() if self._decided else []]

    def restore_sizes(self, sizes: Sequence[Sequence[int]]) -> None:
        """Take what ``save_sizes`` returned."""
        for splitter, own in zip((self._upper, self._holder), sizes, strict=False):
            if own:
                splitter.setSizes([int(size) for size in own])
                self._decided |= splitter is self._holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        column = self._column.minimumSizeHint().height() - LEAST_LAST_PX + LAST_PX
        if (self.height() < column + self.handleWidth() + self._lower_px()) != self.low:
            (self if self.low else self._stage).addWidget(self._lower)
            self._decided = False
        self.fit()

    def _lower_px(self) -> int:
        """Return how high the lower part is, left to itself."""
        margins = self._lower.body.contentsMargins()
        around = self._controls.sizeHint().height() + self._lower.body.spacing() + 2 * self._lower.frameWidth()
        wanted = self._timeline.sizeHint().height() + around + margins.top() + margins.bottom()
        return min(max(wanted, LEAST_LOWER_PX), round(self.height() * MOST_LOWER))

    @property
    def _holder(self) -> QSplitter:
        return self._stage if self.low else self

    def _decide(self) -> None:
        self._decided = True
