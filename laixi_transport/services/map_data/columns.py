"""What the columns of road files mean: those of Chinese road bureaux, of OpenStreetMap extracts, and our own.

Names of columns: 公路养护统计报表 and road databases use 路线编码, 路线名称, 技术等级, 行政等级, or the initials of the
pinyin (LXBM, LXMC, JSDJ, XZDJ), as a Shapefile has room for ten bytes, which
in UTF-8 cut 路线编码 to 路线编. Geofabrik's Shapefiles have fclass, ref, oneway
(F, T, B) and maxspeed (0: unknown). Classes of road numbers: GB/T 917-2017, from memory (G, S, X, Y, C, Z; national
expressways have one, two or four digits, national roads three).
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from laixi_transport.domain.map_data import AreaKind
from laixi_transport.domain.road import BACKWARD, BOTH_WAYS, FORWARD, RoadClass
from laixi_transport.services.map_data import osm_tags

MEANINGS: dict[str, tuple[str, ...]] = {
    "id": ("osm_id", "way_id", "@id", "路线id", "路段id", "id"),
    "name": (
        "name_zh", "name:zh", "路线名称", "道路名称", "路名", "名称", "地名", "name", "lxmc", "dlmc", "roadname", "mc",
        "路线名", "道路名",
    ),
    "name_en": ("name_en", "name:en", "英文名称", "英文名"),
    "code": (
        "路线编码", "路线编号", "路线代码", "道路编号", "道路编码", "编号", "ref", "code", "lxbm", "lxbh", "lxdm",
        "roadcode", "路线编", "道路编",
    ),
    "class": ("highway", "fclass", "road_class", "class", "道路类型", "道路等级", "dldj"),
    "technical": ("技术等级", "公路技术等级", "jsdj", "技术等"),
    "administrative": ("行政等级", "公路行政等级", "xzdj", "行政等"),
    "limit": (
        "限速", "限速值", "限制速度", "最高限速", "maxspeed", "speed_limit", "limit_kmh", "limit", "xiansu", "xs",
    ),
    "lanes": ("车道", "车道数", "车道数量", "lanes", "cds", "cdsl"),
    "oneway": ("单向", "单行", "是否单行", "单行道", "oneway", "dx"),
    "level": ("admin_level", "行政级别", "level"),
    "rank": ("rank", "place"),
    "kind": ("natural", "layer", "类型", "type"),
    "waterway": ("waterway",),
    "landuse": ("landuse",),
}  # fmt: skip

_WORDS = {
    "street": RoadClass.LOCAL,
    "local": RoadClass.LOCAL,
    "township": RoadClass.TERTIARY,
    "county": RoadClass.SECONDARY,
    "provincial": RoadClass.PRIMARY,
    "national": RoadClass.TRUNK,
}
_ADMINISTRATIVE = {
    "国": RoadClass.TRUNK, "省": RoadClass.PRIMARY, "县": RoadClass.SECONDARY, "乡": RoadClass.TERTIARY,
    "村": RoadClass.LOCAL, "专": RoadClass.LOCAL, "G": RoadClass.TRUNK, "S": RoadClass.PRIMARY,
    "X": RoadClass.SECONDARY, "Y": RoadClass.TERTIARY, "C": RoadClass.LOCAL, "Z": RoadClass.LOCAL,
}  # fmt: skip
_TECHNICAL = {
    "高": RoadClass.MOTORWAY, "一": RoadClass.TRUNK, "二": RoadClass.PRIMARY, "三": RoadClass.SECONDARY,
    "四": RoadClass.TERTIARY, "等": RoadClass.LOCAL,
}  # fmt: skip
_CODE = re.compile(r"^([GSXYCZ])([0-9A-Z]{1,4})$")
_CODE_OF_COUNTY = re.compile(r"^([GSXYCZ][0-9A-Z]{1,5}?)\d{6}$")
"""A route's code (路线编码) is its number and the six digits of the county."""
_ONEWAY = {"F": FORWARD, "T": BACKWARD, "B": BOTH_WAYS, "FT": FORWARD, "TF": BACKWARD, "是": FORWARD, "单向": FORWARD,
           "单行": FORWARD, "否": BOTH_WAYS, "双向": BOTH_WAYS, "双行": BOTH_WAYS}  # fmt: skip
_KINDS = (
    (AreaKind.WATER, ("water", "水库", "湖", "水面", "水域", "reservoir", "lake")),
    (AreaKind.RIVER, ("river", "stream", "canal", "河", "水系", "渠")),
    (AreaKind.GREEN, ("wood", "forest", "park", "green", "林", "绿地", "公园")),
    (AreaKind.BUILT_UP, ("residential", "built", "居民", "建成区")),
    (AreaKind.BOUNDARY, ("boundary", "neighbour", "district", "境界", "行政", "区划", "边界")),
)


