"""Geofences as GeoJSON (RFC 7946): to other programs and from them.

Circles are points with ``radius_m``, corridors lines with ``half_width_m``; the other properties are those of
domain.geofence.Geofence by their names. RFC 7946 knows WGS-84 only: a file in another frame says so in its member
``frame``, so that it cannot be read as what it is not.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from laixi_transport.analytics import chinese_coordinates as chinese
from laixi_transport.domain.encoding import decode_file
from laixi_transport.domain.geofence import (
    NAME_LENGTH,
    NOTE_LENGTH,
    Geofence,
    GeofenceKind,
    GeofencePurpose,
    WeeklyHours,
    check,
)
from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.export.whole_file import whole_file

Point = tuple[float, float]
Convert = Callable[[Sequence[float], Sequence[float]], tuple[Any, Any]]

MAX_BYTES = 64_000_000
NO_WIDTH = QT_TRANSLATE_NOOP("Problem", "{name} is a line without a width. Give it the property half_width_m, metres.")
NO_RADIUS = QT_TRANSLATE_NOOP("Problem", "{name} is a point without a radius. Give it the property radius_m, metres.")
HOLES = QT_TRANSLATE_NOOP("Problem", "{name} has a hole, which an area here cannot have. Cut it in two without one.")
UNKNOWN = QT_TRANSLATE_NOOP(
    "Problem", "{name} is no shape that an area can have ({kind}). Polygons, lines and points can be taken."
)
BROKEN = QT_TRANSLATE_NOOP("Problem", "{name} cannot be read: its coordinates are not pairs of numbers. Correct them.")
TYPES = frozenset(
    {"FeatureCollection", "Feature", "GeometryCollection"}
    | {f"{many}{kind}" for many in ("", "Multi") for kind in ("Point", "LineString", "Polygon")}
)
RECTANGLE_SLACK_DEG = 2e-5

_OUT: dict[Frame, Convert] = {Frame.GCJ02: chinese.wgs84_to_gcj02, Frame.BD09: chinese.wgs84_to_bd09}
_IN: dict[Frame, Convert] = {Frame.GCJ02: chinese.gcj02_to_wgs84, Frame.BD09: chinese.bd09_to_wgs84}
_FRAMES = {Frame.WGS84: "WGS-84", Frame.GCJ02: "GCJ-02", Frame.BD09: "BD-09"}


@dataclass(frozen=True, slots=True)
class FenceFile:
    """What a file holds; nothing is stored yet."""

    fences: tuple[Geofence, ...]
    faults: tuple[Problem, ...]  # of shapes that cannot be taken, in the order of the file


def write_geojson(fences: Iterable[Geofence], path: Path, frame: Frame = Frame.WGS84) -> None:
    """Write fences into a file that is there whole or not at all; raises Problem if it cannot be written."""
    collection = {
        "type": "FeatureCollection",
        "frame": _FRAMES[frame],
        "features": [_feature(fence, frame) for fence in fences],
    }
    with whole_file(path) as beside:
        beside.write_text(json.dumps(collection, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_fences(path: Path, frame: Frame = Frame.WGS84) -> FenceFile:
    """Return the fences of a GeoJSON file, converted from the frame of its coordinates.

    Raises Problem for a file that is none, holds nothing, or says that it is in another frame.
    """
    shapes = list(_shapes(_text(path), path, frame))
    if not shapes:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} holds no shapes. Choose a file with polygons, lines or points."),
            path=path,
        )
    fences: list[Geofence] = []
    faults: list[Problem] = []
    for made in shapes:
        if isinstance(made, Problem):
            faults.append(made)
            continue
        fence = _squared(_converted(made, _IN[frame]) if frame in _IN else made)
        try:
            check(fence)
        except Problem as problem:
            faults.append(problem)
        else:
            fences.append(fence)
    return FenceFile(tuple(fences), tuple(faults))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "{path} is too large for a file of areas ({most} MB are the most). Choose another file."
                ),
                path=path,
                most=MAX_BYTES // 1_000_000,
            )
        return decode_file(path.read_bytes())
    except FileNotFoundError as error:
        raise Problem(QT_TRANSLATE_NOOP("Problem", "There is no file {path}. Check the name."), path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} cannot be read: {reason}. Choose another file."),
            path=path,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


def _shapes(text: str, path: Path, frame: Frame) -> Iterator[Geofence | Problem]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} is no GeoJSON, or it is cut short ({reason}). Choose another file."),
            path=path,
            reason=str(error),
        ) from error
    except RecursionError as error:
        raise Problem(QT_TRANSLATE_NOOP("Problem", "{path} is no GeoJSON. Choose another file."), path=path) from error
    if not isinstance(data, dict) or str(data.get("type")) not in TYPES:
        raise Problem(QT_TRANSLATE_NOOP("Problem", "{path} is no GeoJSON. Choose another file."), path=path)
    said = data.get("frame")
    if said in _FRAMES.values() and said != _FRAMES[frame]:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} says that its coordinates are {frame}. Choose that and try again."),
            path=path,
            frame=said,
        )
    features = data.get("features") if data.get("type") == "FeatureCollection" else [data]
    for number, feature in enumerate(features if isinstance(features, list) else [], 1):
        if not isinstance(feature, dict):
            continue
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
        name = str(properties.get("name") or "").strip()[:NAME_LENGTH] or f"{path.stem[: NAME_LENGTH - 6]} {number}"
        yield from _made(geometry if isinstance(geometry, dict) else {}, name, properties)


def _made(geometry: dict[str, Any], name: str, properties: dict[str, Any]) -> Iterator[Geofence | Problem]:
    """Yield the fences that a geometry makes; several parts are told apart by a number."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    parts: list[tuple[str, Any]] = [(kind, coordinates)]
    if kind.startswith("Multi") and isinstance(coordinates, list):
        parts = [(kind.removeprefix("Multi"), part) for part in coordinates]
    elif kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        members = [member for member in geometry["geometries"] if isinstance(member, dict)]
        parts = [(str(member.get("type")), member.get("coordinates")) for member in members]
    for number, (part, values) in enumerate(parts, 1):
        title = name if len(parts) == 1 else f"{name[: NAME_LENGTH - 6]} {number}"
        try:
            yield _one(part, values, title, properties)
        except Problem as problem:
            yield problem
        except (ValueError, TypeError, KeyError, IndexError, OverflowError):
            yield Problem(BROKEN, name=title)


