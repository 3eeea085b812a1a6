"""Where the names of roads stand from near: on straight pieces of them, turned with the road."""

import math
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.road_lines import RoadLines, inside
from laixi_transport.ui.map.viewport import Viewport

FROM_ZOOM = {
    RoadClass.MOTORWAY: 12.5,
    RoadClass.TRUNK: 12.5,
    RoadClass.PRIMARY: 13.0,
    RoadClass.SECONDARY: 13.5,
    RoadClass.TERTIARY: 14.3,
}
FROM_ZOOM_ELSE = 15.3

STEP_PX = 700.0
APART_PX = 420.0
"""Distance between two equal names: a road comes in short pieces from crossing to crossing."""

STRAIGHT = 0.97
"""Share of a piece of road that the straight line between its ends is; a name is not bent."""

STEEP_DEG = 52.0
"""On steeper roads the signs of a Chinese name stand upright one below the other."""

TURN_STEP_DEG = 2.0
"""Turned names are painted for so many degrees and kept."""

_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class NamePlace:
    """A name on a road."""

    name: str
    x: float  # of its middle, pixels of the view
    y: float
    turn_deg: float  # clockwise; of a stacked name, the direction of the road downwards
    stacked: bool  # sign below sign, each upright


class RoadNames:
    """The named roads of a base map as columns, made once; the more important first."""

    def __init__(self, base_map: BaseMap) -> None:
        self._name: list[str] = []
        self._lines = RoadLines.of((), ())
        self._from_zoom = np.zeros(0)
        table = base_map.road_table
        if table is None:
            return
        named = np.array([bool(name) for name in table.name], np.bool_)
        chosen = np.flatnonzero(named & (np.diff(table.begin) > 1))
        chosen = chosen[np.argsort(-table.road_class[chosen].astype(np.int16), kind="stable")]
        self._name = [table.name[at] for at in chosen.tolist()]
        self._lines = RoadLines.of_table(table, chosen)
        zooms = np.array([FROM_ZOOM.get(road_class, FROM_ZOOM_ELSE) for road_class in RoadClass])
        self._from_zoom = zooms[self._lines.road_class]

    def places(self, view: Viewport, width_px: Callable[[str], float]) -> Iterator[NamePlace]:
        """Yield where names fit; some come to nothing for want of room.

        width_px  how wide a name is when written in a line
        """
        long_enough = np.where(self._from_zoom <= view.zoom, 40.0, np.inf)
        lines = self._lines
        length_px = lines.length_px(view)
        road, middle = lines.steps(lines.seen(view, long_enough), view, STEP_PX)
        x, y = lines.places(road, middle, view)
        found: dict[str, list[tuple[float, float]]] = {}
        for at, px, py, along in np.stack((road, x, y, middle), axis=1)[inside(x, y, view)].tolist():
            name = self._name[int(at)]
            others = found.setdefault(name, [])
            if any(abs(px - a) + abs(py - b) < APART_PX for a, b in others):
                continue
            width = width_px(name)
            if width > length_px[int(at)]:
                continue
            place = self._placed(name, int(at), along, width, view)
            if place is not None:
                others.append((px, py))
                yield place

    def _placed(self, name: str, at: int, along_px: float, width_px: float, view: Viewport) -> NamePlace | None:
        """Return the name with its middle so far along a road, None where the road bends below it."""
        due = along_px + np.linspace(-width_px / 2, width_px / 2, _SAMPLES + 1)
        x, y = self._lines.places(np.full(len(due), at), due, view)
        across, down = float(x[-1] - x[0]), float(y[-1] - y[0])
        if math.hypot(across, down) < STRAIGHT * width_px:
            return None
        turn = math.degrees(math.atan2(down, across))
        steep = abs(abs(turn) - 90.0) < 90.0 - STEEP_DEG
        stacked = steep and is_square(name)
        if stacked:
            turn = turn if turn > 0 else turn + 180.0  # downwards
        elif abs(turn) > 90.0:
            turn -= math.copysign(180.0, turn)  # never upside down
        turn = round(turn / TURN_STEP_DEG) * TURN_STEP_DEG
        return NamePlace(name, float(x[0] + x[-1]) / 2, float(y[0] + y[-1]) / 2, turn, stacked)


def is_square(name: str) -> bool:
    """Whether the name is written in signs as wide as high, which may stand one below the other."""
    return all(unicodedata.east_asian_width(sign) in "WF" for sign in name)
