"""Brings one file in: looks what it is, reads it into a draft, stores the draft in one transaction or not at all."""

import errno
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from laixi_transport.domain.map_data import Frame, MapImport, Note, Reason
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.map_data.gathering import Gathering
from laixi_transport.services.map_data.shapefile_parts import check_parts
from laixi_transport.storage import Store
from laixi_transport.storage.map_draft import MapDraft

logger = logging.getLogger(__name__)

PBF, OSM_XML, GEOPACKAGE, SHAPEFILE, GEOJSON = (
    "OpenStreetMap PBF", "OpenStreetMap XML", "GeoPackage", "Shapefile", "GeoJSON",
)  # fmt: skip
ENDINGS = {
    ".pbf": PBF, ".osm": OSM_XML, ".bz2": OSM_XML, ".gpkg": GEOPACKAGE, ".shp": SHAPEFILE,
    ".geojson": GEOJSON, ".json": GEOJSON,
}  # fmt: skip
CHUNK = 1 << 20
ROOM = 3
"""So many times the blocks are written: into the journal, into the database, and its indexes."""
LEAST_ROOM_BYTES = 64 << 20
"""Left for positions, which are stored meanwhile."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE = b"SQLite format 3\0"
_SHP = (9994).to_bytes(4, "big")

Progress = Callable[[int, int], None]
"""Called with how much was read and how much there is; 0 where that is not known."""


def kind_of(path: Path) -> str:
    """Return what a file is by its ending and its first bytes; raises Problem if it is nothing that can be read."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} cannot be read: {reason}. Choose another file."),
            path=path,
            reason=error.strerror or error,
        ) from error
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "{path} is no map data that can be read. Known are .osm.pbf, .osm, .gpkg, .shp, .geojson and .json.",
            ),
            path=path,
        )
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    fits = {
        PBF: b"OSMHeader" in head[:64],
        OSM_XML: text.startswith(b"<") or head.startswith(b"BZh"),
        GEOPACKAGE: head.startswith(_SQLITE),
        SHAPEFILE: head.startswith(_SHP),
        GEOJSON: text.startswith(b"{"),
    }
    if not fits[kind]:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "{path} is not what its ending says: it does not begin like a file of {kind}. Nothing of it was taken.",
            ),
            path=path,
            kind=kind,
        )
    if kind == SHAPEFILE:
        check_parts(path)
    return kind


def import_file(
    store: Store,
    path: Path,
    *,
    now: datetime,
    name: str = "",
    crs: str = "",
    frame: Frame = Frame.WGS84,
    attribution: str = "",
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> MapImport:
    """Bring a file in and return what came of it; blocks.

    name         for people; the file's name without one
    crs          in which system the coordinates are where the file does not say so, "EPSG:4549"
    frame        datum of the coordinates: GCJ-02 and BD-09 are converted
    attribution  source and licence, shown on the map; that of OpenStreetMap for its files

    Raises Problem if the file cannot be read or holds nothing for a map, Cancelled if it was stopped; nothing is stored
    then.
    """
    kind = kind_of(path)
    if kind in {PBF, OSM_XML} and frame is not Frame.WGS84:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "OpenStreetMap files are always in WGS-84. Import {path} without a conversion."
            ),
            path=path,
        )
    with _room_told(path), MapDraft() as draft:
        gathering = Gathering(draft, frame, progress, cancelled)
        if kind in {PBF, OSM_XML}:
            from laixi_transport.services.map_data import osm_file

            osm_file.read_osm(path, gathering)
            found_crs, attribution = "EPSG:4326", attribution or osm_file.ATTRIBUTION
        else:
            from laixi_transport.services.map_data.vector_file import read_vector

            found_crs = read_vector(path, gathering, crs or ("EPSG:4326" if frame is not Frame.WGS84 else ""))
        draft.finish()
        if not len(draft):
            raise _nothing(path, gathering)
        _check_room(store, path, draft)
        if draft.roads and not draft.limits:
            gathering.notes.add(Note.NO_LIMITS)
        digest = _digest(path, gathering)
        if any((one.sha256, one.frame) == (digest, frame) for one in store.map_data.imports()):
            gathering.notes.add(Note.SAME_FILE)
        described = MapImport(
            id=0,
            name=(name.strip() or path.name.partition(".")[0] or path.name)[:128],
            file_name=path.name[:255],
            format=kind,
            attribution=attribution.strip(),
            crs=found_crs,
            frame=frame,
            sha256=digest,
            file_bytes=path.stat().st_size,
            imported=now,
            roads=draft.roads,
            areas=draft.areas,
            places=draft.places,
            vertices=draft.vertices,
            limits=draft.limits,
            left_out=gathering.left_out,
            notes=tuple(sorted(note.value for note in gathering.notes)),
            bounds=draft.bounds,
        )
        gathering.tell(1, 1)
        # Not to be cancelled from here on: the blocks go in together and quickly.
        stored = store.writer.run(lambda session: store.map_data.save(session, described, draft)).result()
    logger.info("map data %s: %s, %d roads, %d areas, %d places, %d left out", stored.id, stored.file_name,
                stored.roads, stored.areas, stored.places, stored.left_out_count)  # fmt: skip
    return stored


@contextmanager
def _room_told(path: Path) -> Iterator[None]:
    """Turn a full disk into a Problem, also where libosmium tells of it."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _no_room(path, Path(tempfile.gettempdir())) from error


def _check_room(store: Store, path: Path, draft: MapDraft) -> None:
    """Raise Problem where the blocks have no room: the writer would wait for it, and terminals for the writer."""
    folder = store.map_data.folder
    if folder is not None and shutil.disk_usage(folder).free < ROOM * draft.packed_bytes + LEAST_ROOM_BYTES:
        raise _no_room(path, folder)


def _no_room(path: Path, folder: Path) -> Problem:
    return Problem(
        QT_TRANSLATE_NOOP(
            "Problem",
            "The disk with {folder} has too little room to import {path}; nothing was stored. "
            "Free some space and import it once more.",
        ),
        path=path,
        folder=folder,
    )


def _digest(path: Path, gathering: Gathering) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            gathering.go_on()
            digest.update(chunk)
    return digest.hexdigest()


def _nothing(path: Path, gathering: Gathering) -> Problem:
    left_out = tuple(one for one in gathering.left_out if one.reason is not Reason.UNREAD_LIMIT)
    if not left_out:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "{path} holds no roads, areas or named places. Nothing was stored; choose another file."
            ),
            path=path,
        )
    worst = max(left_out, key=lambda one: one.count)
    if worst.reason is Reason.SWAPPED_AXES:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "Nothing of {path} could be taken: latitudes beyond 90 degrees, the first is {example}. "
                "Longitude and latitude have probably changed places; have the file written in the order longitude, "
                "latitude.",
            ),
            path=path,
            example=worst.examples[0],
        )
    if worst.reason is Reason.ROAD_AREA:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "Nothing of {path} could be taken: its {count} roads are drawn as areas, the first is {example}. "
                "Ask for their centre lines.",
            ),
            path=path,
            count=worst.count,
            example=worst.examples[0],
        )
    return Problem(
        QT_TRANSLATE_NOOP(
            "Problem",
            "Nothing of {path} could be taken: {count} things have no place on the map, the first is {example}. "
            "Check the coordinate system and the shapes.",
        ),
        path=path,
        count=sum(one.count for one in left_out),
        example=worst.examples[0],
    )
