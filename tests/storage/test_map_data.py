import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.change import Topic
from laixi_transport.domain.map_data import AreaKind, AreaTable, Frame, LeftOut, MapImport, MapPlace, Reason
from laixi_transport.domain.road import BACKWARD, BOTH_WAYS, RoadClass, RoadTable
from laixi_transport.storage.blocks import DamagedBlockError
from laixi_transport.storage.map_blocks import pack_areas, pack_roads, unpack_areas, unpack_roads
from laixi_transport.storage.map_draft import MapDraft

AT = dt.datetime(2026, 6, 10, 2, 42, tzinfo=dt.UTC)
ROADS = RoadTable.of(
    [[(120.5, 36.8), (120.6, 36.9)], [(120.6, 36.9), (120.61, 36.95)], [(121.9, 37.9), (121.9, 37.9001)]],
    way_id=[-5, 4_000_000_000, 3],
    road_class=[RoadClass.TRUNK, RoadClass.LOCAL, RoadClass.SECONDARY],
    name=("烟台路", "", "乡道"),
    code=("G204", "", "Y012"),
    oneway=[BACKWARD, BOTH_WAYS, BOTH_WAYS],
    lanes=[4, 0, 2],
    limit_kmh=[80.0, np.nan, 48.3],
)
AREAS = AreaTable.of(
    [[[(120.5, 36.8), (120.6, 36.8), (120.6, 36.9), (120.5, 36.8)]], [[(120.0, 36.0), (120.1, 36.1)]]],
    kind=[AreaKind.WATER, AreaKind.RIVER],
    level=[0, 0],
    name=["产芝水库", "大沽河"],
    name_en=["Chanzhi Reservoir", ""],
)


def described(draft, name="莱西路网", **changes):
    fields = {
        "id": 0, "name": name, "file_name": "roads.gpkg", "format": "GeoPackage", "attribution": "© someone",
        "crs": "EPSG:4490", "frame": Frame.WGS84, "sha256": "0" * 64, "file_bytes": 123, "imported": AT,
        "roads": draft.roads, "areas": draft.areas, "places": draft.places, "vertices": draft.vertices,
        "limits": draft.limits, "left_out": (LeftOut(Reason.BROKEN_GEOMETRY, 2, ("feature 3", "feature 7")),),
        "notes": ("no_limits",), "bounds": draft.bounds,
    }  # fmt: skip
    return MapImport(**(fields | changes))


LAIXI = MapPlace(120.51, 36.86, 1, "莱西", "Laixi")


def stored(store, *, roads=ROADS, areas=AREAS, places=(LAIXI,), name="莱西路网"):
    with MapDraft() as draft:
        draft.add_roads(roads)
        draft.add_areas(areas)
        draft.add_places(places)
        draft.finish()
        return store.writer.run(lambda session: store.map_data.save(session, described(draft, name), draft)).result()


def lines(table):
    return sorted((int(way), table.line(i).tolist()) for i, way in enumerate(table.way_id))


def test_what_was_stored_is_read_back(store):
    saved = stored(store)
    assert store.map_data.imports() == (saved,)
    assert saved.bounds == (120.0, 36.0, 121.9, 37.9001)
    assert saved.left_out_count == 2
    roads = store.map_data.roads()
    assert lines(roads) == lines(ROADS)
    trunk = roads.take(roads.way_id == -5)
    assert (trunk.name, trunk.code) == (("烟台路",), ("G204",))
    assert (int(trunk.oneway[0]), int(trunk.lanes[0]), float(trunk.limit_kmh[0])) == (BACKWARD, 4, 80.0)
    assert np.isnan(roads.limit_kmh[roads.way_id == 4_000_000_000]).all()
    assert set(roads.import_id.tolist()) == {saved.id}
    assert store.map_data.places() == [LAIXI]
    areas = store.map_data.areas()
    names = {name: areas.rings(i) for i, name in enumerate(areas.name)}
    assert [ring.tolist() for ring in names["大沽河"]] == [[[120.0, 36.0], [120.1, 36.1]]]


