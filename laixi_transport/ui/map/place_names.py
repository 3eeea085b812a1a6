"""What places are called: named places of the map for the services, and spots in words."""

from PySide6.QtCore import QCoreApplication, QLocale

from laixi_transport.domain.map_data import MapPlace
from laixi_transport.services.trips.spot import Spot
from laixi_transport.ui import format as text
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.projection import to_lon_lat

translate = QCoreApplication.translate


def named_places(base_map: BaseMap) -> tuple[MapPlace, ...]:
    """Return the named places of a base map, shipped and imported."""
    if not base_map.places:
        return ()
    lon, lat = to_lon_lat([place.x for place in base_map.places], [place.y for place in base_map.places])
    return tuple(
        MapPlace(east, north, place.rank, place.name_zh, place.name_en)
        for place, east, north in zip(base_map.places, lon.tolist(), lat.tolist(), strict=True)
    )


def place_name(place: MapPlace) -> str:
    """Return the name in the language of the window."""
    chinese = QLocale().language() == QLocale.Language.Chinese
    return (place.name or place.name_en) if chinese else (place.name_en or place.name)


def near_text(spot: Spot) -> str:
    """Return "near Jiangshan (1.4 km)", "" where no place is near."""
    if spot.near is None:
        return ""
    said = translate("Place", "near {place} ({distance})")
    return said.format(place=place_name(spot.near), distance=text.distance(spot.away_m))


def place_word(spot: Spot) -> str:
    """Return the shortest that a spot can be called: road, place, or coordinates to a hundred metres."""
    if spot.road or spot.near is None:
        return spot.road or f"{spot.lat_deg:.3f}, {spot.lon_deg:.3f}"
    return translate("Place", "near {place}").format(place=place_name(spot.near))


def short_place(spot: Spot) -> str:
    """Return what a spot is called in a list: its road, else the place that it is near, else coordinates."""
    return spot.road or near_text(spot) or text.coordinate(spot.lat_deg, spot.lon_deg)


def long_place(spot: Spot) -> str:
    """Return all that is known: road, place nearby and coordinates."""
    parts = (spot.road, near_text(spot), text.coordinate(spot.lat_deg, spot.lon_deg))
    return " · ".join(part for part in parts if part)
