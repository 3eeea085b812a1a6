"""Hours held around the moment: what they show is what one long track shows."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.fleet_track import FleetTrack
from laixi_transport.domain.frame import Batch
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.time import HOUR_S
from laixi_transport.services.playback.places import FleetFixes
from laixi_transport.services.playback.reel import Edge, OvertakenError, Reel, believed, located, with_edges

FIRST = 494_728  # an hour of 2026-06
BEGIN_S = FIRST * HOUR_S


def report(terminal, time_s, lon_e6=120_500_000, speed_dkmh=400, status_bits=3):
    values = dict.fromkeys(PositionReport._fields)
    values |= {
        "terminal_id": terminal.id, "vehicle_id": terminal.vehicle_id, "time_s": time_s, "lat_e6": 36_860_000,
        "lon_e6": lon_e6, "altitude_m": 60, "speed_dkmh": speed_dkmh, "direction_deg": 90, "alarm_bits": 0,
        "status_bits": status_bits, "other_items": b"", "flags": 0, "received_us": time_s * 1_000_000,
    }  # fmt: skip
    return PositionReport(**values)


@pytest.fixture
def filled(store):
    """Return vehicle ids: one drives three hours, one falls silent before the second hour, one never reports."""
    terminals = [store.register.enter_terminal(f"01390000000{n}", plate=f"鲁B0004{n}D") for n in range(3)]
    reports = [report(terminals[0], BEGIN_S + 7 + 20 * i, 120_500_000 + 200 * i) for i in range(540)]
    reports += [report(terminals[1], BEGIN_S + 20 * i, 120_600_000 - 100 * i) for i in range(100)]
    stored = threading.Event()
    store.writer.submit(Batch(reports=reports), lambda _error: stored.set())
    assert stored.wait(60)
    store.seal(BEGIN_S + 3 * HOUR_S, quiet_s=0)
    return [terminal.vehicle_id for terminal in terminals]


def test_at_the_edge_of_an_hour_nothing_is_lost(store, filled):
    reel = Reel(store, filled)
    core = reel.load(FIRST + 1)
    assert core.at(BEGIN_S + HOUR_S + 1.0).row[0] == -1  # the hour by itself begins with its first fix
    whole = reel.complete(FIRST + 1)
    assert reel.fixes(FIRST + 1) is whole
    track = store.tracks.track(filled[0], BEGIN_S, BEGIN_S + 3 * HOUR_S)
    for at_s in (BEGIN_S + HOUR_S, BEGIN_S + HOUR_S + 1.5, BEGIN_S + 2 * HOUR_S - 0.5, BEGIN_S + 2 * HOUR_S):
        places = whole.at(at_s)
        assert places.lon_deg[0] == pytest.approx(np.interp(at_s, track.time_s, track.lon_deg), abs=1e-9)
        assert places.motion[0] == MotionState.MOVING.value


def test_a_fix_at_zero_zero_places_no_vehicle(store):
    terminal = store.register.enter_terminal("013900000009", plate="鲁B00049D")
    reports = [report(terminal, BEGIN_S + 20 * i) for i in range(4)]
    reports = [one._replace(lat_e6=0, lon_e6=0) if at in (0, 3) else one for at, one in enumerate(reports)]
    stored = threading.Event()
    store.writer.submit(Batch(reports=reports), lambda _error: stored.set())
    assert stored.wait(60)
    core = Reel(store, [terminal.vehicle_id]).load(FIRST)
    assert np.isnan(core.at(BEGIN_S + 10.0).lon_deg[0])
    assert core.at(BEGIN_S + 3000.0).lon_deg[0] == pytest.approx(120.5)


def test_hours_that_are_completed_one_after_the_other_join(store, filled):
    reel = Reel(store, filled)
    track = store.tracks.track(filled[0], BEGIN_S, BEGIN_S + 3 * HOUR_S)
    for hour in (0, 1, 2, 1, 0):
        whole = reel.complete(FIRST + hour)
        for at_s in (BEGIN_S + hour * HOUR_S + 20.0, BEGIN_S + (hour + 1) * HOUR_S - 20.0):
            assert whole.at(at_s).lon_deg[0] == pytest.approx(np.interp(at_s, track.time_s, track.lon_deg), abs=1e-9)
        edge_s = BEGIN_S + hour * HOUR_S
        if hour:
            assert whole.at(edge_s + 1.0).motion[0] == MotionState.MOVING.value
        assert (np.diff(whole.time_s[whole.begin[0] : whole.begin[1]]) > 0).all()


def test_a_silent_vehicle_stands_hollow_where_it_was_last_with_its_age(store, filled):
    whole = Reel(store, filled).complete(FIRST + 2)
    places = whole.at(BEGIN_S + 2 * HOUR_S + 100.0)
    assert places.motion.tolist() == [MotionState.MOVING.value, MotionState.OFFLINE.value, MotionState.OFFLINE.value]
    assert places.fix_s[1] == BEGIN_S + 20 * 99
    assert places.lon_deg[1] == pytest.approx(120.6 - 0.0099)
    assert np.isnan(places.lon_deg[2])
    assert np.isnan(places.fix_s[2])


def test_what_was_looked_at_least_lately_is_forgotten_first(store, filled):
    reel = Reel(store, filled, most_bytes=1)
    for hour in (FIRST, FIRST + 1, FIRST + 2):
        reel.load(hour)
    assert reel.hours == (FIRST, FIRST + 1, FIRST + 2)
    reel.fixes(FIRST)
    reel.load(FIRST + 3)
    assert reel.hours == (FIRST, FIRST + 2, FIRST + 3)
    assert reel.fixes(FIRST + 1) is None


def test_loading_stops_when_it_was_overtaken(store, filled):
    reel = Reel(store, filled)
    with pytest.raises(OvertakenError):
        reel.load(FIRST, lambda: True)
    assert reel.hours == ()


def test_a_jump_is_not_shown(store):
    terminal = store.register.enter_terminal("013900000009", plate="鲁B00049D")
    lat_e6 = np.full(20, 36_860_000, np.int32)
    lat_e6[9] += 60_000
    track = FleetTrack(
        np.array([terminal.vehicle_id]),
        np.array([0, 20]),
        BEGIN_S + 10 * np.arange(20),
        lat_e6,
        np.arange(20, dtype=np.int32) * 300 + 120_500_000,
        np.full(20, 320, np.uint16),
        np.full(20, 90, np.uint16),
        np.zeros(20, np.uint32),
        np.full(20, 3, np.uint32),
    )
    fixes = believed(located(track, (float(BEGIN_S), BEGIN_S + 3600.0)))
    assert len(fixes) == 19
    assert fixes.at(BEGIN_S + 90.0).lon_deg[0] == pytest.approx(120.5027, abs=1e-6)


rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10_799)), max_size=60, unique=True)


@settings(max_examples=60)
@given(rows, st.lists(st.floats(3600, 7200), max_size=8))
def test_an_hour_with_its_edges_shows_what_the_long_track_shows(rows, moments):
    def made(some, period):
        some = sorted(some)
        owner, after_s = (np.array([row[i] for row in some], np.int64) for i in (0, 1))
        lon = (owner * 1000 + after_s).astype(np.int32)
        short, flags = np.full(len(some), 400, np.uint16), np.zeros(len(some), np.uint8)
        return FleetFixes.of(
            np.arange(3), period, owner, after_s + BEGIN_S, lon_e6=lon, lat_e6=lon, speed_dkmh=short,
            direction_deg=np.zeros(len(some), np.uint16), flags=flags,
        )  # fmt: skip

    def of_hour(hour):
        return [row for row in rows if row[1] // 3600 == hour]

    period = (BEGIN_S + 3600.0, BEGIN_S + 7200.0)
    long = made(rows, (float(BEGIN_S), BEGIN_S + 10_800.0))
    before, core, after = (made(of_hour(hour), period) for hour in range(3))
    joined = with_edges(core, Edge.of(before, last=True), Edge.of(after, last=False).near(period[1], period[1] + 300))
    for moment in moments:
        one, other = joined.at(BEGIN_S + moment), long.at(BEGIN_S + moment)
        for name in ("lon_deg", "motion", "fix_s", "speed_kmh"):
            assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name


def test_an_hour_read_in_parts_is_the_hour(store, filled, monkeypatch):
    whole = Reel(store, filled).complete(FIRST)
    monkeypatch.setattr("laixi_transport.services.playback.reel._READ_AT_ONCE", 1)
    monkeypatch.setattr("laixi_transport.services.playback.reel._JUDGED_AT_ONCE", 1)
    parts = Reel(store, filled).complete(FIRST)
    for name in ("vehicle_ids", "begin", "key", "lon_e6", "lat_e6", "speed_dkmh", "direction_deg", "flags"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name)), name


def test_who_goes_on_to_another_hour_stops_the_judging(store, filled):
    core = Reel(store, filled).load(FIRST)
    with pytest.raises(OvertakenError):
        believed(core, lambda: True)
