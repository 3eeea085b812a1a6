from datetime import UTC, datetime, timedelta

import pytest

from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.command import CommandResult, CommandState
from laixi_transport.domain.frame import RawFrame, RefusedFrame
from laixi_transport.domain.media import Media, MediaSource
from laixi_transport.domain.session import SessionEnd
from laixi_transport.storage import RetentionPolicy
from laixi_transport.storage.sessions import Ended, Opened, SentFrame

LATER_S = 10 * 86400


def test_nothing_goes_before_its_time_and_everything_after(store, terminal, make_report, submit, begin_s):
    submit(
        store,
        reports=[make_report(terminal, 0)],
        frames=[RawFrame(terminal.id, terminal.vehicle_id, begin_s * 10**6, b"~~")],
        refused=[RefusedFrame("127.0.0.1", begin_s * 10**6, "noise", b"")],
    )
    store.seal(begin_s + LATER_S)
    begin = datetime.fromtimestamp(begin_s, UTC)
    young = store.retain(begin + timedelta(days=182))
    assert (young.track_blocks, young.raw_blocks, young.quarantined) == (0, 0, 0)
    much_later = int((begin + timedelta(days=6 * 366)).timestamp())
    submit(store, reports=[make_report(terminal, 0, time_s=much_later, received_us=much_later * 10**6)])
    store.writer.run(store.writer.settle).result()
    stats = store.stats()
    older = store.retain(begin + timedelta(days=184))
    assert (older.track_blocks, older.raw_blocks, older.quarantined) == (0, 0, 1)
    policy = RetentionPolicy(raw_frames_days=5 * 366, positions_days=4 * 366)
    assert store.retain(begin + timedelta(days=3 * 366 + 2), policy).track_blocks == 0
    gone = store.retain(begin + timedelta(days=4 * 366 + 2), policy)
    assert (gone.track_blocks, gone.raw_blocks) == (1, 0)
    assert store.retain(begin + timedelta(days=5 * 366 + 2), policy).raw_blocks == 1
    assert store.stats() == stats  # what came in stays counted


def test_a_clock_that_jumps_ahead_deletes_nothing(store, terminal, make_report, submit, begin_s):
    """The board's battery is dead, the machine believes that it is 2090; the terminals know better."""
    submit(store, reports=[make_report(terminal, 0)], refused=[RefusedFrame("127.0.0.1", begin_s * 10**6, "junk", b"")])
    store.seal(begin_s + LATER_S)
    in_2090 = datetime(2090, 1, 1, tzinfo=UTC)
    submit(store, reports=[make_report(terminal, 1000, received_us=int(in_2090.timestamp()) * 10**6)])
    store.writer.run(store.writer.settle).result()
    gone = store.retain(in_2090)
    assert (gone.track_blocks, gone.raw_blocks, gone.quarantined) == (0, 0, 0)


@pytest.mark.parametrize(
    "kind",
    [
        "positions_days",
        "raw_frames_days",
        "alerts_days",
        "commands_days",
        "media_days",
        "sessions_days",
        "quarantine_days",
    ],
)
def test_a_policy_shorter_than_the_law_is_refused(kind):
    with pytest.raises(ValueError, match="days or longer"):
        RetentionPolicy(**{kind: 182})


def test_old_changes_go(store, terminal):
    assert store.retain(datetime(2020, 1, 1, tzinfo=UTC)).changes == 0
    assert store.retain(datetime(2090, 1, 1, tzinfo=UTC)).changes == 1


def test_ended_and_withdrawn_alerts_go_with_age_and_open_ones_never(store, terminal, make_report, submit, begin_s):
    def alert(state, at_s, **what):
        at = datetime.fromtimestamp(at_s, UTC)
        return Alert(
            id=0,
            rule="overspeed",
            rule_version="1",
            parameters="{}",
            vehicle_id=terminal.vehicle_id,
            priority=Priority.HIGH,
            state=state,
            begin=at,
            end=at + timedelta(seconds=30),
            ongoing=False,
            peak=63.0,
            limit=50.0,
            lat_deg=36.8,
            lon_deg=120.5,
            program_version="0.1.0",
            **what,
        )

    day_s = 86400
    many = [alert(state, begin_s + i) for i, state in enumerate(AlertState)]
    many += [alert(state, begin_s + 10 * day_s + i) for i, state in enumerate(AlertState)]
    store.writer.run(lambda session: store.alerts.put(session, many)).result()
    now_s = begin_s + (3 * 366 + 5) * day_s
    submit(store, reports=[make_report(terminal, 0, time_s=now_s, received_us=now_s * 10**6)])
    store.writer.run(store.writer.settle).result()
    assert store.retain(datetime.fromtimestamp(now_s, UTC) - timedelta(days=6)).alerts == 0
    assert store.retain(datetime.fromtimestamp(now_s, UTC)).alerts == 2
    left = {(alert.state, alert.begin.timestamp() < begin_s + day_s) for alert in store.alerts.list()}
    young = {(state, False) for state in AlertState}
    assert left == young | {(AlertState.NEW, True), (AlertState.ACKNOWLEDGED, True)}


def test_sessions_commands_and_media_go_in_their_time_and_what_is_open_stays(store, terminal):
    at = datetime(2026, 11, 23, tzinfo=UTC)
    at_us = int(at.timestamp()) * 10**6
    media = Media(
        0, "ab" * 32, 1, MediaSource.MESSAGE, 0, "jpeg", 0, 1, "1.jpeg", "", "", terminal.id, terminal.vehicle_id, at,
        None, None, None,
    )  # fmt: skip

    def fill(session):
        opened = [Opened(terminal.id, at_us + n, "192.0.2.1", 1, "2019") for n in range(2)]
        store.sessions.write(session, opened, [Ended(terminal.id, at_us, at_us, SessionEnd.IDLE)])
        store.sessions.sent(session, [SentFrame(terminal.id, at_us, b"")])
        store.media.add(session, media)
        ids = [store.commands.add(session, terminal.id, "text", {}, by="", at=at, expires=at).id for _ in range(2)]
        store.commands.settle(session, ids[0], CommandState.EXPIRED, CommandResult.NOT_ONLINE, at)

    store.writer.run(fill).result(20)
    young = store.retain(at + timedelta(days=182))
    assert (young.sessions, young.commands, young.media) == (0, 0, 0)
    older = store.retain(at + timedelta(days=184))
    assert (older.sessions, older.commands, older.media) == (2, 0, 0)
    oldest = store.retain(at + timedelta(days=3 * 366 + 1))
    assert (oldest.sessions, oldest.commands, oldest.media) == (0, 1, 1)
    assert len(store.sessions.open()) == len(store.commands.unsettled()) == 1
