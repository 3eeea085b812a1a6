"""Map data: seconds to import an extract, memory for a large file, reading a part of the map back.

The large file is made here: a grid of roads over a province, written as PBF by osmium, so that its size can be chosen.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.report import report
from laixi_transport.domain.road import RoadClass

HELSINKI = Path(__file__).resolve().parents[1] / "tests" / "data" / "map" / "helsinki.osm.pbf"
WAY_NODES = 10


def main(arguments: list[str]) -> int:
    """Measure and report; returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks mapdata")
    parser.add_argument("--quick", action="store_true", help="a county instead of a province")
    parser.add_argument("--roads", type=int, default=0, help="of the large file (default 200 000, quick 20 000)")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one is not None:
        return _import_one(options.one, options.database)
    roads = options.roads or (20_000 if options.quick else 200_000)
    with tempfile.TemporaryDirectory(prefix="laixi-benchmark-") as folder:
        here = Path(folder)
        seconds, idle_mb = _imported(HELSINKI, here / "helsinki.db")
        met = report("import_helsinki_s", seconds, "s", target=3.0, better="lower", peer=_gdal(HELSINKI))
        large = here / "province.osm.pbf"
        _write_grid(large, roads)
        elements = roads * (WAY_NODES + 1)
        seconds, peak_mb = _imported(large, here / "province.db")
        report("import_large_roads_per_s", roads / seconds, "roads/s")
        report("import_large_memory", max(0.0, peak_mb - idle_mb), "MB")
        report("import_memory_per_million_elements", max(0.0, peak_mb - idle_mb) / elements * 1e6, "MB")
        report("stored_bytes_per_road", (here / "province.db").stat().st_size / roads, "bytes")
        _read(here / "province.db")
    return 0 if met else 1


def _imported(path: Path, database: Path) -> tuple[float, float]:
    """Import in a process of its own, which is what a command does; return seconds and the most memory, MB."""
    command = [sys.executable, "-m", "benchmarks", "mapdata", "--one", str(path), "--database", str(database)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def _import_one(path: Path, database: Path) -> int:
    from laixi_transport.services.map_data.service import MapDataService
    from laixi_transport.storage import open_store

    with open_store(f"sqlite:///{database}") as store:
        begin = time.perf_counter()
        MapDataService(store).import_map(path)
        seconds = time.perf_counter() - begin
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0


def _gdal(path: Path) -> tuple[str, float] | None:
    """Return how long GDAL takes to read the lines of the file alone, stored nowhere."""
    import pyogrio

    if "OSM" not in pyogrio.list_drivers():
        return None
    begin = time.perf_counter()
    pyogrio.raw.read(path, layer="lines")
    return "GDAL lines, read only", time.perf_counter() - begin


def _write_grid(path: Path, roads: int) -> None:
    """Write roads of ten nodes over 5 by 4 degrees, the class of each by chance."""
    import osmium

    random = np.random.default_rng(1)
    kinds = random.choice(["residential", "tertiary", "secondary", "primary", "trunk", "motorway"],
                          size=roads, p=[0.7, 0.12, 0.08, 0.05, 0.03, 0.02])  # fmt: skip
    place = np.column_stack((random.uniform(115, 120, roads), random.uniform(34.5, 38.5, roads)))
    steps = random.normal(0, 5e-4, (roads, WAY_NODES, 2)).cumsum(axis=1)
    with osmium.SimpleWriter(str(path)) as writer:
        number = 1
        for i in range(roads):
            for lon, lat in (place[i] + steps[i]).tolist():
                writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat)))
                number += 1
        for i in range(roads):
            first = i * WAY_NODES + 1
            tags = {"highway": str(kinds[i]), "name": f"road {i % 5000}", "maxspeed": "60"}
            writer.add_way(osmium.osm.mutable.Way(id=i + 1, nodes=list(range(first, first + WAY_NODES)), tags=tags))


def _read(database: Path) -> None:
    from laixi_transport.services.map_data.service import MapDataService
    from laixi_transport.storage import open_store

    with open_store(f"sqlite:///{database}", read_only=True) as store:
        service = MapDataService(store)
        for name, bounds, least in (
            ("read_town", (117.0, 36.0, 117.1, 36.1), RoadClass.LOCAL),
            ("read_county", (117.0, 36.0, 117.6, 36.6), RoadClass.LOCAL),
            ("read_province_main", (115.0, 34.0, 120.0, 39.0), RoadClass.PRIMARY),
        ):
            seconds = []
            found = 0
            for _ in range(5):
                begin = time.perf_counter()
                found = len(service.road_table(bounds, least=least))
                seconds.append(time.perf_counter() - begin)
            report(f"{name}_ms", statistics.median(seconds) * 1000, "ms")
            report(f"{name}_roads", found, "roads")
