"""Numbers and times as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.alert import AlertState, Priority
from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.vehicle import PlateColour, VehicleClass
from laixi_transport.ui import format as text

NOON_S = 1_781_059_338  # 2026-06-10 02:42:18 UTC


def test_times_are_those_of_the_county():
    assert text.date_time(NOON_S) == "2026-06-10 10:42:18"
    assert text.clock(NOON_S) == "10:42:18"
    assert text.clock_minutes(NOON_S) == "10:42"
    assert text.date(NOON_S) == "2026-06-10"


def test_a_moment_of_another_day_carries_its_day():
    assert text.moment(NOON_S, NOON_S + 60) == "10:42:18"
    assert text.moment(NOON_S - 86400, NOON_S) == "2026-06-09 10:42:18"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (605, "10 min"),
        (3600, "1 h"),
        (10027, "2 h 47 min"),
        (86400, "1 d"),
        (270000, "3 d 3 h"),
    ],
)
def test_durations_have_two_units_at_most(seconds, expected):
    assert text.duration(seconds) == expected


def test_what_lies_ahead_of_the_clock_is_said_so():
    assert text.ago(100, 95) == "5 s ahead"
    assert text.ago(100, 103) == "3 s ago"


@pytest.mark.parametrize(
    "show",
    [text.clock, text.date_time, text.duration, text.speed, text.distance, text.mileage, text.percent, text.size,
     text.number, text.altitude, text.direction],
)  # fmt: skip
@pytest.mark.parametrize("missing", [None, math.nan])
def test_what_is_not_known_is_a_dash(show, missing):
    assert show(missing) == text.NONE


@pytest.mark.parametrize(
    ("speed_kmh", "limit_kmh", "shown", "over"),
    [
        (60.4, 60.0, "60.4", True),
        (60.0, 60.0, "60", False),
        (59.6, 60.0, "60", False),
        (63.4, 60.0, "63", True),
        (60.04, 60.0, "60", False),
        (60.4, None, "60", False),
    ],
)
def test_a_speed_never_reads_as_the_limit_while_it_counts_as_over_it(speed_kmh, limit_kmh, shown, over):
    assert text.speed(speed_kmh, limit_kmh, unit=False) == shown
    assert text.is_over(speed_kmh, limit_kmh) == over


def test_a_speed_over_the_limit_says_by_how_much():
    assert text.speed_over(63, 50) == "63/50 (26 %)"
    assert text.speed_over(63, None) == "63 km/h"


@pytest.mark.parametrize(
    ("speed_kmh", "shown"),
    [(69.5, "69.5/60 (15 %)"), (70.5, "70.5/60 (17 %)"), (71.9, "71.9/60 (19 %)"), (72.0, "72/60 (20 %)")],
)
def test_a_share_over_the_limit_follows_from_what_is_shown_and_claims_no_more(speed_kmh, shown):
    assert text.speed_over(speed_kmh, 60) == shown


@pytest.mark.parametrize(
    ("plate", "shown"),
    [("鲁B00042D", "鲁B·00042D"), ("鲁B·0123", "鲁B·0123"), ("13900000001", "13900000001"), ("鲁", "鲁"), ("", "")],
)
def test_plates_carry_their_dot(plate, shown):
    assert text.plate(plate) == shown


@given(st.text(max_size=12))
def test_a_plate_is_not_dotted_twice(plate):
    assert text.plate(text.plate(plate)) == text.plate(plate)


def test_coordinates_name_their_hemisphere():
    assert text.coordinate(36.8612, -120.5) == "36.86120° N, 120.50000° W"


def test_sizes_use_powers_of_ten():
    assert text.size(31_400_000_000) == "31.4 GB"
    assert text.size(512) == "512 B"


@given(st.floats(0, 360))
def test_every_direction_has_a_name(degrees):
    assert "(" in text.direction(degrees)


def test_every_member_has_a_word():
    for members, show in (
        (MotionState, text.motion),
        (VehicleClass, text.vehicle_class),
        (PlateColour, text.plate_colour),
        (Priority, text.priority),
        (AlertState, text.alert_state),
    ):
        words = [show(member) for member in members]
        assert all(words)
        assert len(set(words)) == len(words)
