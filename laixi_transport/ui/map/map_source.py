"""What every map shows below its vehicles: the shipped base map, what was imported over it, the chosen tiles."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from laixi_transport.domain.map_data import Bounds
from laixi_transport.services.map_data.service import MapDataService, MapLayers
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.base_map import BaseMap, Place, Road
from laixi_transport.ui.map.canvas import MapCanvas
from laixi_transport.ui.map.projection import to_lon_lat, to_world
from laixi_transport.ui.map.shipped import shipped_base_map
from laixi_transport.ui.map.tiles.keeper import GroundKeeper
from laixi_transport.ui.map.viewport import WorldBounds

TOPIC = "map.data"
LOOK_MS = 250
LOOK_ZOOM = 10.0
"""From here on small roads can be seen (ui.map.style)."""


class MapSource(QObject):
    """Keeps one map at what was imported last and at the tiles that are chosen; a child of the map.

    A page needs no more than ``MapSource(context, self.map)``.
    """

    shown = Signal()
    """A base map was read and is shown."""

    def __init__(self, context: Context, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._context = context
        self._canvas = canvas
        # What stands in for the services in tests and tools may have no map data of its own.
        self._service: MapDataService | None = getattr(context.services, "map_data", None)
        self._keeper = GroundKeeper.of(context)
        self._keeper.changed.connect(self._show_ground)
        self._show_ground()
        self._detail: Bounds | None = None  # where all roads are read; None: everywhere
        self._looking = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        canvas.view_changed.connect(self._looking.start)
        self._listen()
        self.read()

    def read(self, around: Bounds | None = None) -> None:
        """Read the base map and what was imported; of very many roads those around a place, by default the county."""
        work = partial(_read, self._service, around, demo=self._context.demo)
        self._context.tasks.run(work, slot=f"map.{id(self)}", owner=self).then(self._show).otherwise(
            self._context.notify
        )

    def _show(self, found: tuple[BaseMap, Bounds | None]) -> None:
        base_map, self._detail = found
        self._canvas.set_base_map(base_map)
        self.shown.emit()

    def _look(self) -> None:
        """Read the small roads of where the map looks now, if it does not have them."""
        view = self._canvas.view
        if self._detail is None or view.zoom < LOOK_ZOOM:
            return
        seen = _degrees(view.bounds)
        west, south, east, north = self._detail
        if seen is not None and not (west <= seen[0] and south <= seen[1] and seen[2] <= east and seen[3] <= north):
            self.read(seen)

    def _show_ground(self) -> None:
        self._canvas.set_ground(self._keeper.ground)

    def _listen(self) -> None:
        if self._service is None:
            return
        bridge = self._context.bridge
        ends: tuple[Callable[[], None], ...] = (
            bridge.listen(TOPIC, self._take_news),
            self._service.subscribe(lambda: bridge.post(TOPIC, 0, None)),
        )

        def end_all(*_: object) -> None:
            for end in ends:
                end()

        self.destroyed.connect(end_all)

    def _take_news(self, _news: list[object]) -> None:
        self.read()


def _read(service: MapDataService | None, around: Bounds | None, *, demo: bool) -> tuple[BaseMap, Bounds | None]:
    shipped = shipped_base_map(demo=demo)
    if service is None:
        return shipped, None
    layers = service.layers(around or _degrees(shipped.county_bounds))
    return with_layers(shipped, layers), layers.detail


def with_layers(shipped: BaseMap, layers: MapLayers) -> BaseMap:
    """Return a base map with what was imported; shipped roads and places stay where no import has any.

    The roads that the demonstration has invented stay too: its vehicles drive on them.
    """
    if not len(layers.roads) and not len(layers.areas) and not layers.places:
        return shipped
    covered = [_world(bounds) for bounds in layers.road_bounds]
    roads = tuple(road for road in shipped.roads if road.synthetic or not _lies_in(road, covered))
    named = {place.name for place in layers.places}
    places = [
        Place(float(x), float(y), place.rank, place.name, place.name_en or place.name)
        for place, x, y in zip(
            layers.places,
            *to_world([place.lon_deg for place in layers.places], [place.lat_deg for place in layers.places]),
            strict=True,
        )
    ]
    kept = [place for place in shipped.places if place.name_zh not in named]
    return replace(
        shipped,
        roads=roads,
        places=tuple(sorted((*kept, *places), key=lambda place: place.rank)),
        attribution=" · ".join(dict.fromkeys(part for part in (shipped.attribution, *layers.attributions) if part)),
        road_table=layers.roads,
        area_table=layers.areas,
        bounds=_both(shipped.bounds, _world(layers.bounds) if layers.bounds is not None else None),
    )


def _both(one: WorldBounds | None, other: WorldBounds | None) -> WorldBounds | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _lies_in(road: Road, bounds: list[WorldBounds]) -> bool:
    left, top, right, bottom = road.bounds
    x, y = (left + right) / 2, (top + bottom) / 2
    return any(west <= x <= east and north <= y <= south for west, north, east, south in bounds)


def _world(bounds: Bounds) -> WorldBounds:
    west, south, east, north = bounds
    (left, right), (bottom, top) = to_world([west, east], [south, north])
    return float(left), float(top), float(right), float(bottom)


def _degrees(bounds: WorldBounds | None) -> Bounds | None:
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    (west, east), (north, south) = to_lon_lat([left, right], [top, bottom])
    return float(west), float(south), float(east), float(north)
