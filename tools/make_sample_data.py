"""Makes the road network of the simulated fleet: `python -m tools.make_sample_data`.

Open data gives only two roads of the county. The others are invented here between the real town points: smooth lines
for county roads, a street grid for the city, a cross of streets for every town. The same seed gives the same file,
byte for byte.
"""

import json
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path

SAMPLE_DATA = Path(__file__).resolve().parents[1] / "resources" / "sample_data"
SEED = 20260101

LonLat = tuple[float, float]

M_PER_DEG_LAT = 110_970.0
M_PER_DEG_LON = 89_080.0  # at 36.86 degrees north

COUNTY_ROADS = (
    ("Laixi", "Hetoudian"),
    ("Laixi", "Malianzhuang"),
    ("Laixi", "Rizhuang"),
    ("Laixi", "Yuanshang"),
    ("Laixi", "Xiagezhuang"),
    ("Laixi", "Jiangshan"),
    ("Laixi", "Laiyang"),
    ("Jiangshan", "Xiagezhuang"),
    ("Xiagezhuang", "Dianbu"),
    ("Dianbu", "Yuanshang"),
    ("Rizhuang", "Malianzhuang"),
    ("Malianzhuang", "Hetoudian"),
    ("Nanshu", "Malianzhuang"),
)
CITY = "Laixi"
GRID = 7  # junctions a side
BLOCK_M = 560.0


def towns() -> dict[str, LonLat]:
    """Return the town points by English name."""
    features = json.loads((SAMPLE_DATA / "towns.geojson").read_text(encoding="utf-8"))["features"]
    return {f["properties"]["name_en"]: tuple(f["geometry"]["coordinates"]) for f in features}


def open_roads() -> dict[str, list[LonLat]]:
    """Return the roads that open data gives, by reference or name."""
    features = json.loads((SAMPLE_DATA / "open_roads.geojson").read_text(encoding="utf-8"))["features"]
    return {
        f["properties"]["ref"] or f["properties"]["name"]: [tuple(c) for c in f["geometry"]["coordinates"]]
        for f in features
    }


def moved(point: LonLat, east_m: float, north_m: float) -> LonLat:
    """Return a point so many metres away, with the six decimals of the file."""
    return (round(point[0] + east_m / M_PER_DEG_LON, 6), round(point[1] + north_m / M_PER_DEG_LAT, 6))


def metres(a: LonLat, b: LonLat) -> tuple[float, float]:
    """Return the way from a to b, metres east and north."""
    return (b[0] - a[0]) * M_PER_DEG_LON, (b[1] - a[1]) * M_PER_DEG_LAT


def winding(a: LonLat, b: LonLat, dice: random.Random) -> list[LonLat]:
    """Return a smooth line from a to b that winds as country roads do, a point about every 120 m."""
    east, north = metres(a, b)
    length = math.hypot(east, north)
    knots = max(2, round(length / 2500))
    sway = [0.0, *(max(-0.05, min(0.05, dice.gauss(0, 0.025))) * length for _ in range(knots - 1)), 0.0]
    steps = max(1, round(length / 120 / knots))
    line = []
    for k in range(knots):
        before, here, there, after = (sway[min(max(j, 0), knots)] for j in (k - 1, k, k + 1, k + 2))
        for step in range(steps):
            t = step / steps
            offset = 0.5 * (  # Catmull-Rom
                2 * here
                + (there - before) * t
                + (2 * before - 5 * here + 4 * there - after) * t * t
                + (3 * here - before - 3 * there + after) * t * t * t
            )
            along = (k + t) / knots
            line.append(moved(a, east * along - north / length * offset, north * along + east / length * offset))
    line[0] = a
    return [*line, b]


def street_grid(centre: LonLat, dice: random.Random) -> list[list[LonLat]]:
    """Return the junctions of the city, row by row from the south-west; the middle one is the town point itself."""
    turn = math.radians(-5)
    half = GRID // 2
    rows = []
    for row in range(-half, half + 1):
        junctions = []
        for column in range(-half, half + 1):
            middle = row == 0 and column == 0
            x = column * BLOCK_M + (0 if middle else dice.gauss(0, 35))
            y = row * BLOCK_M + (0 if middle else dice.gauss(0, 35))
            east, north = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
            junctions.append(centre if middle else moved(centre, east, north))
        rows.append(junctions)
    return rows


def nearest(point: LonLat, points: list[LonLat]) -> LonLat:
    """Return which of the points lies nearest."""
    return min(points, key=lambda other: math.hypot(*metres(point, other)))


def roads() -> Iterator[tuple[str, str, list[LonLat]]]:
    """Yield class, name and line of every invented road."""
    dice = random.Random(SEED)
    town = towns()
    grid = street_grid(town[CITY], dice)
    for row in range(GRID):
        for column in range(GRID):
            if column + 1 < GRID:
                yield "street", f"示范东西街{row + 1}", [grid[row][column], grid[row][column + 1]]
            if row + 1 < GRID:
                yield "street", f"示范南北路{column + 1}", [grid[row][column], grid[row + 1][column]]
    edge = [j for r, line in enumerate(grid) for c, j in enumerate(line) if r in (0, GRID - 1) or c in (0, GRID - 1)]
    for number, (a, b) in enumerate(COUNTY_ROADS, start=1):
        start = nearest(town[b], edge) if a == CITY else town[a]
        yield "county", f"示范县道{number:02d}", winding(start, town[b], dice)
    for name, point in town.items():
        if name == CITY:
            continue
        turn = dice.uniform(0, math.pi / 2)
        for arm in range(4):
            length = dice.uniform(350, 700)
            angle = turn + arm * math.pi / 2
            end = moved(point, length * math.cos(angle), length * math.sin(angle))
            yield "street", f"示范镇街{arm + 1}", winding(point, end, dice)
    known = open_roads()
    s214 = known["S214"]
    for number, name in enumerate(("Yuanshang", "Rizhuang", "Nanshu"), start=1):
        yield "county", f"示范连接线{number}", winding(nearest(town[name], s214), town[name], dice)


def main() -> int:
    """Write the file."""
    features = [
        {
            "type": "Feature",
            "properties": {"synthetic": True, "class": road_class, "name": name},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for road_class, name, line in roads()
    ]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = f'{{"type":"FeatureCollection","name":"synthetic_roads","features":[\n{lines}\n]}}\n'
    target = SAMPLE_DATA / "synthetic_roads.geojson"
    target.write_text(text, encoding="utf-8")
    print(f"{target.name}: {len(features)} roads, {len(text.encode())} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
