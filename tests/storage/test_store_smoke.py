def test_a_stored_report_is_on_the_track(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, i) for i in range(10)])
    assert len(store.tracks.track(terminal.vehicle_id, 0, 2**40)) == 10
    assert store.stats().stored == 10
