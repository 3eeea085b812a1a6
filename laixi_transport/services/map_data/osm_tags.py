"""What the tags of OpenStreetMap say of roads, areas and places. Pure functions of a mapping.

Source: OpenStreetMap Wiki, Key:highway, Key:oneway, Key:maxspeed, Key:lanes, Key:place, Multilingual names/China.
"""

import math
import re
import unicodedata
from collections.abc import Mapping

from laixi_transport.domain.map_data import AreaKind
from laixi_transport.domain.road import BACKWARD, BOTH_WAYS, FORWARD, RoadClass

Tags = Mapping[str, str]

_CLASSES = {
    "motorway": RoadClass.MOTORWAY,
    "motorway_link": RoadClass.MOTORWAY_LINK,
    "trunk": RoadClass.TRUNK,
    "trunk_link": RoadClass.MOTORWAY_LINK,
    "primary": RoadClass.PRIMARY,
    "primary_link": RoadClass.PRIMARY,
    "secondary": RoadClass.SECONDARY,
    "secondary_link": RoadClass.SECONDARY,
    "tertiary": RoadClass.TERTIARY,
    "tertiary_link": RoadClass.TERTIARY,
    "unclassified": RoadClass.LOCAL,
    "residential": RoadClass.LOCAL,
    "living_street": RoadClass.LOCAL,
    "service": RoadClass.LOCAL,
    "services": RoadClass.LOCAL,
    "rest_area": RoadClass.LOCAL,
    "road": RoadClass.LOCAL,
    "busway": RoadClass.LOCAL,
    "bus_guideway": RoadClass.LOCAL,
    "track": RoadClass.LOCAL,  # farm roads are driven by rural buses and tractors
}
"""What motor vehicles drive on; paths for walking, cycling and riding, and roads that are not built, are none."""

_ONEWAY = {
    "yes": FORWARD, "true": FORWARD, "1": FORWARD, "-1": BACKWARD, "reverse": BACKWARD,
    "no": BOTH_WAYS, "false": BOTH_WAYS, "0": BOTH_WAYS, "alternating": BOTH_WAYS, "reversible": BOTH_WAYS,
}  # fmt: skip

MILE_KM = 1.609344
KNOT_KM = 1.852
WALK_KMH = 6.0
"""For maxspeed=walk; the wiki gives no number, routing programs take 5 to 7."""
_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|km|mph|knots)?\s*$", re.IGNORECASE)
_APART = re.compile(r"[;,、]|(?<=\d)/(?=\d)")
"""Between the limits of several lanes or directions: "60;40", "60/40"."""
_CHINA = {("urban", False): 50.0, ("urban", True): 30.0, ("rural", False): 70.0, ("rural", True): 40.0,
          ("motorway", False): 120.0, ("motorway", True): 120.0}  # fmt: skip
"""By place and whether there is no centre line: 道路交通安全法实施条例 (2004) article 45 and 78."""
_HIGHEST_KMH = 200.0
_NO_LIMIT = frozenset(
    {"", "0", "none", "no", "signals", "variable", "unknown", "default", "-", "/", "无", "未知", "不限"}
)

_PLACES = {
    "city": 1, "county": 1, "town": 2, "borough": 2, "village": 3, "suburb": 3, "township": 2,
    "hamlet": 4, "quarter": 4, "neighbourhood": 4, "isolated_dwelling": 4, "locality": 4,
}  # fmt: skip
_GREEN = frozenset({"forest", "grass", "meadow", "recreation_ground", "village_green", "orchard", "cemetery"})
_BUILT_UP = frozenset({"residential", "commercial", "industrial", "retail", "construction"})
_LEVELS = range(2, 10)


def road_class(tags: Tags) -> RoadClass | None:
    """Return the class of a road for motor vehicles, None for everything else."""
    found = _CLASSES.get(tags.get("highway", ""))
    return None if found is not None and tags.get("area") == "yes" else found


