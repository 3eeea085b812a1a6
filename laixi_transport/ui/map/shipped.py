"""The base map that comes with the product."""

from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.resources import resource


def shipped_base_map(*, demo: bool) -> BaseMap:
    """Read the base map, for the demonstration with the synthetic roads that its fleet drives on; use it through tasks.

    Raises Problem if a file is missing.
    """
    base_map = BaseMap.load(resource("base_map", "laixi.geojson"))
    roads = resource("sample_data", "synthetic_roads.geojson")
    return base_map.with_roads(roads) if demo and roads.is_file() else base_map
