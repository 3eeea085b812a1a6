"""Where the numbers of roads may stand: along each road again and again, and never twice side by side."""

from collections.abc import Iterator

import numpy as np

from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.road_lines import RoadLines, inside
from laixi_transport.ui.map.viewport import Viewport

STEP_PX = 360.0
"""Distance along a road between two of its numbers."""

APART_PX = 240.0
"""Distance between two equal numbers: imported roads come in short pieces, and both lanes of a motorway have one."""

SHORTEST_PX = 24.0


class RoadNumbers:
    """The numbered roads of a base map, found once; the more important first."""

    def __init__(self, base_map: BaseMap) -> None:
        roads = [road for road in reversed(base_map.roads) if road.ref and len(road.points)]
        self._number = [road.ref for road in roads]
        classes = [int(road.road_class) for road in roads]
        lines = [road.points for road in roads]
        table = base_map.road_table
        if table is not None:
            coded = [at for at, code in enumerate(table.code) if code and table.begin[at + 1] > table.begin[at]]
            coded.sort(key=lambda at: -int(table.road_class[at]))
            self._number += [table.code[at] for at in coded]
            classes += [int(table.road_class[at]) for at in coded]
            lines += [np.stack(to_world(*table.line(at).T), axis=1) for at in coded]
        self._lines = RoadLines.of(lines, classes)

    def places(self, view: Viewport) -> Iterator[tuple[str, RoadClass, float, float]]:
        """Yield number, class and place in pixels of the view: half a step from a road's begin, then every step.

        Some come to nothing for want of room. A short road has its number in the middle.
        """
        chosen = self._lines.seen(view, SHORTEST_PX)
        road, along = self._lines.steps(chosen, view, STEP_PX)
        x, y = self._lines.places(road, along, view)
        shown = inside(x, y, view)
        found: dict[str, list[tuple[float, float]]] = {}
        for at, px, py in zip(road[shown].tolist(), x[shown].tolist(), y[shown].tolist(), strict=True):
            number = self._number[at]
            others = found.setdefault(number, [])
            if all(abs(px - a) + abs(py - b) >= APART_PX for a, b in others):
                others.append((px, py))
                yield number, RoadClass(int(self._lines.road_class[at])), px, py
