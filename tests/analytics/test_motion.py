import numpy as np

from laixi_transport.analytics.motion import motion_states
from laixi_transport.domain.fleet import MotionState


def state(received_s=1000.0, speed_kmh=40.0, alarm_bits=0, overspeeding=False, now_s=1000.0):
    [found] = motion_states([received_s], [speed_kmh], [alarm_bits], [overspeeding], now_s)
    return MotionState(found)


def test_speed_tells_moving_from_standing():
    assert state(speed_kmh=3.0) is MotionState.STOPPED
    assert state(speed_kmh=3.1) is MotionState.MOVING


def test_three_hundred_seconds_of_silence_are_still_online():
    assert state(now_s=1300.0) is MotionState.MOVING
    assert state(now_s=1300.1) is MotionState.OFFLINE


def test_emergency_and_overspeed_are_alarms():
    assert state(alarm_bits=0b1, speed_kmh=0) is MotionState.ALARM
    assert state(overspeeding=True) is MotionState.ALARM
    assert state(alarm_bits=0b10) is MotionState.MOVING  # the terminal's own overspeed flag is not our finding


def test_all_bits_of_the_alarm_word_are_read():
    assert state(alarm_bits=0xFFFF_FFFF) is MotionState.ALARM
    assert state(alarm_bits=0xFFFF_FFFE) is MotionState.MOVING


def test_a_silent_vehicle_is_offline_whatever_it_did_last():
    assert state(alarm_bits=1, overspeeding=True, now_s=5000.0) is MotionState.OFFLINE


def test_never_heard_is_offline_and_unknown_speed_is_not_moving():
    assert state(received_s=0.0, now_s=1e9) is MotionState.OFFLINE
    assert state(speed_kmh=np.nan) is MotionState.STOPPED


def test_a_fleet_is_one_array_of_bytes():
    found = motion_states(np.full(5000, 10.0), np.zeros(5000), np.zeros(5000, np.uint32), np.zeros(5000, bool), 10.0)
    assert found.dtype == np.uint8
    assert (found == MotionState.STOPPED).all()
