"""Where things stand in the timeline: moments to pixels and back, lanes from top to bottom. No Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.ui.timeline.axis import Span

GUTTER_PX = 108.0
RIGHT_PX = 14.0
AXIS_PX = 24.0
LANE_PX = 24.0
NARROW_LANE_PX = 17.0
FOOT_PX = 4.0


@dataclass(frozen=True, slots=True)
class Geometry:
    """A timeline of one size; pixels are logical, counted from the left top corner.

    From top to bottom: the axis, the inset for the speed curve, the lanes. Left of all of them the gutter with names.
    """

    width: float
    height: float
    span: Span
    lanes: int
    inset_px: float = 0.0
    scroll_px: float = 0.0
    scale: float = 1.0  # of text

    @property
    def left(self) -> float:
        """Where time begins."""
        return round(GUTTER_PX * self.scale)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(self.left + 1.0, self.width - RIGHT_PX)

    @property
    def time_px(self) -> float:
        """Width of the shown span."""
        return self.right - self.left

    @property
    def axis_px(self) -> float:
        """Height of the axis."""
        return round(AXIS_PX * self.scale)

    @property
    def lanes_top(self) -> float:
        """Where the first lane begins when nothing is scrolled."""
        return self.axis_px + self.inset_px

    @property
    def lane_px(self) -> float:
        """Height of a lane: as wide as there is room for, within limits."""
        room = self.height - self.lanes_top - FOOT_PX
        wanted = room / self.lanes if self.lanes else LANE_PX
        least, most = round(NARROW_LANE_PX * self.scale), round(LANE_PX * self.scale)
        return float(min(most, max(least, int(wanted))))

    @property
    def hidden_px(self) -> float:
        """How much of the lanes does not fit."""
        return max(0.0, self.lanes_top + self.lanes * self.lane_px + FOOT_PX - self.height)

    def x(self, at_s: float) -> float:
        """Return the pixel of a moment."""
        return self.left + (at_s - self.span.begin_s) / max(1e-9, self.span.length_s) * self.time_px

    def xs(self, at_s: ArrayLike) -> NDArray[np.float64]:
        """Return the pixels of moments."""
        moments = np.asarray(at_s, np.float64)
        return self.left + (moments - self.span.begin_s) / max(1e-9, self.span.length_s) * self.time_px

    def at(self, x: float) -> float:
        """Return the moment under a pixel."""
        return self.span.begin_s + (x - self.left) / self.time_px * self.span.length_s

    @property
    def s_per_px(self) -> float:
        """Seconds a pixel."""
        return self.span.length_s / self.time_px

    def lane_top(self, lane: int) -> float:
        """Return where a lane begins."""
        return self.lanes_top + lane * self.lane_px - self.scroll_px

    def lane(self, y: float) -> int | None:
        """Return the lane under a pixel."""
        if y < self.lanes_top:
            return None
        lane = int((y - self.lanes_top + self.scroll_px) // self.lane_px)
        return lane if 0 <= lane < self.lanes else None