def _one(kind: str, values: Any, name: str, properties: dict[str, Any]) -> Geofence:
    if kind == "Polygon":
        if len(values) > 1:
            raise Problem(HOLES, name=name)
        points = _points(values[0])
        points = points[:-1] if len(points) > 1 and points[0] == points[-1] else points
        if properties.get("kind") == GeofenceKind.RECTANGLE and len(points) == 4:
            return _fence(GeofenceKind.RECTANGLE, points, 0.0, name, properties)
        return _fence(GeofenceKind.POLYGON, points, 0.0, name, properties)
    if kind == "LineString":
        width = _metres(properties, "half_width_m", "width_m")
        if width is None:
            raise Problem(NO_WIDTH, name=name)
        return _fence(GeofenceKind.CORRIDOR, _points(values), width, name, properties)
    if kind == "Point":
        radius = _metres(properties, "radius_m", "diameter_m")
        if radius is None:
            raise Problem(NO_RADIUS, name=name)
        return _fence(GeofenceKind.CIRCLE, _points([values]), radius, name, properties)
    raise Problem(UNKNOWN, name=name, kind=kind)


def _points(values: Any) -> list[Point]:
    """Return the points without those that repeat the one before; heights are left out."""
    found: list[Point] = []
    for value in values:
        point = float(value[0]), float(value[1])
        if not found or point != found[-1]:
            found.append(point)
    return found


def _metres(properties: dict[str, Any], half: str, whole: str) -> float | None:
    if half in properties:
        return float(properties[half])
    return float(properties[whole]) / 2 if whole in properties else None