def oneway(tags: Tags) -> int:
    """Return FORWARD, BOTH_WAYS or BACKWARD; roundabouts and motorways are one way unless they say otherwise."""
    said = _ONEWAY.get(tags.get("oneway", "").strip().lower())
    if said is not None:
        return said
    implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    return FORWARD if implied else BOTH_WAYS


def lanes(tags: Tags) -> int:
    """Return the number of lanes of both directions together, 0 where it is not known."""
    return whole(tags.get("lanes", ""))


def limit_kmh(tags: Tags) -> float:
    """Return the posted limit, the lower one where the directions differ; NaN where none is known or there is none."""
    said = tags.get("maxspeed") or ";".join(
        tags[name] for name in ("maxspeed:forward", "maxspeed:backward") if name in tags
    )
    found = [speed_kmh(one, no_centre_line=lanes(tags) == 1) for one in _APART.split(said)]
    known = [speed for speed in found if not math.isnan(speed)]
    return min(known) if known else math.nan


def has_unread_limit(tags: Tags) -> bool:
    """Return whether a road has a posted limit that says neither a speed nor that there is none."""
    said = tags.get("maxspeed", "")
    return is_unread_limit(said) and math.isnan(limit_kmh(tags))


def is_unread_limit(text: str) -> bool:
    """Return whether a text that gave no speed is one that should have."""
    return text.strip().lower() not in _NO_LIMIT


def speed_kmh(text: str, *, no_centre_line: bool = False) -> float:
    """Read "50", "50 km/h", "30 mph", "walk", "CN:urban"; NaN for "none", "signals" and everything else."""
    found = _SPEED.match(unicodedata.normalize("NFKC", text))
    if found is not None:
        unit = {"mph": MILE_KM, "knots": KNOT_KM}.get((found[2] or "").lower(), 1.0)
        speed = float(found[1]) * unit
        return speed if 0 < speed <= _HIGHEST_KMH else math.nan
    text = text.strip()
    if text == "walk":
        return WALK_KMH
    if text.startswith("CN:"):
        return _CHINA.get((text[3:], no_centre_line), math.nan)
    return math.nan


def name(tags: Tags) -> str:
    """Return the Chinese name, the local one where there is no Chinese."""
    return clean(tags.get("name:zh") or tags.get("name:zh-Hans") or tags.get("name") or "")


def name_en(tags: Tags) -> str:
    """Return the English name."""
    return clean(tags.get("name:en") or tags.get("int_name") or "")


def code(tags: Tags) -> str:
    """Return the road's number: "G15", "G15/G18" where it has two."""
    return "/".join(part for part in (clean(one) for one in tags.get("ref", "").split(";")) if part)


def place_rank(tags: Tags) -> int | None:
    """Return how important a place is (domain.map_data.MapPlace), None if it is no place."""
    return _PLACES.get(tags.get("place", ""))


def area_kind(tags: Tags) -> AreaKind | None:
    """Return what an area is, None if it is nothing that the map shows."""
    if tags.get("boundary") == "administrative":
        return AreaKind.BOUNDARY
    landuse, natural = tags.get("landuse", ""), tags.get("natural", "")
    if natural == "water" or tags.get("waterway") in {"riverbank", "dock"} or landuse in {"reservoir", "basin"}:
        return AreaKind.WATER
    if natural == "wood" or landuse in _GREEN or tags.get("leisure") == "park":
        return AreaKind.GREEN
    return AreaKind.BUILT_UP if landuse in _BUILT_UP else None


def level(tags: Tags) -> int:
    """Return the administrative level of a boundary, 0 where it has none."""
    found = whole(tags.get("admin_level", ""))
    return found if found in _LEVELS else 0


def whole(text: str) -> int:
    """Return the first whole number of a text from 0 to 255, 0 where there is none."""
    found = re.match(r"\s*(\d{1,3})", text)
    return int(found[1]) if found is not None and int(found[1]) <= 255 else 0


def clean(text: str) -> str:
    """Return a name in one line of printable characters."""
    if text.isprintable():
        return " ".join(text.split())[:200]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
