import pytest

from laixi_transport.analytics.position_filter import Fault, Fix, PositionFilter

LAST = Fix(1000, 36.86, 120.53, 30, received_s=1000)


def fix(**changes):
    return Fix(1010, 36.8601, 120.53, 30, received_s=1010)._replace(**changes)


@pytest.mark.parametrize(
    ("chosen", "changes", "fault"),
    [
        ({"invalid": True}, {"located": False}, Fault.NOT_LOCATED),
        ({"invalid": True}, {"lat_deg": 91.0}, Fault.NOT_LOCATED),
        ({"zero": True}, {"lat_deg": 0.0, "lon_deg": 0.0}, Fault.ZERO),
        ({"past_s": 3600}, {"time_s": 1e9 - 4000}, Fault.PAST),
        ({}, {"time_s": 1e9 + 90_000}, Fault.FUTURE),
        ({"duplicate": True}, {"time_s": 1000}, Fault.DUPLICATE),
        ({"backwards": True}, {"time_s": 999}, Fault.BACKWARDS),
        ({"still": True}, {"speed_kmh": 0.0}, Fault.STILL),
        ({"least_m": 20}, {}, Fault.NEAR),
        ({"least_s": 11}, {}, Fault.TOO_SOON),
        ({"fastest_kmh": 100}, {"lat_deg": 36.87}, Fault.TOO_FAST),
        ({"fastest_kmh": 100}, {"speed_kmh": 101.0}, Fault.TOO_FAST),
    ],
)
def test_each_limit_finds_its_fault_and_none_when_it_is_off(chosen, changes, fault):
    now_s = 1e9 if changes.get("time_s", 0) > 1e6 else 1010
    assert PositionFilter(**chosen).judge(fix(**changes), LAST, now_s) == fault
    assert PositionFilter(future_s=None).judge(fix(**changes), LAST, now_s) == Fault.NONE
    assert PositionFilter(**chosen).judge(fix(), None, 1010) == Fault.NONE


def test_silence_or_an_alarm_makes_a_still_report_news():
    still = PositionFilter(still=True, keep_after_s=60, keep_with=frozenset({"alarm"}))
    assert still.judge(fix(speed_kmh=0.0), LAST) == Fault.STILL
    assert still.judge(fix(speed_kmh=0.0, received_s=1061), LAST) == Fault.NONE
    assert still.judge(fix(speed_kmh=0.0, items=("alarm",)), LAST) == Fault.NONE
