"""The same report of the same terminal is stored once, whichever way it comes again."""

from collections import Counter

import pytest

from laixi_transport.domain.frame import RefusedFrame
from laixi_transport.domain.position import StatusBit
from laixi_transport.storage import open_store
from laixi_transport.storage.ingest import Ingest, content_hash

LATER_S = 10 * 86400


def totals(store):
    stats = store.stats()
    assert stats.received == stats.stored + stats.duplicates + stats.quarantined
    return stats.stored, stats.duplicates, stats.quarantined


def stored_contents(store, terminal):
    return Counter(r[:19] for r in store.tracks.reports(terminal.vehicle_id, 0, 2**40))


def test_twice_in_one_batch(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, 0), make_report(terminal, 1), make_report(terminal, 0)])
    assert totals(store) == (2, 1, 0)


def test_in_a_later_batch_with_another_time_of_reception(store, terminal, make_report, submit):
    submit(store, reports=[make_report(terminal, i) for i in range(5)])
    again = [make_report(terminal, i, received_us=2 * 10**15, flags=1) for i in range(7)]
    submit(store, reports=again)
    assert totals(store) == (7, 5, 0)


def test_after_the_hour_was_sealed(store, terminal, make_report, submit, begin_s):
    reports = [make_report(terminal, i) for i in range(400)]
    submit(store, reports=reports)
    assert store.seal(begin_s + LATER_S).positions == 400
    submit(store, reports=[*reports[::-1], make_report(terminal, 400)])
    assert totals(store) == (401, 400, 0)


def test_after_the_hour_was_sealed_and_the_program_started_again(database_url, make_report, submit, begin_s):
    with open_store(database_url) as store:
        terminal = store.register.enter_terminal("13900000001")
        reports = [make_report(terminal, i) for i in range(50)]
        submit(store, reports=reports)
        store.seal(begin_s + LATER_S)
    with open_store(database_url) as store:
        submit(store, reports=reports)
        assert totals(store) == (50, 50, 0)


def test_a_late_report_joins_its_sealed_hour_once(store, terminal, make_report, submit, begin_s):
    early = [make_report(terminal, i) for i in range(0, 100, 2)]
    late = [make_report(terminal, i) for i in range(1, 100, 2)]
    submit(store, reports=early)
    store.seal(begin_s + LATER_S)
    submit(store, reports=late + early)
    submit(store, reports=late)
    store.seal(begin_s + 2 * LATER_S)
    submit(store, reports=late + early)
    assert totals(store) == (100, 200, 0)
    found = store.tracks.reports(terminal.vehicle_id, 0, 2**40)
    assert [r.time_s for r in found] == [begin_s + 10 * i for i in range(100)]
    assert set(stored_contents(store, terminal).values()) == {1}
    assert store.tracks.reports_after(0, 10) == []


def test_after_the_terminal_was_moved_to_another_vehicle(store, terminal, make_report, submit, begin_s):
    fresh, sealed = make_report(terminal, 1000), make_report(terminal, 0)
    submit(store, reports=[sealed])
    store.seal(begin_s + LATER_S)
    submit(store, reports=[fresh])
    moved = store.register.enter_terminal(terminal.phone, plate="鲁B00043D")
    assert moved.vehicle_id != terminal.vehicle_id
    submit(store, reports=[r._replace(vehicle_id=moved.vehicle_id) for r in (fresh, sealed)])
    assert totals(store) == (2, 2, 0)


def test_other_content_at_the_same_time_is_another_report(store, terminal, make_report, submit):
    report = make_report(terminal, 0)
    others = [
        report._replace(alarm_bits=1),
        report._replace(satellites=None),
        report._replace(other_items=b"\xe1\x00"),
        report._replace(fuel_dl=0),
    ]
    submit(store, reports=[report, *others])
    assert totals(store) == (5, 0, 0)


def test_two_terminals_may_say_the_same(store, terminal, make_report, submit):
    other = store.register.enter_terminal("13900000002", plate=store.register.vehicles()[0].plate)
    assert other.vehicle_id == terminal.vehicle_id
    submit(store, reports=[make_report(terminal, 0), make_report(other, 0)])
    assert totals(store) == (2, 0, 0)
    assert {s: c.stored for s, c in store.stats().sources.items()} == {"13900000001": 1, "13900000002": 1}


def test_refused_frames_are_counted_by_source(store, terminal, make_report, submit):
    refused = [RefusedFrame("127.0.0.1", 5, "checksum", b"~x~"), RefusedFrame("13900000001", 6, "short", b"")]
    submit(store, reports=[make_report(terminal, 0)], refused=refused)
    assert totals(store) == (1, 0, 2)
    sources = store.stats().sources
    assert (sources["127.0.0.1"].received, sources["13900000001"].received) == (1, 2)


def test_a_report_that_gets_lost_on_the_way_into_the_tables_shows(store, terminal, make_report, submit, monkeypatch):
    """The counts must not be true by definition: received is counted before anything else is done with a batch."""
    whole = Ingest._store_reports
    other = store.register.enter_terminal("13900000002")
    submit(store, reports=[make_report(terminal, i) for i in range(5)])

    def losing(self, cursor, reports, duplicates):
        whole(self, cursor, reports[:-2], duplicates)

    with monkeypatch.context() as fault:
        fault.setattr(Ingest, "_store_reports", losing)
        submit(store, reports=[make_report(terminal, i) for i in range(4, 8)] + [make_report(other, 0)])
    stats = store.stats()
    assert (stats.received, stats.stored, stats.duplicates, stats.lost) == (10, 7, 1, 2)
    store.writer.run(store.writer.settle).result()
    of_terminal, of_other = (store.stats().sources[phone] for phone in ("13900000001", "13900000002"))
    assert (of_terminal.received, of_terminal.stored, of_terminal.duplicates) == (9, 7, 1)
    assert (of_other.received, of_other.stored) == (1, 0)


def test_counts_survive_a_full_quarantine(store, submit, monkeypatch):
    monkeypatch.setattr("laixi_transport.storage.ingest.QUARANTINE_ROWS", 10)
    for i in range(5):
        submit(store, refused=[RefusedFrame("127.0.0.1", i, "noise", b"\x00" * 10_000)] * 10)
    assert totals(store) == (0, 0, 50)
    kept = store._database.fetch("SELECT count(*), max(length(data)) FROM refused_frame")[0]
    assert kept[0] <= 11
    assert kept[1] == 4096


def test_invented_sources_do_not_fill_the_disk(store, submit, monkeypatch):
    monkeypatch.setattr("laixi_transport.storage.ingest.SOURCES", 3)
    for i in range(6):
        submit(store, refused=[RefusedFrame(f"1390000000{i}", i, "noise", b"")])
    assert totals(store) == (0, 0, 6)
    assert len(store.stats().sources) == 4


@pytest.mark.parametrize("n", [0, 1, 5])
def test_the_hash_of_a_content_never_changes(make_report, terminal_7, n):
    known = {0: 5980173723204682767, 1: 2924225944062749038, 5: 1835552867949984330}
    assert content_hash(make_report(terminal_7, n)) == known[n]


def test_named_bits_and_plain_numbers_are_the_same_content(make_report, terminal_7):
    plain = make_report(terminal_7, 0)
    assert content_hash(plain._replace(status_bits=StatusBit(plain.status_bits))) == content_hash(plain)
