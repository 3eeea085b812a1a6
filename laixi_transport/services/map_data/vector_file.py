"""Reads GeoPackage, Shapefile and GeoJSON in batches: lines are roads, areas are boundaries or water, points places."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray

from laixi_transport.domain.map_data import AreaKind, AreaTable, MapPlace, Note, Reason
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.map_data import columns, osm_tags
from laixi_transport.services.map_data.encodings import GBK, LATIN, shapefile_encoding
from laixi_transport.services.map_data.gathering import Gathering
from laixi_transport.services.map_data.reference import Reference

BATCH = 20_000

_LINES, _POLYGONS, _POINTS = (1, 2, 5), (3, 6), (0, 4)
"""Types of geometry as shapely numbers them."""


@dataclass(frozen=True, slots=True)
class _Layer:
    name: str
    fields: tuple[str, ...]
    features: int
    source: str  # what GDAL opens: a virtual layer that transforms
    encoding: str  # of texts that come as their bytes; empty: GDAL has decoded them


def read_vector(path: Path, gathering: Gathering, crs: str) -> str:
    """Read every layer of a file and return in which coordinate system it was.

    crs    in which system the coordinates are where the file does not say so or is wrong, "EPSG:4549"; else empty

    Raises Problem if the file cannot be read, has no features, or does not say its system; and Cancelled.
    """
    layers: list[_Layer] = []
    systems: list[str] = []
    for name in _layer_names(path):
        layer, reference = _described(path, name, crs, gathering)
        layers.append(layer)
        if reference.old_datum:
            gathering.notes.add(Note.OLD_DATUM)
        if reference.name not in systems:
            systems.append(reference.name)
    total, done = sum(layer.features for layer in layers), 0
    for layer in layers:
        taker = _Taker(layer, gathering, several=len(layers) > 1)
        for rows, shapes in _batches(path, layer, gathering):
            gathering.tell(done, total)
            taker.take(rows, shapes)
            done += len(shapes)
    return ", ".join(systems)


def _damaged(path: Path, error: Exception) -> Problem:
    problem = Problem(
        QT_TRANSLATE_NOOP(
            "Problem", "{path} cannot be read as map data; nothing of it was taken. Check the file. ({reason})"
        ),
        path=path,
        reason=str(error).partition("; It might")[0],
    )
    problem.__cause__ = error
    return problem


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what GDAL reports into a Problem; what it only warns of is counted by us, feature by feature."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (RuntimeError, ValueError, OSError, IndexError) as error:
            raise _damaged(path, error) from error


def _layer_names(path: Path) -> list[str]:
    import pyogrio

    with _told(path):
        found = pyogrio.list_layers(path)
    names = [str(name) for name, geometry in found if geometry is not None]
    if not names:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} has no layer with places, only tables. Choose another file."),
            path=path,
        )
    return names


def _described(path: Path, name: str, crs: str, gathering: Gathering) -> tuple[_Layer, Reference]:
    import pyogrio

    encoding = ""
    if path.suffix.lower() == ".shp":
        encoding, said = shapefile_encoding(path)
        if not said:
            gathering.notes.add(Note.GUESSED_ENCODING)
    with _told(path):
        info = pyogrio.read_info(_virtual(path, name, raw=bool(encoding)), force_feature_count=True)
    reference = Reference.of(crs or info.get("crs"), path, name)
    source = _virtual(
        path, name, raw=bool(encoding), given=reference.name if crs else "", transform=reference.transform
    )
    try:
        with _told(path):
            pyogrio.read_info(source)
    except Problem as problem:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "Coordinates of {path} cannot be converted from {crs}. Check the name of the system."
            ),
            path=path,
            crs=reference.name,
        ) from problem
    fields = tuple(str(field) for field in info["fields"])
    return _Layer(name, fields, int(info["features"]), source, encoding), reference


def _virtual(path: Path, layer: str, *, raw: bool, given: str = "", transform: bool = False) -> str:
    """Return a virtual data source of GDAL over one layer, in WGS-84 if asked for.

    raw     leave the bytes of texts as they are, each as one character
    given   the coordinate system, where the file does not say it
    """
    options = f'<OpenOptions><OOI key="ENCODING">{LATIN}</OOI></OpenOptions>' if raw else ""
    system = f"<LayerSRS>{escape(given)}</LayerSRS>" if given else ""
    named = escape(layer, {'"': "&quot;"})
    inner = (
        f'<OGRVRTLayer name="{named}"><SrcDataSource>{escape(str(path.absolute()))}</SrcDataSource>{options}'
        f"<SrcLayer>{escape(layer)}</SrcLayer>{system}</OGRVRTLayer>"
    )
    if transform:
        inner = f"<OGRVRTWarpedLayer>{inner}<TargetSRS>EPSG:4326</TargetSRS></OGRVRTWarpedLayer>"
    return f"<OGRVRTDataSource>{inner}</OGRVRTDataSource>"


def _batches(path: Path, layer: _Layer, gathering: Gathering) -> Iterator[tuple[dict[str, list[Any]], NDArray[Any]]]:
    """Return the values of the columns that mean something, and the geometries as WKB, a batch at a time."""
    import pyogrio.raw

    named = {_decoded(field, layer.encoding): field for field in layer.fields}
    meanings = {meaning: named[field] for meaning, field in columns.find(list(named)).items()}
    wanted = list(dict.fromkeys(meanings.values()))
    with ExitStack() as stack:
        with _told(path):
            opening = pyogrio.raw.open_arrow(layer.source, columns=wanted, use_pyarrow=True, batch_size=BATCH)
            meta, reader = stack.enter_context(opening)
        batches = iter(reader)
        while True:
            with _told(path):
                batch = next(batches, None)
            if batch is None:
                return
            rows = {
                meaning: [_decoded(value, layer.encoding) for value in _values(batch.column(name), gathering)]
                for meaning, name in meanings.items()
                if name in batch.schema.names
            }
            geometry = batch.column(meta["geometry_name"] or "wkb_geometry")
            yield rows, np.array(geometry.to_pylist(), dtype=object)


def _values(column: Any, gathering: Gathering) -> list[Any]:
    """Return the values of a column; texts that are not in UTF-8, as the format wants, are read as Chinese ones."""
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        gathering.notes.add(Note.GUESSED_ENCODING)
        return [None if value is None else _guessed(value) for value in column.cast("binary").to_pylist()]


def _guessed(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode(GBK, "replace")


def _decoded(value: Any, encoding: str) -> Any:
    """Return a text that came as its bytes; a Shapefile cuts names and texts anywhere, also within a character."""
    if not encoding or not isinstance(value, str):
        return value
    return value.encode(LATIN, "ignore").decode(encoding, "ignore")


class _Taker:
    """Sorts the features of one layer into roads, areas and places."""

    def __init__(self, layer: _Layer, gathering: Gathering, *, several: bool) -> None:
        self._layer = layer
        self._gathering = gathering
        self._several = several
        self._feature = 0  # number of the first feature of the batch

    def take(self, rows: Mapping[str, Sequence[Any]], wkb: NDArray[Any]) -> None:
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        types = shapely.get_type_id(shapes)
        good = np.isin(types, (*_LINES, *_POLYGONS, *_POINTS)) & ~shapely.is_empty(shapes)
        for i in np.flatnonzero(~good):
            self._leave_out(self._why(wkb[i], shapes[i]), int(i))
        good[good] = self._on_earth(shapes, np.flatnonzero(good))
        self._take_lines(rows, shapes, np.flatnonzero(good & np.isin(types, _LINES)))
        self._take_areas(rows, shapes, np.flatnonzero(good & np.isin(types, _POLYGONS)))
        self._take_places(rows, shapes, np.flatnonzero(good & np.isin(types, _POINTS)))
        self._feature += len(wkb)

    def _why(self, wkb: object, shape: object) -> Reason:
        if wkb is None:
            return Reason.NO_GEOMETRY
        if shape is None:
            return Reason.BROKEN_GEOMETRY
        return Reason.NO_GEOMETRY if shapely.is_empty(shape) else Reason.OTHER_GEOMETRY

    def _on_earth(self, shapes: NDArray[Any], chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which of the chosen have only places that are degrees on the earth."""
        points, of = shapely.get_coordinates(shapes[chosen], return_index=True)
        wrong = ~(np.isfinite(points).all(axis=1) & (np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90))
        good = np.ones(len(chosen), np.bool_)
        good[of[wrong]] = False
        swapped = ~good
        swapped[of[~((np.abs(points[:, 0]) <= 90) & (np.abs(points[:, 1]) <= 180))]] = False
        for i, is_swapped in zip(chosen[~good], swapped[~good], strict=True):
            self._leave_out(Reason.SWAPPED_AXES if is_swapped else Reason.OUT_OF_RANGE, int(i))
        return good

    def _leave_out(self, reason: Reason, i: int, said: str = "") -> None:
        where = f"{self._layer.name}: " if self._several else ""
        self._gathering.leave_out(
            reason, f"{where}feature {self._feature + i + 1}" + (f": {said[:20]}" if said else "")
        )

    def _take_lines(self, rows: Mapping[str, Sequence[Any]], shapes: NDArray[Any], chosen: NDArray[np.intp]) -> None:
        found: list[tuple[int, NDArray[np.float64]]] = []
        for i in chosen:
            lines = [_without_repeats(shapely.get_coordinates(part)) for part in shapely.get_parts(shapes[i])]
            whole = [line for line in lines if len(line) > 1]
            if not whole:
                self._leave_out(Reason.BROKEN_GEOMETRY, int(i))
            found += [(int(i), line) for line in whole]
        others = [(i, line, kind) for i, line in found if (kind := self._other_line(_row(rows, i))) is not None]
        self._gathering.add_areas(
            AreaTable.of(
                [[line] for _, line, _ in others],
                kind=[kind for _, _, kind in others],
                level=[osm_tags.whole(columns.text(_row(rows, i).get("level"))) for i, _, _ in others],
                name=[columns.text(_row(rows, i).get("name")) for i, _, _ in others],
                name_en=[columns.text(_row(rows, i).get("name_en")) for i, _, _ in others],
            )
        )
        taken = {id(line) for _, line, _ in others}
        self._add_roads(rows, [(i, line) for i, line in found if id(line) not in taken])

    def _add_roads(self, rows: Mapping[str, Sequence[Any]], found: list[tuple[int, NDArray[np.float64]]]) -> None:
        told = [_row(rows, i) for i, _ in found]
        classes = [columns.road_class(row) for row in told]
        if found and all(one is None for one in classes):
            self._gathering.notes.add(Note.NO_CLASSES)
        for i, row in dict(zip((i for i, _ in found), told, strict=True)).items():
            if said := columns.unread_limit(row):
                self._leave_out(Reason.UNREAD_LIMIT, i, said)
        way_id = [
            number if (number := _whole(row.get("id"))) is not None else self._feature + i + 1
            for row, (i, _) in zip(told, found, strict=True)
        ]
        self._gathering.add_roads(
            RoadTable.of(
                [line for _, line in found],
                way_id=np.array(way_id, np.int64),
                road_class=[RoadClass.LOCAL if one is None else one for one in classes],
                name=[columns.text(row.get("name")) or columns.text(row.get("name_en")) for row in told],
                code=[columns.code(row) for row in told],
                oneway=[columns.oneway(row) for row in told],
                lanes=[columns.lanes(row) for row in told],
                limit_kmh=[columns.limit_kmh(row) for row in told],
            )
        )

    def _other_line(self, row: Mapping[str, Any]) -> AreaKind | None:
        """Return what a line is that is no road: a river or a border."""
        if columns.road_class(row) is not None:
            return None
        kind = columns.area_kind(row, self._layer.name)
        return AreaKind.RIVER if kind is AreaKind.WATER else kind

    def _take_areas(self, rows: Mapping[str, Sequence[Any]], shapes: NDArray[Any], chosen: NDArray[np.intp]) -> None:
        told = [_row(rows, int(i)) for i in chosen]
        kinds = [columns.area_kind(row, self._layer.name) for row in told]
        roads = np.array(
            [kind is None and columns.is_road_area(row) for kind, row in zip(kinds, told, strict=True)], np.bool_
        )
        if roads.any():
            for i in chosen[roads]:
                self._leave_out(Reason.ROAD_AREA, int(i))
            self._take_areas(rows, shapes, chosen[~roads])
            return
        self._gathering.add_areas(
            AreaTable.of(
                [
                    [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shapes[i]))]
                    for i in chosen
                ],
                kind=[AreaKind.BOUNDARY if kind is None else _filled(kind) for kind in kinds],
                level=[osm_tags.whole(columns.text(row.get("level"))) for row in told],
                name=[columns.text(row.get("name")) for row in told],
                name_en=[columns.text(row.get("name_en")) for row in told],
            )
        )

    def _take_places(self, rows: Mapping[str, Sequence[Any]], shapes: NDArray[Any], chosen: NDArray[np.intp]) -> None:
        places = []
        for i in chosen:
            row = _row(rows, int(i))
            name, name_en = columns.text(row.get("name")), columns.text(row.get("name_en"))
            if not (name or name_en):
                self._leave_out(Reason.UNNAMED_POINT, int(i))
                continue
            rank = columns.place_rank(row)
            places += [
                MapPlace(lon, lat, rank, name or name_en, name_en)
                for lon, lat in shapely.get_coordinates(shapes[i]).tolist()
            ]
        self._gathering.add_places(places)


def _row(rows: Mapping[str, Sequence[Any]], i: int) -> dict[str, Any]:
    return {meaning: values[i] for meaning, values in rows.items()}


def _filled(kind: AreaKind) -> AreaKind:
    return AreaKind.WATER if kind is AreaKind.RIVER else kind


def _without_repeats(points: NDArray[np.float64]) -> NDArray[np.float64]:
    same = np.zeros(len(points), np.bool_)
    same[1:] = (np.round(points[1:], 7) == np.round(points[:-1], 7)).all(axis=1)
    return points[~same]


def _whole(value: object) -> int | None:
    try:
        number = int(str(value)) if not isinstance(value, float) else int(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 2**62 else None
