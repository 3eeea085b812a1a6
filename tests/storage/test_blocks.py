import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.position import CONTENT, PositionReport
from laixi_transport.storage import blocks
from laixi_transport.storage.blocks import Columns, DamagedBlockError, encode

HOUR_BEGIN_S = 1_763_899_200
u8, u16, u32 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32))


def maybe(numbers):
    return st.one_of(st.none(), numbers)


a_report = st.builds(
    PositionReport,
    terminal_id=st.integers(1, 2**31 - 1),
    vehicle_id=st.just(7),
    time_s=st.integers(HOUR_BEGIN_S, HOUR_BEGIN_S + 3599),
    lat_e6=st.integers(-90_000_000, 90_000_000),
    lon_e6=st.integers(-180_000_000, 180_000_000),
    altitude_m=st.integers(-(2**15), 2**15 - 1),
    speed_dkmh=u16,
    direction_deg=u16,
    alarm_bits=u32,
    status_bits=u32,
    mileage_hm=maybe(u32),
    fuel_dl=maybe(u16),
    recorder_speed_dkmh=maybe(u16),
    signal_bits=maybe(u32),
    io_bits=maybe(u16),
    analog=maybe(u32),
    signal_strength=maybe(u8),
    satellites=maybe(u8),
    other_items=st.binary(max_size=40),
    flags=st.integers(0, 7),
    received_us=st.integers(0, 2**50),
)
hours = st.lists(a_report, min_size=1, max_size=30).map(lambda found: sorted(found, key=lambda r: r.time_s))


def kept(report):
    """Return a report with the time of reception as a block keeps it."""
    return report._replace(received_us=report.received_us // 10_000 * 10_000)


@given(hours)
def test_a_block_gives_back_every_report(reports):
    block = encode(Columns.of(reports))
    assert blocks.reports(7, block.track, block.details) == [kept(r) for r in reports]


@given(hours)
def test_the_content_is_not_changed_by_packing(reports):
    block = encode(Columns.of(reports))
    unpacked = blocks.reports(7, block.track, block.details)
    assert [r[CONTENT] for r in unpacked] == [r[CONTENT] for r in reports]


@given(st.lists(hours, min_size=1, max_size=4))
def test_joined_blocks_are_the_tracks_one_after_the_other(several):
    parts = [encode(Columns.of(reports)).track for reports in several]
    joined = blocks.track(7, parts)
    single = [blocks.track(7, [part]) for part in parts]
    for name in (f.name for f in dataclasses.fields(joined) if f.name != "vehicle_id"):
        expected = np.concatenate([getattr(track, name) for track in single])
        np.testing.assert_array_equal(getattr(joined, name), expected)


@given(hours)
def test_a_track_shows_the_numbers_of_the_reports(reports):
    track = blocks.track(7, [encode(Columns.of(reports)).track])
    assert track.time_s.tolist() == [r.time_s for r in reports]
    np.testing.assert_allclose(track.lat_deg, [r.lat_e6 / 1e6 for r in reports], atol=1e-12)
    np.testing.assert_allclose(track.speed_kmh, [r.speed_dkmh / 10 for r in reports])
    assert track.status_bits.tolist() == [r.status_bits for r in reports]
    assert track.altitude_m.tolist() == [r.altitude_m for r in reports]
    for shown, field in ((track.mileage_km, "mileage_hm"), (track.recorder_speed_kmh, "recorder_speed_dkmh")):
        expected = [np.nan if getattr(r, field) is None else getattr(r, field) / 10 for r in reports]
        np.testing.assert_allclose(shown, expected)


@given(hours)
def test_the_box_holds_exactly_the_reports_with_a_fix(reports):
    block = encode(Columns.of(reports))
    located = [r for r in reports if r.located]
    box = (block.min_lat_e6, block.max_lat_e6, block.min_lon_e6, block.max_lon_e6)
    if located:
        lat, lon = [r.lat_e6 for r in located], [r.lon_e6 for r in located]
        assert box == (min(lat), max(lat), min(lon), max(lon))
    else:
        assert box == (None, None, None, None)
    assert (block.n, block.begin_s, block.end_s) == (len(reports), reports[0].time_s, reports[-1].time_s)


@given(hours, st.data())
def test_a_damaged_block_never_passes_for_a_good_one(reports, data):
    block = encode(Columns.of(reports))
    whole = block.track + block.details
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = bytearray(whole)
    broken[at] ^= data.draw(st.integers(1, 255))
    cut = len(block.track)
    assert blocks.digest(bytes(broken[:cut]), bytes(broken[cut:])) != block.digest


def test_a_truncated_block_is_told(make_report, terminal_7):
    block = encode(Columns.of([make_report(terminal_7, i) for i in range(20)]))
    with pytest.raises(DamagedBlockError):
        blocks.track(7, [block.track[:-5]])
    with pytest.raises(DamagedBlockError):
        blocks.track(7, [b"\x02" + block.track[1:]])


@pytest.mark.parametrize(
    ("field", "number"),
    [("speed_dkmh", 70_000), ("lat_e6", 2**31), ("altitude_m", -40_000), ("recorder_speed_dkmh", 2**16)],
)
def test_a_number_too_large_for_its_column_is_refused(make_report, terminal_7, field, number):
    reports = [make_report(terminal_7, 0), make_report(terminal_7, 1, **{field: number})]
    with pytest.raises(ValueError, match="does not fit"):
        encode(Columns.of(reports))
