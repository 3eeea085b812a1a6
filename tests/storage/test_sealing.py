import random
from collections import defaultdict
from types import SimpleNamespace

import pytest

from laixi_transport.domain.frame import RawFrame
from laixi_transport.storage import open_store
from laixi_transport.storage.planes import DamagedBlockError

LATER_S = 10 * 86400


def rows(store, table):
    return store._database.fetch(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608


def test_sealing_changes_nothing_that_can_be_asked(store, terminal, make_report, submit, begin_s):
    other = store.register.enter_terminal("13900000002")
    reports = [make_report(t, i) for i in range(800) for t in (terminal, other)]
    submit(store, reports=reports)

    def everything():
        tracks = store.tracks.tracks([terminal.vehicle_id, other.vehicle_id], begin_s + 55, begin_s + 7000)
        return (
            [{name: getattr(t, name).tolist() for name in t.__slots__ if name != "vehicle_id"} for t in tracks],
            store.tracks.active(begin_s + 55, begin_s + 7000),
            store.tracks.first_and_last(),
            store.tracks.hours([terminal.vehicle_id], begin_s // 3600, begin_s // 3600 + 5),
            store.stats(),
            store.fleet.states()[1],
        )

    store.writer.run(store.writer.settle).result()
    before = everything()
    assert store.seal(begin_s + 3600 * 2).hours == 2  # the second hour ended less than ten minutes ago
    assert everything() == before
    assert store.seal(begin_s + LATER_S).hours == 4
    assert rows(store, "position") == 0
    assert everything() == before


def test_a_young_hour_is_left(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, i, received_us=(begin_s + 3600) * 10**6) for i in range(5)])
    assert store.seal(begin_s + 3600 + 599).hours == 0
    assert store.seal(begin_s + 3600 + 600).hours == 0
    assert store.seal(begin_s + 3600 + 601).hours == 1


def test_hours_of_a_clock_that_runs_ahead_are_sealed_when_that_clock_has_left_them(
    store, terminal, make_report, submit, begin_s
):
    """A terminal that believes it is three years later, beside one that is right."""
    ahead_s = 3 * 366 * 86400
    right = store.register.enter_terminal("13900000002")
    wrong = [
        make_report(terminal, i, time_s=begin_s + 10 * i + ahead_s, received_us=(begin_s + 10 * i) * 10**6)
        for i in range(400)
    ]
    reports = [*wrong, *(make_report(right, i) for i in range(360))]
    submit(store, reports=sorted(reports, key=lambda report: report.received_us))
    first_left_s = begin_s + 3590 + 3600 + 600
    assert store.seal(begin_s + 3600 + 700).positions == 360  # of the clock that is right
    assert store.seal(first_left_s).hours == 0
    assert (store.seal(first_left_s + 1).positions, rows(store, "position")) == (360, 40)
    assert store.seal(begin_s + 3990 + 4200 + 1).positions == 40
    assert rows(store, "position") == 0
    assert len(store.tracks.track(terminal.vehicle_id, begin_s + ahead_s, begin_s + ahead_s + 4000)) == 400
    submit(store, reports=[*wrong, make_report(terminal, 400, time_s=begin_s + ahead_s + 4001)])
    assert (store.stats().stored, store.stats().duplicates) == (761, 400)


def test_the_hour_that_is_now_is_never_sealed_however_quiet_it_is(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, 0, received_us=(begin_s - 86400) * 10**6)])
    assert store.seal(begin_s - 1).hours == 1  # it has not begun
    submit(store, reports=[make_report(terminal, 1, received_us=(begin_s - 86400) * 10**6)])
    assert [store.seal(begin_s + s).hours for s in (0, 3599, 4199)] == [0, 0, 0]
    assert store.seal(begin_s + 4200).hours == 1


def test_reports_wait_for_the_rules(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, i) for i in range(500)])
    seen = store.tracks.reports_after(0, 400)
    assert [r.time_s for _, r in seen] == [begin_s + 10 * i for i in range(400)]
    store.writer.run(lambda session: store.rules.advance(session, "overspeed", seen[-1][0])).result()
    assert store.rules.cursor("overspeed") == seen[-1][0]
    assert store.seal(begin_s + LATER_S).positions == 360
    assert len(store.tracks.reports_after(seen[-1][0], 1000)) == 100
    store.writer.run(lambda session: store.rules.advance(session, "overspeed", 500)).result()
    assert store.seal(begin_s + LATER_S).positions == 140


def test_ids_go_on_after_everything_was_sealed(database_url, make_report, submit, begin_s):
    with open_store(database_url) as store:
        terminal = store.register.enter_terminal("13900000001")
        submit(store, reports=[make_report(terminal, i) for i in range(10)])
        last = store.tracks.reports_after(0, 100)[-1][0]
        store.seal(begin_s + LATER_S)
    with open_store(database_url) as store:
        submit(store, reports=[make_report(terminal, 11)])
        assert [i for i, _ in store.tracks.reports_after(last, 100)] == [last + 1]