def _fence(kind: GeofenceKind, points: list[Point], radius_m: float, name: str, properties: dict[str, Any]) -> Geofence:
    purpose = properties.get("purpose")
    return Geofence(
        name=name,
        kind=kind,
        lon_deg=tuple(lon for lon, _ in points),
        lat_deg=tuple(lat for _, lat in points),
        radius_m=radius_m,
        purpose=GeofencePurpose(purpose) if purpose in set(GeofencePurpose) else GeofencePurpose.GENERAL,
        limit_kmh=_limit(properties),
        valid_from=_time(properties.get("valid_from")),
        valid_to=_time(properties.get("valid_to")),
        hours=tuple(WeeklyHours(int(h["begin"]), int(h["end"]), frozenset(h["days"])) for h in _hours(properties)),
        enabled=properties.get("enabled") is not False,
        note=str(properties.get("note") or "")[:NOTE_LENGTH],
    )


def _limit(properties: dict[str, Any]) -> float | None:
    """Return the speed limit; one that cannot be is for ``check`` to name, not for nobody to miss."""
    limit = properties.get("limit_kmh")
    return float(limit) if limit and isinstance(limit, int | float) and not isinstance(limit, bool) else None


def _hours(properties: dict[str, Any]) -> list[dict[str, Any]]:
    hours = properties.get("hours")
    return hours if isinstance(hours, list) else []


def _time(value: Any) -> datetime | None:
    if not value:
        return None
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _converted(fence: Geofence, convert: Convert) -> Geofence:
    lon, lat = convert(fence.lon_deg, fence.lat_deg)
    return replace(fence, lon_deg=tuple(map(float, lon)), lat_deg=tuple(map(float, lat)))


def _squared(fence: Geofence) -> Geofence:
    """Return a rectangle of four corners with its two; a polygon if its sides are not along the axes."""
    if fence.kind is not GeofenceKind.RECTANGLE:
        return fence
    west, east, south, north = min(fence.lon_deg), max(fence.lon_deg), min(fence.lat_deg), max(fence.lat_deg)
    square = all(
        min(lon - west, east - lon) < RECTANGLE_SLACK_DEG and min(lat - south, north - lat) < RECTANGLE_SLACK_DEG
        for lon, lat in zip(fence.lon_deg, fence.lat_deg, strict=True)
    )
    if not square:
        return replace(fence, kind=GeofenceKind.POLYGON)
    return replace(fence, lon_deg=(west, east), lat_deg=(south, north))


def _feature(fence: Geofence, frame: Frame) -> dict[str, Any]:
    lon, lat = outline(fence)
    if frame in _OUT:
        lon, lat = _OUT[frame](lon, lat)
    points = [[round(float(x), 7), round(float(y), 7)] for x, y in zip(lon, lat, strict=True)]
    geometry: dict[str, Any]
    size: dict[str, float] = {}
    if fence.kind is GeofenceKind.CIRCLE:
        geometry, size = {"type": "Point", "coordinates": points[0]}, {"radius_m": fence.radius_m}
    elif fence.kind is GeofenceKind.CORRIDOR:
        geometry, size = {"type": "LineString", "coordinates": points}, {"half_width_m": fence.radius_m}
    else:
        geometry = {"type": "Polygon", "coordinates": [[*points, points[0]]]}
    properties = {
        "name": fence.name,
        "kind": fence.kind.value,
        "purpose": fence.purpose.value,
        **size,
        "limit_kmh": fence.limit_kmh,
        "valid_from": fence.valid_from.isoformat() if fence.valid_from else None,
        "valid_to": fence.valid_to.isoformat() if fence.valid_to else None,
        "hours": [{"begin": h.begin, "end": h.end, "days": sorted(h.days)} for h in fence.hours],
        "enabled": fence.enabled,
        "note": fence.note,
    }
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def outline(fence: Geofence) -> tuple[list[float], list[float]]:
    """Return the points with which a fence is written; those of rings run counterclockwise (RFC 7946 3.1.6)."""
    if fence.kind is GeofenceKind.RECTANGLE:
        (west, east), (south, north) = fence.lon_deg, fence.lat_deg
        return [west, east, east, west], [south, south, north, north]
    lon, lat = list(fence.lon_deg), list(fence.lat_deg)
    turn = sum(lon[i - 1] * lat[i] - lon[i] * lat[i - 1] for i in range(len(lon)))
    return (lon[::-1], lat[::-1]) if fence.kind is GeofenceKind.POLYGON and turn < 0 else (lon, lat)
