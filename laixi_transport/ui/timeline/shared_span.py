"""The stretch of time that timeline and curves show together."""

from PySide6.QtCore import QObject, Signal

from laixi_transport.ui.timeline.axis import Span


class SharedSpan(QObject):
    """What is visible, inside what there is; whoever shows time listens to ``changed`` and asks it to zoom or pan."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limits = Span(0.0, 1.0)
        self._shown = self._limits

    @property
    def limits(self) -> Span:
        """What there is to show."""
        return self._limits

    @property
    def shown(self) -> Span:
        """What is visible."""
        return self._shown

    def set_limits(self, limits: Span) -> None:
        """Take another period and show all of it."""
        self._limits = limits
        self._take(limits, force=True)

    def show(self, begin_s: float, end_s: float) -> None:
        """Show a stretch, as near as the limits allow."""
        middle = (begin_s + end_s) / 2
        self._take(Span(begin_s, end_s).zoomed(middle, 1.0, self._limits))

    def show_all(self) -> None:
        """Show everything."""
        self._take(self._limits)

    def zoom(self, at_s: float, factor: float) -> None:
        """Make what is visible ``factor`` times as long, keeping a moment in its place."""
        self._take(self._shown.zoomed(at_s, factor, self._limits))

    def pan(self, seconds: float) -> None:
        """Move what is visible."""
        self._take(self._shown.panned(seconds, self._limits))

    def reveal(self, at_s: float, lead: float = 0.1) -> None:
        """Page on so that a moment is visible, ``lead`` of the length from the edge that it came over."""
        shown = self._shown
        if shown.contains(at_s):
            return
        share = lead if at_s > shown.end_s else 1 - lead
        self.pan(at_s - shown.length_s * share - shown.begin_s)

    def _take(self, shown: Span, *, force: bool = False) -> None:
        if shown != self._shown or force:
            self._shown = shown
            self.changed.emit()
