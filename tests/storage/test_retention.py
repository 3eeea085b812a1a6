from datetime import UTC, datetime, timedelta

import pytest

from laixi_transport.domain.frame import RawFrame, RefusedFrame
from laixi_transport.storage import RetentionPolicy

LATER_S = 10 * 86400


def test_nothing_goes_before_its_time_and_everything_after(store, terminal, make_report, submit, begin_s):
    submit(
        store,
        reports=[make_report(terminal, 0)],
        frames=[RawFrame(terminal.id, terminal.vehicle_id, begin_s * 10**6, b"~~")],
        refused=[RefusedFrame("127.0.0.1", begin_s * 10**6, "noise", b"")],
    )
    store.seal(begin_s + LATER_S)
    stats = store.stats()
    begin = datetime.fromtimestamp(begin_s, UTC)
    young = store.retain(begin + timedelta(days=182))
    assert (young.track_blocks, young.raw_blocks, young.quarantined) == (0, 0, 0)
    older = store.retain(begin + timedelta(days=184))
    assert (older.track_blocks, older.raw_blocks, older.quarantined) == (0, 0, 1)
    policy = RetentionPolicy(raw_frames_days=5 * 366, positions_days=4 * 366)
    assert store.retain(begin + timedelta(days=3 * 366 + 2), policy).track_blocks == 0
    gone = store.retain(begin + timedelta(days=4 * 366 + 2), policy)
    assert (gone.track_blocks, gone.raw_blocks) == (1, 0)
    assert store.retain(begin + timedelta(days=5 * 366 + 2), policy).raw_blocks == 1
    assert store.stats() == stats  # what came in stays counted


@pytest.mark.parametrize("kind", ["positions_days", "raw_frames_days", "alerts_days", "quarantine_days"])
def test_a_policy_shorter_than_the_law_is_refused(kind):
    with pytest.raises(ValueError, match="days or longer"):
        RetentionPolicy(**{kind: 182})


def test_old_changes_go(store, terminal):
    assert store.retain(datetime(2020, 1, 1, tzinfo=UTC)).changes == 0
    assert store.retain(datetime(2090, 1, 1, tzinfo=UTC)).changes == 1
