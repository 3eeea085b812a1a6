"""Hours of many vehicles: fresh and sealed, told together, without reading what need not be read."""

import numpy as np
import pytest

from laixi_transport.domain.time import HOUR_S


@pytest.fixture
def three(store, make_report, submit, begin_s):
    """Return the ids of three vehicles: one sealed, one half sealed and half fresh, one without any report."""
    terminals = [store.register.enter_terminal(f"01390000000{n}", plate=f"鲁B0004{n}D") for n in range(3)]
    sealed = [make_report(t, i) for t in terminals[:2] for i in range(0, 400, 2)]
    submit(store, reports=sealed)
    store.seal(begin_s + 10 * HOUR_S)
    late = [make_report(terminals[1], i) for i in range(1, 400, 2)]
    nowhere = [make_report(terminals[1], 500 + i, status_bits=1) for i in range(3)]
    submit(store, reports=late + nowhere)
    return [t.vehicle_id for t in terminals]


def test_positions_are_those_of_the_tracks(store, three, begin_s):
    period = (begin_s + 1000, begin_s + 5003)
    wanted = [three[2], three[1], three[0]]
    found = store.hours.positions(wanted, *period)
    assert found.vehicle_ids.tolist() == wanted
    for place, track in enumerate(store.tracks.tracks(wanted, *period)):
        rows = slice(found.begin[place], found.begin[place + 1])
        assert found.time_s[rows].tolist() == track.time_s.tolist()
        assert np.allclose(found.lat_e6[rows] * 1e-6, track.lat_deg)
        assert np.allclose(found.lon_e6[rows] * 1e-6, track.lon_deg)
        assert np.allclose(found.speed_dkmh[rows] * 0.1, track.speed_kmh)
        assert found.direction_deg[rows].tolist() == track.direction_deg.tolist()
        assert found.located[rows].tolist() == track.located.tolist()
    assert found.owner.tolist() == sorted(found.owner.tolist())


def test_hours_are_listed_with_counts_times_and_bounds(store, three, begin_s):
    first = begin_s // HOUR_S
    found = store.hours.listed(three, first, first + 10)
    assert found.begin.tolist() == [0, 2, 4, 4]
    assert found.hour.tolist() == [first, first + 1] * 2
    assert found.n.tolist() == [180, 20, 360, 43]
    assert found.begin_s.tolist() == [begin_s, begin_s + 3600] * 2
    assert found.end_s.tolist() == [begin_s + 3580, begin_s + 3980, begin_s + 3590, begin_s + 5020]
    track = store.tracks.track(three[1], begin_s + 3600, begin_s + 7200)
    lat = track.lat_deg[track.located] * 1e6
    assert (found.south_e6[3], found.north_e6[3]) == pytest.approx((lat.min(), lat.max()))
    assert len(store.hours.listed(three, first + 1, first + 2)) == 2
    assert len(store.hours.listed([], first, first + 2)) == 0


def test_an_hour_without_a_fix_has_no_bounds(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, i, status_bits=1) for i in range(4)])
    first = begin_s // HOUR_S
    fresh = store.hours.listed([terminal.vehicle_id], first, first + 1)
    store.seal(begin_s + 10 * HOUR_S)
    sealed = store.hours.listed([terminal.vehicle_id], first, first + 1)
    for found in (fresh, sealed):
        assert found.n.tolist() == [4]
        assert np.isnan([found.south_e6, found.north_e6, found.west_e6, found.east_e6]).all()


def test_the_last_hour_before_a_time_is_found_fresh_or_sealed(store, three, begin_s):
    found = store.hours.last_before(three, begin_s + 5000)
    assert np.diff(found.begin).tolist() == [20, 40, 0]
    assert found.time_s[found.begin[1] - 1] == begin_s + 3980
    found = store.hours.last_before(three, begin_s + 3600)
    assert [found.time_s[end - 1] for end in found.begin[1:3].tolist()] == [begin_s + 3580, begin_s + 3590]
    assert len(store.hours.last_before(three, begin_s)) == 0
