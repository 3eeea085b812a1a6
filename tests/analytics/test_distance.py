import numpy as np
import pytest

from laixi_transport.analytics.distance import distance, odometer_km, way_m
from laixi_transport.analytics.stops import movement


def test_both_ways_of_measuring_agree_on_a_plain_drive(make_track):
    time_s = np.arange(0, 3610, 10)
    track = make_track(time_s, time_s * 10.0, 36, mileage_km=np.floor(1000 + time_s / 10) / 10)
    found = distance(track, movement(track))
    assert found.odometer_km == pytest.approx(36, abs=0.1)
    assert found.gnss_km == pytest.approx(36, rel=1e-3)
    assert found.difference_km == pytest.approx(0, abs=0.2)


def test_the_straight_line_over_a_gap_is_counted_apart(make_track):
    track = make_track([0, 10, 1000, 1010], [0, 100, 9000, 9100], 36, mileage_km=[5.0, 5.1, 15.0, 15.1])
    found = distance(track, movement(track))
    assert found.gnss_km == pytest.approx(0.2, rel=1e-3)
    assert found.unseen_km == pytest.approx(8.9, rel=1e-3)
    assert found.odometer_km == pytest.approx(10.1)
    assert found.difference_km == pytest.approx(1.0, abs=0.01)


def test_wandering_while_parked_is_no_distance(make_track):
    rng = np.random.default_rng(3)
    track = make_track(np.arange(0, 3600, 10), rng.normal(0, 8, 360), 0)
    assert distance(track, movement(track)).gnss_km == 0


@pytest.mark.parametrize(("away", "gone_m"), [(slice(54, None), 5800), (slice(20, 40), 5600), (slice(0, 5), 5700)])
def test_a_step_that_nothing_drives_is_no_distance(make_track, away, gone_m):
    time_s = np.arange(0, 600, 10)
    east = time_s * 10.0
    east[away] += 40_000
    track = make_track(time_s, east, 36)
    parts = movement(track)
    assert distance(track, parts).gnss_km == pytest.approx(gone_m / 1000, abs=0.01)
    assert way_m(track, parts)[-1] == pytest.approx(gone_m, abs=10)


def test_a_jump_of_the_position_is_no_distance(make_track):
    time_s = np.arange(0, 600, 10)
    east = time_s * 10.0
    east[30] += 3000
    track = make_track(time_s, east, 36)
    assert distance(track, movement(track)).gnss_km == pytest.approx(5.9, rel=1e-3)


def test_an_odometer_set_back_or_forward_does_not_spoil_the_day(make_track):
    track = make_track(np.arange(5) * 60, 0, 36, mileage_km=[100.0, 100.5, 0.0, 0.4, 9999.0])
    assert odometer_km(track) == pytest.approx(0.9)


def test_reports_without_mileage_are_skipped(make_track):
    track = make_track(np.arange(4) * 60, 0, 36, mileage_km=[10.0, np.nan, np.nan, 11.5])
    assert odometer_km(track) == pytest.approx(1.5)


@pytest.mark.parametrize("mileage", [np.nan, [np.nan, 7.0]])
def test_one_reading_is_no_distance(make_track, mileage):
    track = make_track([0, 10], 0, 36, mileage_km=mileage)
    found = distance(track, movement(track))
    assert found.odometer_km is None
    assert found.difference_km is None


def test_the_way_grows_along_the_stretches_and_stands_still_elsewhere(make_track):
    time_s = np.append(np.arange(0, 600, 10), np.arange(2000, 2600, 10))
    east = np.append(np.minimum(time_s[:60], 300) * 10.0, 9000 + (time_s[60:] - 2000) * 10.0)
    east[20] += 2000
    track = make_track(time_s, east, np.where((time_s < 300) | (time_s >= 2000), 36, 0))
    parts = movement(track)
    way = way_m(track, parts)
    assert way[20] == way[19]
    assert way[30:61] == pytest.approx(np.full(31, 3000), rel=2e-3)
    assert way[-1] / 1000 == pytest.approx(distance(track, parts).gnss_km)
