from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.storage.tracks import _within

LATER_S = 10 * 86400
SQUARE = np.array([[120.0, 36.0], [121.0, 36.0], [121.0, 37.0], [120.0, 37.0]])
L_SHAPE = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [1.0, 1.0], [1.0, 4.0], [0.0, 4.0]])


@pytest.fixture(params=["fresh", "sealed", "both"])
def filled(request, store, make_report, submit, begin_s):
    """Return three terminals whose 400 reports lie in rows, in blocks, or half and half in both."""
    terminals = [store.register.enter_terminal(f"1390000000{i}") for i in range(3)]
    # The first drives through the square, the second stands beside it, the third is inside without a fix.
    reports = [
        report
        for i in range(400)
        for report in (
            make_report(terminals[0], i, lat_e6=36_500_000, lon_e6=119_000_000 + 10_000 * i),
            make_report(terminals[1], i, lat_e6=38_000_000, lon_e6=120_500_000),
            make_report(terminals[2], i, lat_e6=36_500_000, lon_e6=120_500_000, status_bits=1),
        )
    ]
    if request.param == "both":
        submit(store, reports=reports[::2])
        store.seal(begin_s + LATER_S)
        submit(store, reports=reports[1::2])
    else:
        submit(store, reports=reports)
        if request.param == "sealed":
            store.seal(begin_s + LATER_S)
    return terminals


def test_a_track_holds_its_range_in_order(store, filled, begin_s):
    track = store.tracks.track(filled[0].vehicle_id, begin_s + 100, begin_s + 3700)
    assert track.time_s.tolist() == list(range(begin_s + 100, begin_s + 3700, 10))
    np.testing.assert_allclose(track.lon_deg, 119 + 0.01 * ((track.time_s - begin_s) // 10))
    assert len(store.tracks.track(filled[0].vehicle_id, begin_s - 50, begin_s)) == 0
    assert len(store.tracks.track(999, 0, 2**40)) == 0


def test_many_tracks_come_in_the_order_that_was_asked_for(store, filled, begin_s):
    ids = [filled[2].vehicle_id, 999, filled[0].vehicle_id]
    for asked in (ids, ids + list(range(1000, 1100))):
        tracks = store.tracks.tracks(asked, begin_s, begin_s + 4000)
        assert [t.vehicle_id for t in tracks] == asked
        assert [len(t) for t in tracks[:3]] == [400, 0, 400]


def test_only_samples_with_a_fix_inside_the_area_are_found(store, filled, begin_s):
    found = store.tracks.in_area(SQUARE, begin_s + 1500, begin_s + 3990)
    assert [t.vehicle_id for t in found] == [filled[0].vehicle_id]
    # Inside from 120 to 121 degrees: reports 100 to 199; the range begins at report 150.
    assert found[0].time_s.tolist() == [begin_s + 10 * i for i in range(150, 200)]
    assert store.tracks.in_area(SQUARE + 10, begin_s, begin_s + 4000) == []


def test_activity_counts_parts_of_hours(store, filled, begin_s):
    ids = [t.vehicle_id for t in filled]
    assert store.tracks.active(begin_s, begin_s + 4000) == dict.fromkeys(ids, 400)
    assert store.tracks.active(begin_s + 10, begin_s + 3610) == dict.fromkeys(ids, 360)
    assert store.tracks.active(begin_s + 3995, begin_s + 9999) == {}
    assert store.tracks.first_and_last() == (begin_s, begin_s + 3990)


def test_an_empty_database_has_no_first_report(store):
    assert store.tracks.first_and_last() is None
    assert store.tracks.active(0, 2**40) == {}
    assert store.tracks.in_area(SQUARE, 0, 2**40) == []


def test_reports_of_one_second_stay_together(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, 0, altitude_m=a, received_us=10**15 + a * 10**6) for a in (3, 1, 2)])
    before = store.tracks.track(terminal.vehicle_id, begin_s, begin_s + 1).altitude_m.tolist()
    store.seal(begin_s + LATER_S)
    assert store.tracks.track(terminal.vehicle_id, begin_s, begin_s + 1).altitude_m.tolist() == before == [1, 2, 3]


def test_absent_numbers_are_nan(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, i, mileage_hm=i or None, recorder_speed_dkmh=None) for i in range(3)])
    for _ in range(2):
        track = store.tracks.track(terminal.vehicle_id, 0, 2**40)
        np.testing.assert_allclose(track.mileage_km, [np.nan, 0.1, 0.2])
        assert np.isnan(track.recorder_speed_kmh).all()
        store.seal(begin_s + LATER_S)


@pytest.mark.parametrize("polygon", [[[0, 0], [1, 1]], [0, 1, 2], [[0, 0, 0]] * 4])
def test_what_is_no_polygon_is_refused(store, polygon):
    with pytest.raises(ValueError, match="polygon"):
        store.tracks.in_area(np.array(polygon, float), 0, 1)


@given(st.floats(-0.5, 4.5), st.floats(-0.5, 4.5))
def test_a_point_is_inside_a_bent_area_as_its_two_boxes_say(x, y):
    if {x, y} & {0.0, 1.0, 4.0}:
        return  # on the edge either answer is right
    inside = (0 < x < 4 and 0 < y < 1) or (0 < x < 1 and 0 < y < 4)
    assert _within(np.array([x]), np.array([y]), L_SHAPE).tolist() == [inside]
    assert _within(np.array([x]), np.array([y]), L_SHAPE[::-1]).tolist() == [inside]


def test_rules_are_given_the_samples_of_their_vehicles_in_the_order_of_storing(store, terminal, make_report, submit):
    other = store.register.enter_terminal("13900000002")
    submit(store, reports=[make_report(t, i, lat_e6=i) for i in (3, 1, 2) for t in (terminal, other)])
    ids = [i for i, _ in store.tracks.reports_after(0, 100)]
    newest, samples = store.tracks.samples_after(0, 4, {terminal.vehicle_id})
    assert newest == ids[3]
    assert [(s.vehicle_id, s.lat_e6) for s in samples] == [(terminal.vehicle_id, 3), (terminal.vehicle_id, 1)]
    newest, samples = store.tracks.samples_after(ids[3], 4, {terminal.vehicle_id, other.vehicle_id, 999})
    assert (newest, [s.lat_e6 for s in samples]) == (ids[-1], [2, 2])
    assert store.tracks.samples_after(0, 4, ()) == (ids[-1], [])
    assert store.tracks.samples_after(ids[-1], 4, {terminal.vehicle_id}) == (None, [])
    assert store.tracks.samples_after(ids[-1], 4, ()) == (None, [])


def test_a_snapshot_sees_one_state_whatever_is_stored_meanwhile(store, terminal, make_report, submit, begin_s):
    def count():
        return sum(store.tracks.active(begin_s, begin_s + 3600).values())

    submit(store, reports=[make_report(terminal, 0)])
    with store.snapshot():
        assert count() == 1
        submit(store, reports=[make_report(terminal, 1)])
        with store.snapshot():
            assert (count(), len(store.tracks.track(terminal.vehicle_id, begin_s, begin_s + 3600))) == (1, 1)
        assert count() == 1
        with ThreadPoolExecutor() as pool:
            assert pool.submit(count).result() == 2  # another thread has a view of its own
    assert count() == 2
    with pytest.raises(RuntimeError, match="fault"), store.snapshot():
        raise RuntimeError("fault")
    submit(store, reports=[make_report(terminal, 2)])
    assert count() == 3
