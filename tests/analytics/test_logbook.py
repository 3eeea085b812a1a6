"""The logbook of small tracks: trips as a driver would write them down."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.distance import distance
from laixi_transport.analytics.logbook import logbook
from laixi_transport.analytics.stops import movement

STEP_S, KMH = 10, 36.0  # 100 m from report to report


@pytest.fixture
def log(make_track):
    """Return the logbook of phases: (seconds, km/h); None is silence at a stand, "unseen" silence while driving on."""

    def make(*phases, wander_m=0.0):
        time_s, east_m, speeds = [], [], []
        at_s, east, rng = 0, 0.0, np.random.default_rng(4)
        for length_s, kmh in phases:
            for _ in range(length_s // STEP_S):
                if not isinstance(kmh, str) and kmh is not None:
                    time_s.append(at_s)
                    east_m.append(east + (rng.normal(0, wander_m) if kmh == 0 and wander_m else 0.0))
                    speeds.append(kmh)
                at_s += STEP_S
                east += {None: 0.0, "unseen": KMH}.get(kmh, kmh) / 3.6 * STEP_S
        mileage = np.round(np.asarray(east_m) / 1000, 1) + 800
        track = make_track(time_s, east_m, speeds, mileage_km=mileage)
        parts = movement(track)
        return track, parts, logbook(track, parts)

    return make


def test_a_trip_has_its_times_its_distances_and_the_longest_stop_within(log):
    _, parts, book = log((400, 0.0), (600, KMH), (180, 0.0), (600, KMH), (130, 0.0), (300, KMH), (600, 0.0))
    (trip,) = book.trips
    assert (trip.begin_s, trip.end_s) == pytest.approx((400, 2210), abs=10)
    assert trip.gnss_km == pytest.approx(15.0, abs=0.2)
    assert trip.odometer_km == pytest.approx(15.0, abs=0.2)
    assert trip.difference_km == pytest.approx(0.0, abs=0.2)
    assert trip.longest_stop == 1
    assert trip.longest_stop_s == parts.stops[1].duration_s
    assert trip.standing_s == pytest.approx(310, abs=40)
    assert trip.driving_s + trip.standing_s == pytest.approx(trip.duration_s)
    assert trip.peak_kmh == KMH
    assert trip.whole


def test_a_stay_of_five_minutes_parts_two_trips(log):
    _, _, book = log((600, KMH), (320, 0.0), (600, KMH))
    assert len(book.trips) == 2


def test_a_short_silence_driven_through_belongs_to_the_trip_which_says_so(log):
    _, _, book = log((600, KMH), (600, "unseen"), (600, KMH), (400, 0.0))
    (trip,) = book.trips
    assert trip.unseen_s == pytest.approx(610, abs=10)
    assert trip.unseen_km == pytest.approx(6.1, abs=0.1)
    assert trip.gnss_km == pytest.approx(11.9, abs=0.2), "nothing is added for what nobody saw"
    assert trip.difference_km == pytest.approx(0.0, abs=0.2)
    assert not trip.whole


def test_a_long_silence_ends_a_trip_and_both_sides_say_that_the_end_was_not_seen(log):
    _, _, book = log((600, KMH), (3600, "unseen"), (600, KMH), (400, 0.0))
    before, after = book.trips
    assert (before.after_gap, before.into_gap, after.after_gap, after.into_gap) == (False, True, True, False)
    assert before.unseen_s == after.unseen_s == 0


def test_silence_at_the_same_place_is_not_driven_over(log):
    _, _, book = log((600, KMH), (600, None), (600, KMH))
    assert [trip.into_gap for trip in book.trips] == [True, False]


def test_a_vehicle_silent_after_a_stop_and_found_there_again_is_said_to_be_found_again(log):
    _, parts, book = log((600, KMH), (150, 0.0), (3600, None), (200, 0.0), (600, KMH))
    assert book.found_again_s == (parts.gaps[0].end_s, None)
    assert [trip.after_gap or trip.into_gap for trip in book.trips] == [False, False]
    assert book.trips[0].end_s == parts.stops[0].begin_s, "what stands at the end is not driving"


def test_a_vehicle_that_came_back_by_its_odometer_was_not_there_all_the_time(make_track):
    time_s = np.concatenate((np.arange(0, 300, 10), np.arange(5000, 5300, 10)))
    mileage = np.where(time_s < 1000, 100.0, 112.0)
    track = make_track(time_s, 0.0, 0.0, mileage_km=mileage)
    assert logbook(track, movement(track)).found_again_s == (None, None)


def test_a_parked_receiver_that_wanders_makes_neither_trip_nor_distance(log):
    track, parts, book = log((7200, 0.0), wander_m=12.0)
    assert book.trips == ()
    assert distance(track, parts).gnss_km == 0.0


def test_who_only_turns_in_the_yard_makes_no_trip(make_track):
    time_s = np.arange(0, 900, 10)
    north_m = 60 * np.sin(time_s / 60)
    track = make_track(time_s, 60 * np.cos(time_s / 60), 12.0, north_m=north_m)
    assert logbook(track, movement(track)).trips == ()


def test_a_track_without_a_fix_has_an_empty_book(make_track):
    track = make_track([0, 10, 20], located=False)
    book = logbook(track, movement(track))
    assert (book.trips, book.found_again_s) == ((), ())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(2, 90).map(lambda n: n * STEP_S), st.sampled_from([0.0, KMH, None, "unseen"])),
        min_size=1,
        max_size=9,
    )
)
def test_trips_lie_apart_and_never_hold_more_than_the_day(log, phases):
    track, parts, book = log(*phases)
    whole = distance(track, parts)
    assert sum(trip.gnss_km for trip in book.trips) <= whole.gnss_km + 1e-9
    assert sum(trip.unseen_km for trip in book.trips) <= whole.unseen_km + 1e-9
    assert len(book.found_again_s) == len(parts.stops)
    for one, other in zip(book.trips, book.trips[1:], strict=False):
        assert one.last <= other.first
    for trip in book.trips:
        assert trip.driving_s + trip.standing_s + trip.unseen_s == pytest.approx(trip.duration_s)
