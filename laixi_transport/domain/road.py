"""Roads as columns: what an import stores, what the map paints and what map matching builds its network from."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray


class RoadClass(IntEnum):
    """How important a road is; the order is that of painting, the last on top."""

    LOCAL = 0
    TERTIARY = 1
    SECONDARY = 2
    PRIMARY = 3
    MOTORWAY_LINK = 4
    TRUNK = 5
    MOTORWAY = 6


FORWARD, BOTH_WAYS, BACKWARD = 1, 0, -1
"""Values of ``RoadTable.oneway``: only along the vertices, both ways, only against them."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadTable:
    """Roads in columns; road i has the vertices ``begin[i]`` to ``begin[i + 1]`` (not included).

    Roads that meet share an equal vertex, bit for bit, at any place along them and not only at their ends.
    A way may come in several pieces with the same ``way_id``.
    """

    way_id: NDArray[np.int64]  # (n,) of the source
    road_class: NDArray[np.uint8]  # (n,) RoadClass
    name: tuple[str, ...]  # (n) Chinese where there is one; "" where there is none
    code: tuple[str, ...]  # (n) "G15", "S214"; "" where the road has no number
    oneway: NDArray[np.int8]  # (n,) FORWARD, BOTH_WAYS or BACKWARD
    lanes: NDArray[np.uint8]  # (n,) of both directions together; 0 unknown
    limit_kmh: NDArray[np.float32]  # (n,) posted; NaN unknown
    begin: NDArray[np.int64]  # (n + 1,) into the vertices
    lon_deg: NDArray[np.float64]  # (begin[n],) WGS-84
    lat_deg: NDArray[np.float64]
    import_id: NDArray[np.int32]  # (n,) the import that the road came with, which is its data version; 0 none

    def __len__(self) -> int:
        return len(self.way_id)

    @classmethod
    def empty(cls) -> Self:
        """Return a table without roads."""
        return cls.of([])

    @classmethod
    def of(
        cls,
        lines: Sequence[ArrayLike],
        *,
        way_id: ArrayLike | None = None,
        road_class: ArrayLike = RoadClass.LOCAL,
        name: Sequence[str] | None = None,
        code: Sequence[str] | None = None,
        oneway: ArrayLike = BOTH_WAYS,
        lanes: ArrayLike = 0,
        limit_kmh: ArrayLike = np.nan,
        import_id: ArrayLike = 0,
    ) -> Self:
        """Return a table of lines, each (m, 2) longitude and latitude in degrees; a single value is for all of them.

        Without ``way_id`` the lines are numbered from 1.
        """
        n = len(lines)
        points = [np.asarray(line, dtype=np.float64).reshape(-1, 2) for line in lines]
        begin = np.zeros(n + 1, dtype=np.int64)
        np.cumsum([len(line) for line in points], out=begin[1:])
        vertices = np.concatenate(points) if points else np.empty((0, 2))
        return cls(
            way_id=_column(np.arange(1, n + 1) if way_id is None else way_id, n, np.int64),
            road_class=_column(road_class, n, np.uint8),
            name=("",) * n if name is None else tuple(name),
            code=("",) * n if code is None else tuple(code),
            oneway=_column(oneway, n, np.int8),
            lanes=_column(lanes, n, np.uint8),
            limit_kmh=_column(limit_kmh, n, np.float32),
            begin=begin,
            lon_deg=np.ascontiguousarray(vertices[:, 0]),
            lat_deg=np.ascontiguousarray(vertices[:, 1]),
            import_id=_column(import_id, n, np.int32),
        )

    def line(self, i: int) -> NDArray[np.float64]:
        """Return the vertices of road i, (m, 2) longitude and latitude."""
        piece = slice(int(self.begin[i]), int(self.begin[i + 1]))
        return np.stack((self.lon_deg[piece], self.lat_deg[piece]), axis=1)

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Return the chosen roads as a table of their own."""
        index = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else np.asarray(chosen, dtype=np.intp)
        count = np.diff(self.begin)[index]
        begin = np.zeros(len(index) + 1, dtype=np.int64)
        np.cumsum(count, out=begin[1:])
        vertices = np.repeat(self.begin[index] - begin[:-1], count) + np.arange(begin[-1])
        return type(self)(
            way_id=self.way_id[index],
            road_class=self.road_class[index],
            name=tuple(self.name[i] for i in index),
            code=tuple(self.code[i] for i in index),
            oneway=self.oneway[index],
            lanes=self.lanes[index],
            limit_kmh=self.limit_kmh[index],
            begin=begin,
            lon_deg=self.lon_deg[vertices],
            lat_deg=self.lat_deg[vertices],
            import_id=self.import_id[index],
        )

    @classmethod
    def joined(cls, tables: Sequence[Self]) -> Self:
        """Return the roads of several tables in their order."""
        if not tables:
            return cls.empty()
        offsets = np.cumsum([0] + [int(table.begin[-1]) for table in tables])
        begin = [table.begin[:-1] + offset for table, offset in zip(tables, offsets[:-1], strict=True)]
        columns: dict[str, Any] = {
            f.name: np.concatenate([getattr(table, f.name) for table in tables])
            for f in fields(cls)
            if f.name not in {"name", "code", "begin"}
        }
        return cls(
            name=tuple(text for table in tables for text in table.name),
            code=tuple(text for table in tables for text in table.code),
            begin=np.concatenate([*begin, offsets[-1:]]).astype(np.int64),
            **columns,
        )

    def bounds(self) -> NDArray[np.float64]:
        """Return (n, 4): least longitude and latitude, greatest longitude and latitude of each road.

        A road without a vertex has NaN.
        """
        found = np.full((len(self), 4), np.nan)
        filled = np.flatnonzero(np.diff(self.begin))
        if len(filled):
            first = self.begin[filled]  # the empty roads between take nothing, so these are the bounds of each
            for column, (reduce, values) in enumerate(
                (
                    (np.minimum, self.lon_deg),
                    (np.minimum, self.lat_deg),
                    (np.maximum, self.lon_deg),
                    (np.maximum, self.lat_deg),
                )
            ):
                found[filled, column] = reduce.reduceat(values, first)
        return found


def _column(values: ArrayLike, n: int, dtype: Any) -> NDArray[Any]:
    return np.array(np.broadcast_to(np.asarray(values, dtype=dtype), (n,)))
