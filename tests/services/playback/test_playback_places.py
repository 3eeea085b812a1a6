"""Laws of where vehicles were: on the samples, between them, never over a gap, the same in both directions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.stops import GAP_S
from laixi_transport.domain.fleet import MotionState
from laixi_transport.services.playback.places import STANDING, FleetFixes

BEGIN_S = 1_781_020_800
OFFLINE = MotionState.OFFLINE.value


def fixes_of(rows, vehicles):
    """Return fixes of rows (owner, seconds after the beginning, lon_e6, lat_e6)."""
    rows = sorted(rows, key=lambda row: row[:2])
    owner, after_s, lon, lat = (np.array([row[i] for row in rows], np.int64) for i in range(4))
    n = len(rows)
    return FleetFixes.of(
        np.arange(vehicles, dtype=np.int64) + 1,
        (float(BEGIN_S), BEGIN_S + 3600.0),
        owner,
        after_s + BEGIN_S,
        lon_e6=lon.astype(np.int32),
        lat_e6=lat.astype(np.int32),
        speed_dkmh=np.full(n, 400, np.uint16),
        direction_deg=np.zeros(n, np.uint16),
        flags=np.zeros(n, np.uint8),
    )


tracks = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(-4000, 3600),
        st.integers(120_000_000, 121_000_000),
        st.integers(36_000_000, 37_000_000),
    ),
    max_size=40,
    unique_by=lambda row: row[:2],
)


@given(tracks)
def test_at_a_sample_a_vehicle_is_on_the_sample(rows):
    fixes = fixes_of(rows, 4)
    for owner, after_s, lon, lat in rows:
        places = fixes.at(float(BEGIN_S + after_s))
        assert places.lon_deg[owner] == pytest.approx(lon * 1e-6, abs=1e-9)
        assert places.lat_deg[owner] == pytest.approx(lat * 1e-6, abs=1e-9)
        assert places.fix_s[owner] == BEGIN_S + after_s
        assert places.motion[owner] == MotionState.MOVING.value


@given(tracks, st.floats(-4100, 3700))
def test_between_samples_it_is_on_the_line_and_over_a_gap_it_stays_and_is_unknown(rows, after_s):
    fixes = fixes_of(rows, 4)
    at_s = BEGIN_S + after_s
    places = fixes.at(at_s)
    for owner in range(4):
        own = sorted(row[1:] for row in rows if row[0] == owner)
        before = [row for row in own if row[0] <= at_s - BEGIN_S]
        later = [row for row in own if row[0] > at_s - BEGIN_S]
        if not before:
            assert np.isnan(places.lon_deg[owner])
            assert places.row[owner] == -1
            assert places.motion[owner] == OFFLINE
            continue
        (t0, lon0, lat0) = before[-1]
        if later and later[0][0] - t0 <= GAP_S:
            share = (at_s - BEGIN_S - t0) / (later[0][0] - t0)
            assert places.lon_deg[owner] == pytest.approx((lon0 + (later[0][1] - lon0) * share) * 1e-6, abs=1e-9)
            assert places.motion[owner] != OFFLINE
        else:
            assert (places.lon_deg[owner], places.lat_deg[owner]) == (lon0 * 1e-6, lat0 * 1e-6)
            assert (places.motion[owner] == OFFLINE) == (at_s - BEGIN_S > t0)


@given(tracks, st.lists(st.floats(0, 3600), min_size=1, max_size=10))
def test_forwards_and_backwards_show_the_same(rows, moments):
    fixes = fixes_of(rows, 4)
    moments = sorted(moments)
    forwards = [fixes.at(BEGIN_S + moment) for moment in moments]
    backwards = [fixes.at(BEGIN_S + moment) for moment in reversed(moments)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        for name in one.__slots__:
            assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)


def test_the_shorter_turn_is_taken_through_north():
    fixes = fixes_of([(0, 0, 120_000_000, 36_000_000), (0, 100, 120_000_000, 36_000_000)], 1)
    fixes.direction_deg[:] = (350, 10)
    assert fixes.at(BEGIN_S + 25.0).direction_deg[0] == pytest.approx(355)
    assert fixes.at(BEGIN_S + 75.0).direction_deg[0] == pytest.approx(5)
    fixes.flags[0] = STANDING
    assert fixes.at(BEGIN_S + 25.0).motion[0] == MotionState.STOPPED.value


def test_rows_out_of_order_are_refused():
    fixes = fixes_of([(0, 0, 1, 1), (1, 5, 1, 1)], 2)
    with pytest.raises(ValueError, match="order"):
        FleetFixes.of(
            fixes.vehicle_ids, (0.0, 1.0), fixes.owner[::-1], fixes.time_s,
            **{name: getattr(fixes, name) for name in ("lon_e6", "lat_e6", "speed_dkmh", "direction_deg", "flags")},
        )  # fmt: skip
