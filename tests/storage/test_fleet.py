def settled(store):
    store.writer.run(store.writer.settle).result()
    return store.fleet.states()[1]


def test_the_newest_report_counts_whatever_the_order(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, i) for i in (3, 9, 1)])
    submit(store, reports=[make_report(terminal, 5)])
    (state,) = settled(store)
    newest = make_report(terminal, 9)
    assert (state.vehicle_id, state.time_s) == (terminal.vehicle_id, newest.time_s)
    assert (state.lat_deg, state.lon_deg) == (newest.lat_e6 * 1e-6, newest.lon_e6 * 1e-6)
    assert (state.speed_kmh, state.mileage_km, state.satellites) == (40.9, 100.9, 14)
    assert state.received_s == newest.received_us * 1e-6


def test_without_a_fix_the_last_place_stays(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, 1), make_report(terminal, 2, status_bits=1, lat_e6=0, lon_e6=0)])
    (state,) = settled(store)
    placed = make_report(terminal, 1)
    assert (state.time_s, state.located_time_s) == (make_report(terminal, 2).time_s, placed.time_s)
    assert state.lat_deg == placed.lat_e6 * 1e-6


def test_a_fix_at_zero_zero_is_none_and_the_last_place_stays(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, 1), make_report(terminal, 2, status_bits=3, lat_e6=0, lon_e6=0)])
    (state,) = settled(store)
    assert (state.located_time_s, state.lat_deg) == (
        make_report(terminal, 1).time_s,
        make_report(terminal, 1).lat_e6 * 1e-6,
    )


def test_a_vehicle_that_never_had_a_fix_says_so(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, 1, status_bits=1)])
    assert settled(store)[0].located_time_s == 0


def test_a_clock_that_ran_ahead_does_not_hide_what_comes_after(store, terminal, make_report, submit):
    now = make_report(terminal, 0)
    submit(store, reports=[now._replace(time_s=now.time_s + 86400)])
    submit(store, reports=[make_report(terminal, 60)])
    assert settled(store)[0].time_s == make_report(terminal, 60).time_s


def test_a_clock_of_ours_that_falls_back_does_not_hide_what_comes_after(store, terminal, make_report, submit):
    """The board's battery is dead: the machine starts in the year 2000 and the window must live on."""
    in_2000_us = 946_684_800_000_000
    submit(store, reports=[make_report(terminal, 0)])
    for i in (1, 2):
        submit(store, reports=[make_report(terminal, i, received_us=in_2000_us + i)])
        assert settled(store)[0].time_s == make_report(terminal, i).time_s


def test_only_what_changed_is_returned(store, terminal, make_report, submit):
    other = store.register.enter_terminal("13900000002")
    submit(store, reports=[make_report(terminal, 0), make_report(other, 0)])
    settled(store)
    version, states = store.fleet.states()
    assert len(states) == 2
    assert store.fleet.states(version) == (version, [])
    submit(store, reports=[make_report(other, 1)])
    settled(store)
    newer, states = store.fleet.states(version)
    assert newer > version
    assert [s.vehicle_id for s in states] == [other.vehicle_id]


def test_states_are_written_without_being_asked_for(store, terminal, make_report, submit):
    import time

    submit(store, reports=[make_report(terminal, 0)])
    deadline = time.monotonic() + 20
    while not store.fleet.states()[1]:
        assert time.monotonic() < deadline
        store.writer.run(lambda session: None).result()
    assert store.fleet.states()[1][0].time_s == make_report(terminal, 0).time_s


def test_some_states_are_those_of_all(store, terminal, make_report, submit):
    other = store.register.enter_terminal("13900000002")
    submit(store, reports=[make_report(terminal), make_report(other, 1)])
    store.writer.run(store.writer.settle).result(20)
    _, states = store.fleet.states()
    assert [state.vehicle_id for state in states] == [terminal.vehicle_id, other.vehicle_id]
    assert store.fleet.some([other.vehicle_id, 99]) == states[1:]
