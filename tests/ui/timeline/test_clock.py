"""Laws of the playback clock."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui.timeline.clock import FASTEST, SLOWEST, SPEEDS, PlaybackClock

BEGIN, END = 1_000.0, 87_400.0


class Elapsed:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 500.0

    def __call__(self) -> float:
        return self.now_s


def make_clock(at_s=5_000.0):
    elapsed = Elapsed()
    clock = PlaybackClock(elapsed_s=elapsed)
    clock.set_period(BEGIN, END, at_s)
    clock.set_samples(np.arange(BEGIN, END, 10.0))
    return clock, elapsed


speeds = st.floats(0.01, 1000.0)


@given(st.lists(speeds, min_size=1, max_size=20), st.floats(BEGIN, END))
def test_no_sequence_of_speeds_changes_the_moment(qapp, sequence, at_s):
    clock, elapsed = make_clock(at_s)
    told = []
    clock.moved.connect(told.append)
    clock.play()
    at_s = clock.at  # playing from the very end begins anew
    told.clear()
    for speed in sequence:
        elapsed.now_s += 0.7  # time passes between the ticks as well
        clock.set_speed(speed)
        assert clock.at == at_s
    assert told == []
    clock.pause()
    assert clock.at == at_s


@given(st.lists(st.tuples(st.sampled_from(["speed", "play", "back", "pause", "step", "wait"]), speeds), max_size=30))
def test_the_moment_is_the_sum_of_what_was_played(qapp, script):
    """A model of the clock: ``at`` moves by speed times elapsed time while playing, by a sample at a step."""
    clock, elapsed = make_clock(40_000.0)
    model_at, playing, direction, speed = 40_000.0, False, 1, 1.0
    samples = np.arange(BEGIN, END, 10.0)
    for what, value in script:
        if what == "speed":
            clock.set_speed(value)
            speed = min(FASTEST, max(SLOWEST, value))
        elif what in ("play", "back"):
            direction = 1 if what == "play" else -1
            clock.play(direction)
            playing = True
        elif what == "pause":
            clock.pause()
            playing = False
        elif what == "step":
            way = 1 if value > 10 else -1
            clock.step(way)
            playing = False
            beside = samples[samples > model_at][:1] if way > 0 else samples[samples < model_at][-1:]
            model_at = float(beside[0])
        else:
            wait_s = min(value, 10.0)
            elapsed.now_s += wait_s
            clock.tick()
            if playing:
                model_at += wait_s * speed * direction
        assert clock.at == pytest.approx(model_at, abs=1e-5)
        assert clock.playing == playing
    clock.pause()


def test_a_thousand_late_ticks_do_not_make_it_drift(qapp):
    clock, elapsed = make_clock(BEGIN)
    clock.set_speed(7)
    clock.play()
    rng = np.random.default_rng(8)
    for pause_s in rng.exponential(0.1, 1000):
        elapsed.now_s += pause_s
        clock.tick()
    clock.pause()
    assert clock.at == pytest.approx(BEGIN + 7 * (elapsed.now_s - 500.0), abs=1e-6)


def test_playing_stops_at_the_end_and_begins_anew_from_there(qapp):
    clock, elapsed = make_clock(END - 5)
    clock.play()
    elapsed.now_s += 60
    clock.tick()
    assert (clock.at, clock.playing) == (END, False)
    clock.play()
    assert (clock.at, clock.playing) == (BEGIN, True)
    clock.pause()


def test_playing_backwards_stops_at_the_beginning(qapp):
    clock, elapsed = make_clock(BEGIN + 5)
    clock.play(-1)
    elapsed.now_s += 2
    clock.tick()
    assert clock.at == BEGIN + 3
    elapsed.now_s += 60
    clock.tick()
    assert (clock.at, clock.playing) == (BEGIN, False)


def test_a_seek_while_playing_goes_on_from_there(qapp):
    clock, elapsed = make_clock()
    clock.play()
    elapsed.now_s += 100
    clock.seek(20_000.0)
    elapsed.now_s += 1
    clock.tick()
    assert clock.at == 20_001.0
    clock.pause()


def test_steps_go_to_the_samples_beside_the_moment_and_stay_at_the_ends(qapp):
    clock, _ = make_clock(105.0)
    clock.set_period(100.0, 130.0, 105.0)
    clock.set_samples([100.0, 110.0, 110.0, 120.0])
    went = []
    for way in (1, 1, 1, -1, -1, -1):
        clock.step(way)
        went.append(clock.at)
    assert went == [110.0, 120.0, 120.0, 110.0, 100.0, 100.0]


def test_a_step_pauses(qapp):
    clock, _ = make_clock()
    clock.play()
    clock.step(1)
    assert not clock.playing


def test_forwards_and_backwards_again_play_faster(qapp):
    clock, _ = make_clock()
    clock.forwards()
    assert (clock.playing, clock.direction, clock.speed) == (True, 1, 1.0)
    clock.forwards()
    assert clock.speed == 2.0
    clock.backwards()
    assert (clock.direction, clock.speed) == (-1, 2.0)
    clock.backwards()
    assert clock.speed == 5.0
    clock.pause()


def test_faster_and_slower_walk_the_offered_speeds_and_stay_at_the_ends(qapp):
    clock, _ = make_clock()
    clock.set_speed(3.3)
    clock.faster()
    assert clock.speed == 5.0
    for _ in SPEEDS:
        clock.faster()
    assert clock.speed == FASTEST
    for _ in SPEEDS:
        clock.slower()
    assert clock.speed == SLOWEST


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_speed_is_refused(qapp, speed):
    clock, _ = make_clock()
    with pytest.raises(ValueError, match="no speed"):
        clock.set_speed(speed)


def test_a_moment_that_is_no_number_is_refused(qapp):
    clock, _ = make_clock()
    with pytest.raises(ValueError, match="no moment"):
        clock.seek(float("nan"))


def test_another_period_keeps_the_moment_if_it_can(qapp):
    clock, _ = make_clock(5_000.0)
    clock.set_period(4_000.0, 6_000.0)
    assert clock.at == 5_000.0
    clock.set_period(7_000.0, 8_000.0)
    assert clock.at == 7_000.0
    with pytest.raises(ValueError, match="before it begins"):
        clock.set_period(2.0, 1.0)


def test_the_real_timer_moves_it_at_the_speed_set(qtbot):
    import time

    clock = PlaybackClock()
    clock.set_period(0.0, 100_000.0, 0.0)
    clock.set_speed(20)
    begun_s = time.perf_counter()
    clock.play()
    qtbot.waitUntil(lambda: clock.at > 6, timeout=5000)
    clock.pause()
    took_s = time.perf_counter() - begun_s
    assert clock.at <= 20 * took_s
    assert clock.at > 0


@given(st.floats(BEGIN, END - 2), st.floats(1.0, 5000.0), st.lists(st.floats(0.01, 50.0), max_size=15), st.booleans())
def test_a_loop_is_never_left_by_playing_and_loses_no_time(qapp, first, length, waits, forwards):
    clock, elapsed = make_clock(first)
    clock.set_loop(first, first + length)
    first, last = clock.loop
    clock.set_speed(60)
    clock.play(1 if forwards else -1)
    came_from = clock.at
    passed = 0.0
    for wait_s in waits:
        elapsed.now_s += wait_s
        passed += wait_s * 60 * (1 if forwards else -1)
        clock.tick()
        assert clock.playing
        assert first <= clock.at <= last
        wanted = (came_from + passed - first) % (last - first)
        apart = abs(clock.at - first - wanted)
        assert min(apart, last - first - apart) < 1e-3
    clock.pause()


def test_who_seeks_outside_the_loop_stays_there_until_playing_leads_back(qapp):
    clock, elapsed = make_clock(2_000.0)
    clock.set_loop(3_000.0, 4_000.0)
    assert clock.at == 2_000.0
    clock.play()
    assert clock.at == 3_000.0
    clock.seek(5_000.0)
    elapsed.now_s += 10
    clock.tick()
    assert clock.at == 5_010.0
    clock.pause()
    clock.play(-1)
    assert clock.at == 4_000.0
    clock.pause()


def test_a_loop_is_cut_at_the_period_and_goes_with_another_one(qapp):
    clock, _ = make_clock()
    told = []
    clock.changed.connect(lambda: told.append(clock.loop))
    clock.set_loop(END + 50.0, END - 100.0)
    assert clock.loop == (END - 100.0, END)
    clock.set_loop(3_000.0, 3_000.2)  # shorter than a second: none
    assert clock.loop is None
    clock.set_loop(3_000.0, 4_000.0)
    clock.set_period(3_500.0, 6_000.0)
    assert clock.loop is None
    assert told[:2] == [(END - 100.0, END), None]
    with pytest.raises(ValueError, match="loop"):
        clock.set_loop(float("nan"), 1.0)


def test_both_ends_of_a_loop_can_be_set_at_the_moment(qapp):
    clock, _ = make_clock(3_000.0)
    clock.loop_to_here()
    assert clock.loop == (BEGIN, 3_000.0)
    clock.seek(4_000.0)
    clock.loop_from_here()
    assert clock.loop == (4_000.0, END)
    clock.seek(5_000.0)
    clock.loop_to_here()
    assert clock.loop == (4_000.0, 5_000.0)
    clock.clear_loop()
    assert clock.loop is None


def test_both_ends_at_one_moment_make_no_loop_and_forget_none(qapp):
    clock, _ = make_clock(3_000.0)
    clock.loop_from_here()
    clock.loop_to_here()
    assert clock.loop == (3_000.0, END)
    clock.seek(3_000.4)
    clock.loop_to_here()
    assert clock.loop == (3_000.0, END)
    clock.seek(4_000.0)
    clock.loop_to_here()
    clock.loop_from_here()
    assert clock.loop == (3_000.0, 4_000.0)
