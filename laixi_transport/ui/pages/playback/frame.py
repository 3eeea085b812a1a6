"""Where the parts of the page stand: map and side column above, controls and timeline below.

On a low screen the side column takes the whole height and the timeline stands below the map alone.
"""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from laixi_transport.ui.timeline.view import TimelineView
from laixi_transport.ui.widgets import FoldingColumn, Panel

SIDE_PX = 404
LEAST_SIDE_PX = 300
MOST_SIDE = 0.36
"""Share of the width that the side column takes at most, unless somebody drags it."""
MOST_LOWER = 0.45
LEAST_LOWER_PX = 240
LAST_PX = 140
"""Less room for the last panel than this, and the side column takes the whole height; then, if need be, it folds."""
CHART_FROM_PX = 340
"""A page lower than this gives the room of the speed curve to the map."""


class Frame(QSplitter):
    """Gives the timeline the height that its lanes need, until the user decides otherwise."""

    def __init__(
        self,
        stage: QWidget,
        chooser: QWidget,
        panels: tuple[QWidget, QWidget],
        titles: tuple[str, str],
        controls: QWidget,
        timeline: TimelineView,
        scale: float,
    ) -> None:
        """``panels`` stand below the chooser, the second one takes the room that is left; ``titles`` name them."""
        super().__init__(Qt.Orientation.Vertical)
        self._controls = controls
        self._timeline = timeline
        self._decided = False
        self._chart_from_px = round(CHART_FROM_PX * scale)
        self.column = FoldingColumn((chooser,), *panels, titles, round(LAST_PX * scale))
        self.column.setMinimumWidth(round(LEAST_SIDE_PX * scale))
        self._map = stage
        self._stage = QSplitter(Qt.Orientation.Vertical)
        self._stage.addWidget(stage)
        self._stage.setStretchFactor(0, 1)
        self._stage.setChildrenCollapsible(False)
        self._stage.splitterMoved.connect(self._decide)
        self._upper = QSplitter(Qt.Orientation.Horizontal)
        self._upper.addWidget(self._stage)
        self._upper.addWidget(self.column)
        self._upper.setStretchFactor(0, 1)
        self._upper.setChildrenCollapsible(False)
        self._side_px = round(SIDE_PX * scale)
        self._upper.splitterMoved.connect(self._keep_side)
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
        stage, column = self._map.minimumSize(), self.column.minimumSizeHint()
        lower, gap = self._lower.minimumSizeHint(), self.handleWidth()
        without_chart = lower.height() - round(self._timeline.inset_px)
        return QSize(
            max(stage.width(), lower.width()) + gap + column.width(),
            max(stage.height() + gap + without_chart, column.height()),
        )

    def fit(self) -> None:
        """Fit the side column to the page, and the lower part to its lanes, up to a share of the page."""
        side = max(self.column.minimumSizeHint().width(), min(self._side_px, round(self.width() * MOST_SIDE)))
        self._upper.setSizes([self.width() - self._upper.handleWidth() - side, side])
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
        if self.isVisible():
            self._keep_side()
        elif sizes and len(sizes[0]) == 2:
            self._side_px = int(sizes[0][1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timeline.show_inset(self.height() >= self._chart_from_px)
        if (self.height() < self.column.full_px + self.handleWidth() + self._lower_px()) != self.low:
            (self if self.low else self._stage).addWidget(self._lower)
            self._decided = False
        self.fit()

    def _lower_px(self) -> int:
        """Return how high the lower part is, left to itself."""
        margins = self._lower.body.contentsMargins()
        around = self._controls.sizeHint().height() + self._lower.body.spacing() + 2 * self._lower.frameWidth()
        wanted = self._timeline.sizeHint().height() + around + margins.top() + margins.bottom()
        least = max(self._lower.minimumSizeHint().height(), min(wanted, LEAST_LOWER_PX))
        return max(least, min(wanted, round(self.height() * MOST_LOWER)))

    @property
    def _holder(self) -> QSplitter:
        return self._stage if self.low else self

    def _keep_side(self) -> None:
        self._side_px = self._upper.sizes()[1]

    def _decide(self) -> None:
        self._decided = True
