"""Where the parts of the page stand: map and side column above, controls and timeline below."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from laixi_transport.ui.widgets import Panel

SIDE_PX = 372
MOST_LOWER = 0.45
LEAST_LOWER_PX = 240


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
        column.setMinimumWidth(round(SIDE_PX * 0.9 * scale))
        self._upper = QSplitter(Qt.Orientation.Horizontal)
        self._upper.addWidget(stage)
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

    def fit(self) -> None:
        """Fit the lower part to its lanes, up to a share of the page."""
        if self._decided or self.height() <= 0:
            return
        margins = self._lower.body.contentsMargins()
        around = self._controls.sizeHint().height() + self._lower.body.spacing() + 2 * self._lower.frameWidth()
        wanted = self._timeline.sizeHint().height() + around + margins.top() + margins.bottom()
        lower = min(max(wanted, LEAST_LOWER_PX), round(self.height() * MOST_LOWER))
        self.setSizes([self.height() - lower - self.handleWidth(), lower])

    def save_sizes(self) -> list[list[int]]:
        """Return the sizes in types of JSON; the height of the timeline only if the user decided it."""
        return [self._upper.sizes(), self.sizes() if self._decided else []]

    def restore_sizes(self, sizes: Sequence[Sequence[int]]) -> None:
        """Take what ``save_sizes`` returned."""
        for splitter, own in zip((self._upper, self), sizes, strict=False):
            if own:
                splitter.setSizes([int(size) for size in own])
                self._decided |= splitter is self

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _decide(self) -> None:
        self._decided = True
