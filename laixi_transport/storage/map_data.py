"""Map data that were brought in: what there is, and what lies in a part of the map."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from laixi_transport.domain.change import Topic
from laixi_transport.domain.map_data import AreaTable, Bounds, Frame, LeftOut, MapImport, MapPlace, Reason
from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Database
from laixi_transport.storage.map_blocks import E7, RANKS, Kind, unpack_areas, unpack_places, unpack_roads
from laixi_transport.storage.map_draft import MapDraft
from laixi_transport.storage.map_tables import MapBlockRow, MapImportRow

_ALIKE = (
    "name", "file_name", "format", "attribution", "crs", "sha256", "file_bytes", "imported", "roads", "areas",
    "places", "vertices", "limits",
)  # fmt: skip


class MapData:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def folder(self) -> Path | None:
        """Where the database lies, None if that is another machine's business."""
        path = self._database.path
        return None if path is None else path.absolute().parent

    def imports(self) -> tuple[MapImport, ...]:
        """Return all imports, the newest first."""
        with Session(self._database.readers) as session:
            rows = session.scalars(select(MapImportRow).order_by(MapImportRow.id.desc()))
            return tuple(_import(row) for row in rows)

    def save(self, session: Session, described: MapImport, draft: MapDraft) -> MapImport:
        """Store an import with all its blocks and return it with its id."""
        bounds = described.bounds
        west, south, east, north = (None,) * 4 if bounds is None else (round(edge * E7) for edge in bounds)
        row = MapImportRow(
            **{name: getattr(described, name) for name in _ALIKE},
            frame=described.frame.value,
            left_out=json.dumps([[one.reason, one.count, one.examples] for one in described.left_out]),
            notes=json.dumps(list(described.notes)),
            west_e7=west,
            south_e7=south,
            east_e7=east,
            north_e7=north,
        )
        session.add(row)
        session.flush()
        cursor = self._database.cursor(session.connection())
        sql = (
            "INSERT INTO map_block (import_id, kind, rank, n, west_e7, south_e7, east_e7, north_e7, data) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        for block in draft.blocks():
            cursor.execute(sql, (row.id, int(block.kind), block.rank, block.n, *block.bounds_e7, block.data))
        announce(cursor, Topic.MAP_DATA, str(row.id))
        return _import(row)

    def remove(self, session: Session, import_id: int) -> bool:
        """Remove an import with all that came with it; return whether there was one."""
        if session.get(MapImportRow, import_id) is None:
            return False
        session.execute(delete(MapBlockRow).where(MapBlockRow.import_id == import_id))
        session.execute(delete(MapImportRow).where(MapImportRow.id == import_id))
        announce(self._database.cursor(session.connection()), Topic.MAP_DATA, str(import_id))
        return True

    def version(self) -> tuple[int, int]:
        """Return two numbers that differ after every import and removal."""
        with Session(self._database.readers) as session:
            newest, count = session.execute(select(func.max(MapImportRow.id), func.count())).one()
            return int(newest or 0), int(count)

    def extents(self, kind: Kind) -> dict[int, Bounds]:
        """Return where the things of a kind lie, by the imports that have any."""
        rows = self._database.fetch(
            "SELECT import_id, min(west_e7), min(south_e7), max(east_e7), max(north_e7) FROM map_block "
            "WHERE kind = ? GROUP BY import_id",
            (int(kind),),
        )
        return {
            int(number): (west / E7, south / E7, east / E7, north / E7) for number, west, south, east, north in rows
        }

    def roads(
        self,
        bounds: Bounds | None = None,
        *,
        least: RoadClass = RoadClass.LOCAL,
        import_ids: Collection[int] | None = None,
    ) -> RoadTable:
        """Return the roads whose bounds touch the given ones, of a class from ``least`` upwards.

        Raises DamagedBlockError if a block is not what was stored.
        """
        rank = sum(least > highest for highest in _HIGHEST)
        found = [
            _within(unpack_roads(data, import_id), bounds, least)
            for import_id, data in self._blocks(Kind.ROADS, rank, bounds, import_ids)
        ]
        return RoadTable.joined(found)

    def areas(self, bounds: Bounds | None = None, *, import_ids: Collection[int] | None = None) -> AreaTable:
        """Return the areas of all blocks that touch the bounds."""
        return AreaTable.joined([unpack_areas(data) for _, data in self._blocks(Kind.AREAS, 0, bounds, import_ids)])

    def places(self, bounds: Bounds | None = None, *, import_ids: Collection[int] | None = None) -> list[MapPlace]:
        """Return the places within the bounds."""
        found = [place for _, data in self._blocks(Kind.PLACES, 0, bounds, import_ids) for place in unpack_places(data)]
        if bounds is None:
            return found
        west, south, east, north = bounds
        return [place for place in found if west <= place.lon_deg <= east and south <= place.lat_deg <= north]

    def _blocks(
        self, kind: Kind, rank: int, bounds: Bounds | None, import_ids: Collection[int] | None
    ) -> Iterator[tuple[int, bytes]]:
        where, given = "kind = ? AND rank >= ?", [int(kind), rank]
        if bounds is not None:
            west, south, east, north = (round(edge * E7) for edge in bounds)
            where += " AND west_e7 <= ? AND east_e7 >= ? AND south_e7 <= ? AND north_e7 >= ?"
            given += [east, west, north, south]
        with self._database.reading() as cursor:
            if import_ids is not None:
                condition, parameter = cursor.among("import_id", import_ids)
                where += f" AND {condition}"
                given.append(parameter)
            rows = cursor.fetch(f"SELECT import_id, data FROM map_block WHERE {where} ORDER BY id", given)  # noqa: S608
        for import_id, data in rows:
            yield int(import_id), bytes(data)


_HIGHEST = [RoadClass(int(following) - 1) for following in RANKS[1:]]


def _within(roads: RoadTable, bounds: Bounds | None, least: RoadClass) -> RoadTable:
    chosen = roads.road_class >= int(least)
    if bounds is not None:
        west, south, east, north = bounds
        own = roads.bounds()
        chosen &= (own[:, 0] <= east) & (own[:, 2] >= west) & (own[:, 1] <= north) & (own[:, 3] >= south)
    return roads if chosen.all() else roads.take(chosen)


def _import(row: MapImportRow) -> MapImport:
    values: dict[str, Any] = {name: getattr(row, name) for name in _ALIKE}
    edges = (row.west_e7, row.south_e7, row.east_e7, row.north_e7)
    bounds = None if None in edges else tuple(float(edge or 0) / E7 for edge in edges)
    return MapImport(
        id=row.id,
        frame=Frame(row.frame),
        left_out=tuple(
            LeftOut(Reason(reason), count, tuple(examples)) for reason, count, examples in json.loads(row.left_out)
        ),
        notes=tuple(json.loads(row.notes)),
        bounds=bounds,  # type: ignore[arg-type]  # four of them
        **values,
    )
