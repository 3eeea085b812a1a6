"""What every map shows below its vehicles: the shipped base map, what was imported over it, the chosen tiles."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

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
        self._listen()
        self.read()

    def read(self) -> None:
        """Read the base map and what was imported."""
        work = partial(_read, self._service, demo=self._context.demo)
        self._context.tasks.run(work, slot=f"map.{id(self)}", owner=self).then(self._show).otherwise(
            self._context.notify
        )

    def _show(self, base_map: BaseMap) -> None:
        self._canvas.set_base_map(base_map)
        self.shown.emit()

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


def _read(service: MapDataService | None, *, demo: bool) -> BaseMap:
    shipped = shipped_base_map(demo=demo)
    if service is None:
        return shipped
    return with_layers(shipped, service.layers(_degrees(shipped.county_bounds)))


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
    )


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