def find(columns: Sequence[str]) -> dict[str, str]:
    """Return which column has which meaning; of several with the same the first of MEANINGS."""
    known = {column.strip().lower(): column for column in columns}
    return {
        meaning: known[next(name for name in names if name in known)]
        for meaning, names in MEANINGS.items()
        if any(name in known for name in names)
    }


def road_class(row: Mapping[str, Any]) -> RoadClass | None:
    """Return the class of a road by whatever its row says, None if nothing does.

    row   values by meaning
    """
    word = text(row.get("class")).lower()
    technical = text(row.get("technical"))
    found = osm_tags.road_class({"highway": word}) if word else None
    if found is None and word.upper() in RoadClass.__members__:
        found = RoadClass[word.upper()]
    if found is None:
        found = _WORDS.get(word)
    if found is not None:
        return found
    if technical.startswith("高"):
        return RoadClass.MOTORWAY
    by_code = class_of_code(code(row))
    by_rank = _ADMINISTRATIVE.get(text(row.get("administrative"))[:1].upper())
    if by_code is RoadClass.MOTORWAY or by_rank is None:
        by_rank = by_code
    return by_rank if by_rank is not None else _TECHNICAL.get((technical or word)[:1])


def class_of_code(number: str) -> RoadClass | None:
    """Return the class of a road by its number: "G15" is an expressway, "G204" a national road."""
    found = _CODE.match(number.upper())
    if found is None:
        return None
    letter, digits = found.groups()
    if letter in "GS" and digits.isdigit() and len(digits) != 3:
        return RoadClass.MOTORWAY
    return _ADMINISTRATIVE[letter]


def code(row: Mapping[str, Any]) -> str:
    """Return a road's number without the county that a route's code ends with: "G204" of "G204370285"."""
    said = osm_tags.code({"ref": text(row.get("code"))})
    found = _CODE_OF_COUNTY.match(said.upper())
    return found[1] if found is not None else said


def limit_kmh(row: Mapping[str, Any]) -> float:
    """Return the posted limit, NaN where the row has none; 0 means none too."""
    value = row.get("limit")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value <= 200 else math.nan
    said = text(value).removeprefix("限速").removesuffix("公里/小时").removesuffix("公里")
    return osm_tags.limit_kmh({"maxspeed": said}) if said else math.nan


def unread_limit(row: Mapping[str, Any]) -> str:
    """Return a posted limit that says neither a speed nor that there is none; empty where there is none such."""
    said = text(row.get("limit"))
    return said if osm_tags.is_unread_limit(said) and math.isnan(limit_kmh(row)) else ""


def is_road_area(row: Mapping[str, Any]) -> bool:
    """Return whether the row of an area is that of a road: its class, technical class or number says so."""
    word = {"class": row.get("class"), "technical": row.get("technical"), "code": row.get("code")}
    return road_class(word) is not None


def lanes(row: Mapping[str, Any]) -> int:
    """Return the number of lanes, 0 where it is not known; "双向四车道" and "4" are both four."""
    said = text(row.get("lanes"))
    for sign, number in zip("一二三四五六七八两", (1, 2, 3, 4, 5, 6, 7, 8, 2), strict=True):
        if f"{sign}车道" in said:
            return number
    return osm_tags.whole(said)


def oneway(row: Mapping[str, Any]) -> int:
    """Return FORWARD, BOTH_WAYS or BACKWARD."""
    said = text(row.get("oneway"))
    found = _ONEWAY.get(said.upper())
    return found if found is not None else osm_tags.oneway({"oneway": said, "highway": text(row.get("class")).lower()})


def area_kind(row: Mapping[str, Any], layer: str) -> AreaKind | None:
    """Return what an area or a line that is no road is, by its row or else the name of its layer; None: not said."""
    for said in (*(text(row.get(meaning)).lower() for meaning in ("kind", "waterway", "landuse")), layer.lower()):
        for kind, words in _KINDS:
            if any(word in said for word in words):
                return kind
    return None


def place_rank(row: Mapping[str, Any]) -> int:
    """Return how important a place is, 3 where nothing says so."""
    said = text(row.get("rank"))
    return osm_tags.place_rank({"place": said}) or min(4, osm_tags.whole(said)) or 3


def text(value: object) -> str:
    """Return a value of a column as text; what is missing is empty, 4.0 is "4"."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return osm_tags.clean(str(value))