def test_roads_are_found_by_place_class_and_import(store):
    first, second = stored(store), stored(store, name="again")
    read = store.map_data.roads
    assert lines(read((121.0, 37.0, 122.0, 38.0), import_ids=[first.id])) == lines(ROADS.take(np.array([2])))
    assert len(read((0.0, 0.0, 1.0, 1.0))) == 0
    assert read(least=RoadClass.PRIMARY).road_class.tolist() == [RoadClass.TRUNK] * 2
    assert read(least=RoadClass.SECONDARY, import_ids=[second.id]).way_id.tolist() == [3, -5]


def test_roads_that_meet_share_the_vertex_after_reading(store):
    stored(store)
    roads = store.map_data.roads()
    first, second = (roads.take(roads.way_id == way).line(0) for way in (-5, 4_000_000_000))
    assert first[-1].tobytes() == second[0].tobytes()


def test_a_removed_import_is_gone_with_all_that_came_with_it_and_its_id_is_not_used_again(store):
    first = stored(store)
    version = store.map_data.version()
    assert store.writer.run(lambda session: store.map_data.remove(session, first.id)).result()
    assert not store.writer.run(lambda session: store.map_data.remove(session, first.id)).result()
    assert store.map_data.imports() == ()
    assert (len(store.map_data.roads()), len(store.map_data.areas()), store.map_data.places()) == (0, 0, [])
    assert stored(store).id > first.id
    assert store.map_data.version() != version


def test_a_change_is_announced(store):
    saved = stored(store)
    rows = store.map_data._database.fetch("SELECT topic, key FROM change_log ORDER BY id")
    assert (Topic.MAP_DATA.value, str(saved.id)) in rows


def test_a_draft_packs_in_bounded_memory_and_loses_nothing(monkeypatch):
    monkeypatch.setattr("laixi_transport.storage.map_draft.VERTICES_HELD", 100)
    monkeypatch.setattr("laixi_transport.storage.map_draft.ROADS_A_BLOCK", 8)
    random = np.random.default_rng(7)
    table = RoadTable.of([random.uniform(119, 121, (3, 2)).round(7) for _ in range(300)])
    with MapDraft() as draft:
        for first in range(0, 300, 10):
            draft.add_roads(table.take(np.arange(first, first + 10)))
            assert sum(len(part.lon_deg) for parts in draft._road_cells._parts.values() for part in parts) <= 130
        draft.finish()
        read = RoadTable.joined([unpack_roads(block.data, 1) for block in draft.blocks()])
    assert lines(read) == lines(table)


def test_a_damaged_block_is_told():
    for block, unpack in ((pack_roads(ROADS.take(np.array([0]))), lambda data: unpack_roads(data, 1)),
                          (pack_areas(AREAS), unpack_areas)):  # fmt: skip
        for broken in (b"", block.data[:3], block.data[:-1], block.data[:12] + b"\xff" * (len(block.data) - 12)):
            with pytest.raises(DamagedBlockError):
                unpack(broken)


degrees = st.integers(-1_800_000_000, 1_800_000_000).map(lambda e7: e7 / 1e7)
points = st.lists(st.tuples(degrees, degrees.map(lambda x: x / 2).map(lambda x: round(x, 7))), min_size=1, max_size=5)


@given(st.lists(points, min_size=1, max_size=6), st.data())
def test_packed_roads_are_the_roads(given_lines, data):
    n = len(given_lines)
    names = data.draw(st.lists(st.text(max_size=5), min_size=n, max_size=n))
    table = RoadTable.of(given_lines, name=names, code=names[::-1], way_id=data.draw(st.integers(-(2**62), 2**62)))
    back = unpack_roads(pack_roads(table).data, 3)
    assert (back.name, back.code) == (table.name, table.code)
    assert np.allclose(back.lon_deg, table.lon_deg, rtol=0, atol=1e-12)
    assert (back.way_id == table.way_id).all()
