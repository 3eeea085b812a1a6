"""Lanes from what the list of hours knows, finer where hours were read; time is never told twice or made up."""

import numpy as np
import pytest

from laixi_transport.domain.fleet_track import HourList
from laixi_transport.services.playback.places import STANDING, FleetFixes
from laixi_transport.ui.pages.playback.lanes import LaneBook, by_the_hour
from laixi_transport.ui.timeline.lane import Activity

HOUR = 494_728
BEGIN_S = HOUR * 3600.0


def hour_list(rows, vehicles=2):
    """Return a list of rows (vehicle, hour, first second, last second, width in 1e-6 degrees)."""
    owner = [row[0] for row in rows]
    wide = np.array([row[4] for row in rows], np.float64)
    return HourList(
        np.arange(vehicles) + 1,
        np.searchsorted(owner, np.arange(vehicles + 1)),
        *(np.array(column, np.int64) for column in (
            [HOUR + row[1] for row in rows],
            [10] * len(rows),
            [int(BEGIN_S) + row[1] * 3600 + row[2] for row in rows],
            [int(BEGIN_S) + row[1] * 3600 + row[3] for row in rows],
        )),
        np.zeros(len(rows)), wide, np.zeros(len(rows)), wide,
    )  # fmt: skip


def told(lane):
    """Return what a lane tells: activity, from and to in seconds after the beginning."""
    rows = zip(lane.activity.tolist(), lane.begin_s - BEGIN_S, lane.end_s - BEGIN_S, strict=True)
    return sorted((int(b), int(e), Activity(a).name) for a, b, e in rows)


def test_hours_join_unless_silence_lies_between():
    rows = [(0, 0, 0, 3590, 5000), (0, 1, 5, 3595, 5000), (0, 2, 1000, 3500, 10), (1, 4, 0, 100, np.nan)]
    first, second = _book(rows).lanes({})
    assert told(first) == [(0, 7195, "ROUGH"), (7195, 8200, "GAP"), (8200, 10_700, "STOP")]
    assert told(second) == [(14_400, 14_500, "GAP")]


def test_an_hour_that_was_read_replaces_what_was_rough():
    book = _book([(0, 0, 0, 3590, 5000), (0, 1, 5, 3595, 5000)])
    times = np.concatenate((np.arange(3600, 4200, 10), np.arange(4200, 4800, 10), np.arange(5400, 7200, 10)))
    flags = np.where((times >= 4200) & (times < 4800), STANDING, 0).astype(np.uint8)
    short, place = np.full(len(times), 100, np.uint16), np.zeros(len(times), np.int32)
    fixes = FleetFixes.of(
        np.array([1, 2]), (BEGIN_S + 3600, BEGIN_S + 7200), np.zeros(len(times), np.int64),
        (times + BEGIN_S).astype(np.int64), lon_e6=place, lat_e6=place, speed_dkmh=short, direction_deg=short,
        flags=flags,
    )  # fmt: skip
    book.add_read(HOUR + 1, fixes)
    first, _ = book.lanes({})
    assert told(first) == [
        (0, 3600, "ROUGH"), (3600, 4200, "DRIVING"), (4200, 4790, "STOP"), (4790, 5400, "GAP"), (5400, 7190, "DRIVING"),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 1])
def test_few_hours_are_no_error(count):
    spans = by_the_hour(hour_list([(0, 0, 0, 3590, 5000)][:count]))
    assert len(spans.owner) == count


def _book(rows):
    book = LaneBook([1, 2], ["A", "B"])
    book.add_hours(hour_list(rows))
    return book
