"""What a reader finds in a file on its way into the draft: converted, counted, and what was left out and why."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics import chinese_coordinates
from laixi_transport.domain.map_data import AreaTable, Frame, LeftOut, MapPlace, Note, Reason
from laixi_transport.domain.road import RoadTable
from laixi_transport.storage.map_draft import MapDraft

EXAMPLES = 5

Floats = NDArray[np.float64]
_TO_WGS84: dict[Frame, Callable[[Floats, Floats], tuple[Floats, Floats]]] = {
    Frame.GCJ02: chinese_coordinates.gcj02_to_wgs84,
    Frame.BD09: chinese_coordinates.bd09_to_wgs84,
}


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The operator stopped the import; nothing was stored."""


class Gathering:
    """Where readers put what they find.

    frame      datum of the coordinates that come in
    progress   called with what was read so far and how much there is, 0 where it is not known
    cancelled  asked now and then
    """

    def __init__(
        self,
        draft: MapDraft,
        frame: Frame,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.draft = draft
        self.notes: set[Note] = set()
        self._convert = _TO_WGS84.get(frame)
        self._progress = progress
        self._cancelled = cancelled
        self._left_out: dict[Reason, tuple[int, list[str]]] = {}

    def tell(self, done: int, total: int = 0) -> None:
        """Tell how far it is; raises Cancelled."""
        self.go_on()
        self._progress(done, total)

    def go_on(self) -> None:
        """Raise Cancelled where the operator wished no more."""
        if self._cancelled():
            raise Cancelled

    def leave_out(self, reason: Reason, what: str) -> None:
        """Count something that is not taken."""
        count, examples = self._left_out.get(reason, (0, []))
        if len(examples) < EXAMPLES:
            examples.append(what)
        self._left_out[reason] = (count + 1, examples)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was not taken, by reason."""
        return tuple(
            LeftOut(reason, count, tuple(examples)) for reason, (count, examples) in sorted(self._left_out.items())
        )

    def add_roads(self, roads: RoadTable) -> None:
        """Take roads, each with two vertices or more."""
        if not len(roads):
            return
        if self._convert is not None:
            lon, lat = self._convert(roads.lon_deg, roads.lat_deg)
            roads = replace(roads, lon_deg=lon, lat_deg=lat)
        self.draft.add_roads(roads)

    def add_areas(self, areas: AreaTable) -> None:
        """Take areas, each with vertices."""
        if not len(areas):
            return
        if self._convert is not None:
            lon, lat = self._convert(areas.lon_deg, areas.lat_deg)
            areas = replace(areas, lon_deg=lon, lat_deg=lat)
        self.draft.add_areas(areas)

    def add_places(self, places: Sequence[MapPlace]) -> None:
        """Take places."""
        if self._convert is not None and places:
            lon, lat = self._convert(
                np.array([place.lon_deg for place in places]), np.array([place.lat_deg for place in places])
            )
            places = [
                replace(place, lon_deg=float(x), lat_deg=float(y)) for place, x, y in zip(places, lon, lat, strict=True)
            ]
        self.draft.add_places(places)
