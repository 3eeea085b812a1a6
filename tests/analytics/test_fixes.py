import numpy as np

from laixi_transport.analytics.fixes import doubtful

time_s = np.arange(0, 600, 10)


def test_a_jump_away_and_back_is_doubtful(make_track):
    east = time_s * 10.0
    east[20] += 400
    assert np.flatnonzero(doubtful(make_track(time_s, east, 36))).tolist() == [20]


def test_a_real_turn_back_is_believed(make_track):
    east = np.where(time_s < 300, time_s, 600 - time_s) * 20.0
    assert not doubtful(make_track(time_s, east, 72)).any()


def test_noise_of_the_receiver_is_believed(make_track):
    east = np.random.default_rng(5).normal(0, 8, len(time_s))
    assert not doubtful(make_track(time_s, east, 0)).any()


def test_reports_without_a_fix_are_no_witnesses(make_track):
    located = time_s != 200
    east = np.where(located, time_s * 10.0, 1e6)
    assert not doubtful(make_track(time_s, east, 36, located=located)).any()


def test_an_unknown_speed_allows_nothing(make_track):
    east = np.zeros(len(time_s))
    east[20] = 500
    assert np.flatnonzero(doubtful(make_track(time_s, east, np.nan))).tolist() == [20]
