"""Faults: as often as asked, the same for the same seed, each as it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import FrameParser, encode_frame
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.problem import Problem
from laixi_transport.services.simulation.faults import FaultCounts, FaultDice, Faults, parse_faults

REPORT = PositionReport(0, 0, 1_700_000_000, 36_859_170, 120_526_940, 40, 310, 90, 0, 3, *(None,) * 8, b"", 0, 0)


def test_faults_come_as_often_as_asked() -> None:
    counts = FaultCounts()
    dice = FaultDice(Faults(drop=0.1, duplicate=0.3), "seed", counts)
    for _ in range(4000):
        dice.throw()
    assert counts.drop == pytest.approx(400, abs=80)
    assert counts.duplicate == pytest.approx(0.9 * 1200, abs=120), "a dropped report cannot be sent twice"
    assert counts.delay == counts.jump == 0


def test_the_same_seed_strikes_the_same_reports() -> None:
    faults = Faults(drop=0.2, duplicate=0.2, delay=0.2, corrupt=0.2, jump=0.2, blind_area=0.2)
    one, two = (FaultDice(faults, "seed", FaultCounts()) for _ in range(2))
    assert [one.throw() for _ in range(200)] == [two.throw() for _ in range(200)]


@given(st.binary(max_size=200), st.integers(0, 0xFFFF), st.text("0123456789", min_size=1, max_size=12), st.integers())
def test_a_corrupted_frame_is_refused_once_for_its_checksum(body: bytes, sequence: int, phone: str, seed: int) -> None:
    counts = FaultCounts()
    frame = encode_frame(0x0200, phone, sequence, body)
    parser = FrameParser()
    assert parser.feed(FaultDice(Faults(), str(seed), counts).corrupted(frame)) == []
    assert [refused.reason for refused in parser.take_refused()] == [Refusal.CHECKSUM]
    assert counts.corrupt == 1


def test_a_jump_goes_kilometres() -> None:
    jumped = FaultDice(Faults(), "seed", FaultCounts()).jumped(REPORT)
    assert abs(jumped.lat_e6 - REPORT.lat_e6) >= 30_000
    assert jumped._replace(lat_e6=REPORT.lat_e6, lon_e6=REPORT.lon_e6) == REPORT


@pytest.mark.parametrize("values", [{"drop": 1.5}, {"drop": -0.1}, {"nonsense": 0.5}])
def test_what_is_no_fault_is_told(values: dict[str, float]) -> None:
    with pytest.raises(Problem, match="is no fault"):
        parse_faults(values)


def test_a_probability_above_one_is_a_programmer_s_mistake() -> None:
    with pytest.raises(ValueError, match="probability"):
        Faults(jump=2)
