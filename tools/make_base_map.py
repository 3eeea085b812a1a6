"""Makes resources/base_map/laixi.geojson from a folder of openly licensed sources.

python -m tools.make_base_map SOURCES [--out FILE]

SOURCES holds the GeoJSON and CSV files that resources/base_map/README.md lists with their origin and licence. All of
them are WGS-84 (the boundaries CGCS2000, which agrees to centimetres); a boundary in GCJ-02 would lie 420 m too far
east and is refused by a check of the county's centroid.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Feature = dict[str, Any]

ATTRIBUTION = "© OpenStreetMap contributors (ODbL) · GeoNames (CC BY 4.0) · Natural Earth"
LAIXI_CODE = "156370285"
DECIMALS = 5  # 1 m

COUNTY_NAMES_EN = {
    "高密市": "Gaomi", "招远市": "Zhaoyuan", "栖霞市": "Qixia", "海阳市": "Haiyang", "莱阳市": "Laiyang",
    "莱州市": "Laizhou", "即墨区": "Jimo", "黄岛区": "Huangdao", "崂山区": "Laoshan", "李沧区": "Licang",
    "城阳区": "Chengyang", "莱西市": "Laixi", "胶州市": "Jiaozhou", "平度市": "Pingdu", "市南区": "Shinan",
    "市北区": "Shibei",
}  # fmt: skip
ROAD_CLASSES = {
    "motorway": "motorway",
    "motorway_link": "motorway_link",
    "primary_or_secondary": "primary",  # S214, a provincial road
    "local": "local",
}
# GeoNames still calls the seat of Laizhou by the county's name of before 1988.
RENAMED_PLACES = {"1804578": "莱州"}
ROAD_NAMES = {"南城路(S214)": "南城路", "G15莱西西匝道(出口→S214)": ""}


def features(path: Path) -> list[Feature]:
    """Return the features of a GeoJSON file."""
    found: list[Feature] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def rounded(coordinates: Any) -> Any:
    """Return nested coordinates with DECIMALS and without a third dimension."""
    if isinstance(coordinates[0], int | float):
        return [round(float(number), DECIMALS) for number in coordinates[:2]]
    return [rounded(inner) for inner in coordinates]


def feature(geometry: Feature, **properties: Any) -> Feature:
    """Return one GeoJSON feature; empty properties are left out."""
    kept = {key: value for key, value in properties.items() if value not in {"", None}}
    return {
        "type": "Feature",
        "properties": kept,
        "geometry": {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])},
    }


def check_datum(outline: Feature) -> None:
    """Refuse a county outline that is shifted as GCJ-02 boundaries are (0.0047 degrees east here)."""
    ring = outline["geometry"]["coordinates"][0][0]
    lon = (min(p[0] for p in ring) + max(p[0] for p in ring)) / 2
    if abs(lon - (120.201177 + 120.655131) / 2) > 0.002:
        sys.exit("laixi_boundary.geojson is not WGS-84: its outline is shifted; take a source that is not GCJ-02")


def areas(sources: Path) -> Iterator[Feature]:
    """Yield land, neighbours and the county, in the order of painting."""
    for shape in features(sources / "coast_land_ne10m.geojson"):
        yield feature(shape["geometry"], layer="land")
    for name in ("neighbour_counties", "qingdao_districts"):
        for shape in features(sources / f"{name}.geojson"):
            if shape["properties"]["gb"] != LAIXI_CODE:
                zh = shape["properties"]["name"]
                yield feature(shape["geometry"], layer="neighbour", name_zh=zh, name_en=COUNTY_NAMES_EN[zh])
    (laixi,) = features(sources / "laixi_boundary.geojson")
    check_datum(laixi)
    yield feature(laixi["geometry"], layer="county", name_zh="莱西市", name_en="Laixi")


def roads(sources: Path) -> Iterator[Feature]:
    """Yield the roads with their class in the product's words."""
    for shape in features(sources / "roads_osm_partial.geojson"):
        told = shape["properties"]
        yield feature(
            shape["geometry"],
            layer="road",
            **{"class": ROAD_CLASSES[told["highway"]]},
            ref=told["ref"],
            name_zh=ROAD_NAMES.get(told["name"], told["name"]),
        )


def places(sources: Path) -> Iterator[Feature]:
    """Yield towns: rank 1 seats of counties, 2 towns of Laixi, 3 towns of the neighbours.

    Towns of Laixi take their full Chinese name (with 镇) from the statistics bureau's list, matched by GeoNames id.
    """
    with (sources / "laixi_towns_codes.csv").open(encoding="utf-8") as file:
        full_names = {row["geonameid"]: row["name"] for row in csv.DictReader(file) if row["geonameid"]}
    for shape in features(sources / "places_geonames.geojson"):
        told = shape["properties"]
        key = told["geonameid"]
        short = RENAMED_PLACES.get(key, told["name_zh"])
        full = full_names.pop(key, short)
        if not full.startswith(short):
            sys.exit(f"GeoNames {key} is {short} but the towns list says {full}: one of them is wrong")
        seat = told["fcode"] in {"PPLA3", "PPL"}
        yield feature(
            shape["geometry"],
            layer="place",
            rank=1 if seat else 2 if told["in_laixi"] else 3,
            name_zh="莱西市区" if told["in_laixi"] and seat else full,
            name_en=told["name_en"],
        )
    if full_names:
        sys.exit(f"the towns list names GeoNames ids that are not among the places: {', '.join(full_names)}")


def main() -> None:
    """Write the base map, one feature a line so that a change can be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_base_map", description=__doc__)
    parser.add_argument("sources", type=Path)
    default = Path(__file__).resolve().parent.parent / "resources" / "base_map" / "laixi.geojson"
    parser.add_argument("--out", type=Path, default=default)
    options = parser.parse_args()
    made = [*areas(options.sources), *roads(options.sources), *places(options.sources)]
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in made)
    head = json.dumps({"attribution": ATTRIBUTION, "boundary": "schematic"}, ensure_ascii=False)[1:-1]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(
        f'{{"type":"FeatureCollection",{head},"features":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n"
    )
    print(f"{options.out}: {len(made)} features, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