@pytest.mark.parametrize("fails_in", ["DELETE FROM position", "DELETE FROM raw_frame", "INSERT INTO track_block"])
def test_a_failure_in_the_middle_leaves_the_hour_as_it_was(
    store, terminal, make_report, submit, begin_s, monkeypatch, fails_in
):
    frames = [RawFrame(terminal.id, terminal.vehicle_id, begin_s * 10**6 + i, b"~%d~" % i) for i in range(9)]
    submit(store, reports=[make_report(terminal, i) for i in range(100)], frames=frames)
    from laixi_transport.storage.database import Cursor

    execute = Cursor.execute

    def breaking(self, sql, parameters=()):
        done = execute(self, sql, parameters)
        if sql.startswith(fails_in):
            raise RuntimeError("power cut")
        return done

    with monkeypatch.context() as patch:
        patch.setattr(Cursor, "execute", breaking)
        with pytest.raises(RuntimeError, match="power cut"):
            store.seal(begin_s + LATER_S)
    assert len(store.tracks.track(terminal.vehicle_id, 0, 2**40)) == 100
    assert store.frames.frames(terminal.vehicle_id, 0, 2**60) == frames
    store.seal(begin_s + LATER_S)
    assert (rows(store, "position"), rows(store, "raw_frame")) == (0, 0)
    assert len(store.tracks.track(terminal.vehicle_id, 0, 2**40)) == 100
    assert store.frames.frames(terminal.vehicle_id, 0, 2**60) == frames
    submit(store, reports=[make_report(terminal, i) for i in range(100)])
    assert store.stats().duplicates == 100


def test_raw_frames_come_back_as_received(store, terminal, submit, begin_s):
    def frame(i):
        return RawFrame(terminal.id, terminal.vehicle_id, begin_s * 10**6 + 777_777_777 * i, bytes([126, i, 125, 126]))

    submit(store, frames=[frame(i) for i in range(0, 20, 2)])
    assert store.seal(begin_s + LATER_S).frames == 10
    submit(store, frames=[frame(i) for i in range(1, 20, 2)])
    assert store.frames.frames(terminal.vehicle_id, 0, 2**60) == [frame(i) for i in range(20)]
    store.seal(begin_s + LATER_S)
    assert store.frames.frames(terminal.vehicle_id, 0, 2**60) == [frame(i) for i in range(20)]
    some = store.frames.frames(terminal.vehicle_id, frame(3).received_us, frame(7).received_us)
    assert some == [frame(i) for i in range(3, 7)]


def test_changed_raw_frames_are_told(store, terminal, submit, begin_s):
    submit(store, frames=[RawFrame(terminal.id, terminal.vehicle_id, begin_s * 10**6, b"~frame~")])
    store.seal(begin_s + LATER_S)
    other = b"\x01" * 32
    store.writer.run(
        lambda session: store._database.cursor(session.connection()).execute(
            "UPDATE raw_block SET digest = ?", (other,)
        )
    ).result()
    with pytest.raises(DamagedBlockError):
        store.frames.frames(terminal.vehicle_id, 0, 2**60)


def test_a_damaged_block_is_not_merged_over(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, 0)])
    store.seal(begin_s + LATER_S)
    other = b"\x01" * 16
    store.writer.run(
        lambda session: store._database.cursor(session.connection()).execute(
            "UPDATE track_block SET digest = ?", (other,)
        )
    ).result()
    submit(store, reports=[make_report(terminal, 1)])
    with pytest.raises(DamagedBlockError):
        store.seal(begin_s + LATER_S)
    assert len(store.tracks.track(terminal.vehicle_id, 0, 2**40)) == 2


def test_limit_bounds_the_work(store, terminal, make_report, submit, begin_s):
    submit(store, reports=[make_report(terminal, 360 * i) for i in range(5)])
    assert [store.seal(begin_s + LATER_S, limit=2).hours for _ in range(4)] == [2, 2, 1, 0]


def test_the_report_of_sealing_counts(store, terminal, make_report, submit, begin_s):
    frames = [RawFrame(terminal.id, terminal.vehicle_id, begin_s * 10**6, b"~~")]
    submit(store, reports=[make_report(terminal, i) for i in range(400)], frames=frames)
    done = store.seal(begin_s + LATER_S)
    expected = SimpleNamespace(hours=2, positions=400, raw_hours=1, frames=1)
    assert (done.hours, done.positions, done.raw_hours, done.frames) == tuple(vars(expected).values())


def test_just_the_quiet_hours_that_all_rules_have_seen_are_sealed(store, make_report, submit, begin_s):
    """Held against the plain definition, over reports that come late, early and by turns."""
    numbers = random.Random(808)
    terminals = [store.register.enter_terminal(f"1390000001{i}") for i in range(4)]
    received = sorted(numbers.randrange(4 * 3600) for _ in range(300))
    reports = [
        make_report(
            numbers.choice(terminals),
            i,
            time_s=begin_s
            + max(0, at_s - numbers.choice((0,) * 40 + (5000, 9000)))
            + numbers.choice((0,) * 40 + (4000, 30_000)),
            received_us=(begin_s + at_s) * 10**6,
        )
        for i, at_s in enumerate(received)
    ]
    submit(store, reports=reports)
    hours = defaultdict(list)
    for number, report in enumerate(reports, 1):
        hours[report.vehicle_id, report.time_s // 3600].append((number, report.received_us))
    left = len(reports)
    for now_s in range(begin_s, begin_s + 8 * 3600, 1200):
        seen = min(300, (now_s - begin_s) // 60)
        store.writer.run(lambda session, seen=seen: store.rules.advance(session, "overspeed", seen)).result()
        sealed = store.seal(now_s, limit=3)
        quiet = {
            key
            for key, rows_ in hours.items()
            if ((key[1] + 1) * 3600 <= now_s - 600 or key[1] * 3600 > now_s)
            and max(number for number, _ in rows_) <= seen
            and max(at_us for _, at_us in rows_) < (now_s - 600 - (3600 if key[1] * 3600 > now_s else 0)) * 10**6
        }
        due = sorted(quiet, key=lambda key: (key[1], key[0]))[:3]
        assert (sealed.hours, sealed.positions) == (len(due), sum(len(hours.pop(key)) for key in due))
        left -= sealed.positions
        assert rows(store, "position") == left
    assert left == 0
