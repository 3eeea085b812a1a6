"""Records of rules: what a tracking server's own tests say of zones, trips, stops and doubtful fixes.

The name of the file says which rule it is; every record gives the parameters of the rule, which the product's own
functions take. What a record asks must be known here: an unknown file, operation, parameter or expectation fails.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from laixi_transport.analytics.geodesy import haversine_m
from laixi_transport.analytics.geofences import contains, meets_segment
from laixi_transport.analytics.geometry import point_to_segment_m, segments_intersect
from laixi_transport.analytics.position_filter import Fault, Fix, PositionFilter
from laixi_transport.analytics.spatial_motion import Place, SpatialMotionWatch, SpatialRules, spatial_changes
from laixi_transport.analytics.trips import MotionChange, MotionWatch, TripRules, trips_and_rests
from laixi_transport.domain.geofence import Geofence, GeofenceKind

Record = Mapping[str, Any]

KMH_A_KNOT = 1.852
NOW_S = 1_763_856_000.0
TIMES = {
    "now": NOW_S,
    "far future": NOW_S + 1e12,
    "future": NOW_S + 1e12,
    "past": NOW_S - 1e9,
    "far past": NOW_S - 1e12,
}
WORDS = {True: "moving", False: "stopped"}


def claims(path: Path, record: Any) -> bool:
    """Return whether a record is of this kind."""
    return path.stem in CHECKS and isinstance(record, dict)


def check(path: Path, record: Record) -> None:
    """Fail if what is found differs from what the record says."""
    CHECKS[path.stem](record)


def _known(keys: Mapping[str, Any], *names: str) -> None:
    unknown = keys.keys() - set(names)
    assert not unknown, f"unknown keys {sorted(unknown)}"


def _seconds(time: str) -> float:
    return dt.datetime.fromisoformat(time).timestamp()


def _zone(zone: Record) -> Geofence:
    kind = {"polyline": "corridor"}.get(zone["kind"], zone["kind"])
    _known(zone, "kind", "lat", "lon", "radius_m", "points", "half_width_m", "name")
    points = zone.get("points") or [[zone["lat"], zone["lon"]]]
    return Geofence(
        name=zone.get("name", "zone"),
        kind=GeofenceKind(kind),
        lat_deg=tuple(point[0] for point in points),
        lon_deg=tuple(point[1] for point in points),
        radius_m=zone.get("radius_m", zone.get("half_width_m", 0.0)),
    )


def _geofence(record: Record) -> None:
    fence = _zone(record["zone"])
    match record["op"]:
        case "contains_point":
            found = bool(contains(fence, *record["point"]))
        case "intersects_segment":
            (a_lat, a_lon), (b_lat, b_lon) = record["segment"]
            found = meets_segment(fence, a_lat, a_lon, b_lat, b_lon)
        case other:
            raise AssertionError(f"unknown operation {other!r}")
    assert found is record["expect"]


def _geometry(record: Record) -> None:
    match record["op"]:
        case "point_to_segment_m":
            found = float(point_to_segment_m(*record["p"], *record["a"], *record["b"]))
        case "distance_m" | "distance":
            a, b = record["points"] if "points" in record else (record["a"], record["b"])
            found = float(haversine_m(*a, *b))
        case "segments_intersect":
            ends = [value for point in record["points"] for value in point]
            assert bool(segments_intersect(*ends)) is record["expect"]
            return
        case other:
            raise AssertionError(f"unknown operation {other!r}")
    assert math.isclose(found, record["expect"], rel_tol=0, abs_tol=record["tol"])


def _trip_rules(params: Record) -> TripRules:
    names = ("min_trip_distance_m", "min_trip_s", "min_parking_s", "no_data_s", "use_ignition")
    _known(params, *names, "speed_unit")
    assert params.get("speed_unit", "knots") == "knots"
    return TripRules(*(params[name] for name in names))


def _motion_state(record: Record) -> None:
    initial = record.get("initial") or {}
    _known(initial, "moving", "streak")
    watch = MotionWatch(
        _trip_rules(record["params"]), moving=initial.get("moving", False), under_way=initial.get("streak", False)
    )
    for step in record["steps"]:
        _known(step, "t", "motion", "total_distance_m", "ignition", "expect")
        change = watch.step(_seconds(step["t"]), step["motion"], step["total_distance_m"], step.get("ignition"))
        found = {
            "event": None if change is None else WORDS[change.moving],
            "event_time": None if change is None else change.time_s,
            "moving": watch.moving,
            "streak": watch.under_way,
            "pending_distance_m": watch.pending_way_m or 0,
            "use_last": step["expect"].get("use_last"),  # how the server is called; a watch remembers by itself
        }
        expected = dict(step["expect"])
        if "event_time" in expected and expected["event_time"] is not None:
            expected["event_time"] = _seconds(expected["event_time"])
        assert {name: found[name] for name in expected} == expected


def _spatial_rules(params: Record) -> SpatialRules:
    _known(params, "min_distance_m", "min_duration_s", "stop_gap_s", "lon_deg_per_m_at_equator")
    gap_s = params.get("stop_gap_s")
    return SpatialRules(params["min_distance_m"], params["min_duration_s"], math.inf if gap_s is None else gap_s)


def _compare_changes(changes: Sequence[MotionChange], expected: Record) -> None:
    assert [WORDS[change.moving] for change in changes] == expected["events"]
    if "event_times" in expected:
        assert [change.time_s for change in changes] == [_seconds(time) for time in expected["event_times"]]


def _spatial_motion(record: Record) -> None:
    initial, expected = record.get("initial") or {}, record["expect"]
    _known(initial, "streak", "event_position")
    _known(expected, "events", "event_times", "streak")
    anchor = initial.get("event_position")
    watch = SpatialMotionWatch(
        _spatial_rules(record["params"]),
        under_way=initial.get("streak", False),
        anchor=None if anchor is None else Place(-1, _seconds(anchor["t"]), anchor["lat"], anchor["lon"]),
    )
    for place in record["window"]:
        watch.remember(_seconds(place["t"]), place["lat"], place["lon"])
    now = record["current"]
    changes = watch.step(_seconds(now["t"]), now["lat"], now["lon"], now.get("distance_m"))
    _compare_changes(changes, expected)
    assert watch.under_way is expected["streak"]


def _spatial_motion_stream(record: Record) -> None:
    rules, expected = _spatial_rules(record["params"]), record["expect"]
    _known(expected, "events", "event_times", "streak")
    watch = SpatialMotionWatch(rules, under_way=(record.get("initial") or {}).get("streak", False))
    under_way = watch.under_way
    places = [(_seconds(place["t"]), place["lat"], place["lon"]) for place in record["positions"]]
    changes = [change for place in places for change in watch.step(*place)]
    _compare_changes(changes, expected)
    assert spatial_changes(*np.array(places).T, rules, under_way=under_way) == changes
    assert watch.under_way is expected.get("streak", watch.under_way)


def _position(position: Record) -> Fix:
    named = {
        "valid",
        "lat",
        "lon",
        "speed",
        "time",
        "t",
        "server_time",
        "altitude",
        "course",
        "attributes",
        "distance_m",
    }
    attributes = position.get("attributes") or ()
    time = position.get("time", position.get("t"))
    time_s = TIMES[time] if time in TIMES else _seconds(time)
    return Fix(
        time_s=time_s,
        lat_deg=position["lat"],
        lon_deg=position["lon"],
        speed_kmh=position["speed"] * KMH_A_KNOT,
        located=position["valid"],
        received_s=time_s,
        items=frozenset(attributes) | (position.keys() - named),
    )


def _position_filter(record: Record) -> None:
    params = record["params"]
    names = {
        "future_s": "future_s",
        "past_s": "past_s",
        "filter_invalid": "invalid",
        "filter_zero": "zero",
        "filter_duplicate": "duplicate",
        "filter_static": "still",
        "min_distance_m": "least_m",
        "min_period_s": "least_s",
        "skip_limit_s": "keep_after_s",
    }
    _known(params, *names, "max_speed_kn", "skip_attributes", "filter_approximate")
    chosen = {ours: params[theirs] for theirs, ours in names.items() if theirs in params}
    if "max_speed_kn" in params:
        chosen["fastest_kmh"] = params["max_speed_kn"] * KMH_A_KNOT
    chosen["keep_with"] = frozenset(params.get("skip_attributes") or ())
    _known(record["expect"], "dropped")
    last = record.get("last")
    fault = PositionFilter(**chosen).judge(_position(record["position"]), last and _position(last), NOW_S)
    assert (fault is not Fault.NONE) is record["expect"]["dropped"], fault


def _trips_stops(record: Record) -> None:
    positions, expected = record["positions"], record["expect"]
    for position in positions:
        _known(position, "id", "t", "speed", "motion", "total_distance_m", "ignition")
    ignition = [{None: -1, False: 0, True: 1}[position.get("ignition")] for position in positions]
    trips, rests = trips_and_rests(
        [_seconds(position["t"]) for position in positions],
        [position["motion"] for position in positions],
        [position["total_distance_m"] for position in positions],
        ignition,
        [position["speed"] * KMH_A_KNOT for position in positions],
        _trip_rules(record["params"]),
    )
    found_trips = [
        {
            "start": trip.begin_s,
            "end": trip.end_s,
            "duration_s": trip.duration_s,
            "avg_speed_kn": trip.mean_kmh / KMH_A_KNOT,
            "max_speed_kn": trip.peak_kmh / KMH_A_KNOT,
            "distance_m": trip.distance_m,
        }
        for trip in trips
    ]
    found_stops = [{"start": rest.begin_s, "end": rest.end_s, "duration_s": rest.duration_s} for rest in rests]
    known = {"trip": found_trips, "stop": found_stops}
    for name, value in expected.items():
        kind = next((kind for kind in known if kind in name), None)
        assert kind is not None, f"unknown expectation {name!r}"
        _compare_parts(name, known[kind], value)


def _compare_parts(name: str, found: list[dict[str, float]], expected: Any) -> None:
    if expected is None or expected == [] or isinstance(expected, bool):  # no_stops: true, first_trip: null
        wanted_none = not expected or name.startswith("no_")
        assert (found == []) is wanted_none, found
    elif isinstance(expected, int):
        assert len(found) == expected, found
    else:
        wanted = [expected] if isinstance(expected, dict) else expected
        assert len(found) >= len(wanted), found
        if not name.startswith("first"):
            assert len(found) == len(wanted), found
        for part, one in zip(found, wanted, strict=False):
            tolerance = one.get("tol", 0.01)
            for key, value in one.items():
                if key != "tol":
                    number = _seconds(value) if isinstance(value, str) else value
                    assert abs(part[key] - number) <= tolerance, (key, part, one)


CHECKS: dict[str, Callable[[Record], None]] = {
    "geofence": _geofence,
    "geometry": _geometry,
    "motion_state": _motion_state,
    "spatial_motion": _spatial_motion,
    "spatial_motion_stream": _spatial_motion_stream,
    "position_filter": _position_filter,
    "trips_stops": _trips_stops,
}
"""Name of the file -> what runs its records."""
