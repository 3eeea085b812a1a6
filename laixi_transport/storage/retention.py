"""Deleting by kind and age, never younger than the law allows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from laixi_transport.domain.time import HOUR_S
from laixi_transport.storage.database import Database
from laixi_transport.storage.frames import HOUR_US
from laixi_transport.storage.writer import Writer

LEAST_DAYS = 183
VIOLATION_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Ages in days after which a kind is deleted.

    Nothing goes before 183 days, and what a violation may stand on not before three years (law 3 of the model);
    ValueError otherwise. Quarantine and the change log are not facts: they are bounded by number besides.
    """

    positions_days: int = VIOLATION_DAYS
    raw_frames_days: int = VIOLATION_DAYS
    alerts_days: int = VIOLATION_DAYS
    commands_days: int = VIOLATION_DAYS
    media_days: int = VIOLATION_DAYS
    sessions_days: int = LEAST_DAYS  # and what went down to terminals, which commands keep for themselves
    quarantine_days: int = LEAST_DAYS
    changes_days: int = 7

    def __post_init__(self) -> None:
        facts = (self.positions_days, self.raw_frames_days, self.alerts_days, self.commands_days, self.media_days)
        if min(facts) < VIOLATION_DAYS:
            raise ValueError(
                f"positions, raw frames, alerts, commands and media stay for {VIOLATION_DAYS} days or longer"
            )
        if min(self.quarantine_days, self.sessions_days) < LEAST_DAYS:
            raise ValueError(f"quarantined frames and sessions stay for {LEAST_DAYS} days or longer")


@dataclass(frozen=True, slots=True)
class Retained:
    """How many rows or blocks of each kind were deleted."""

    track_blocks: int
    raw_blocks: int
    alerts: int
    quarantined: int
    changes: int
    sessions: int
    commands: int
    media: int  # rows; files that no row points to any more go by themselves


def retain(database: Database, writer: Writer, machine_now: datetime, policy: RetentionPolicy) -> Retained:
    """Delete what is older than the policy says and return how much; waits for the writer.

    A machine whose clock has jumped ahead must not delete evidence: time has passed only as far as terminals say so,
    whose time comes from satellites.
    """

    def unit(session: Session) -> Retained:
        cursor = database.cursor(session.connection())
        newest_s = cursor.value("SELECT max(time_s) FROM vehicle_state")
        now = machine_now if newest_s is None else min(machine_now, datetime.fromtimestamp(newest_s, UTC))

        def before_s(days: int) -> int:
            return int((now - timedelta(days=days)).timestamp())

        def before_us(days: int) -> int:
            return before_s(days) * 1_000_000

        def stamp(days: int) -> object:
            at = now - timedelta(days=days)
            return at.replace(tzinfo=None).isoformat(" ", "microseconds") if cursor.is_sqlite else at

        return Retained(
            cursor.execute("DELETE FROM track_block WHERE hour < ?", (before_s(policy.positions_days) // HOUR_S,)),
            cursor.execute(
                "DELETE FROM raw_block WHERE hour < ?", (before_s(policy.raw_frames_days) * 1_000_000 // HOUR_US,)
            ),
            cursor.execute(
                "DELETE FROM alert WHERE state IN ('cleared', 'withdrawn') AND \"end\" < ?",
                (stamp(policy.alerts_days),),
            ),
            cursor.execute(
                "DELETE FROM refused_frame WHERE received_us < ?", (before_s(policy.quarantine_days) * 1_000_000,)
            ),
            cursor.execute("DELETE FROM change_log WHERE at < ?", (stamp(policy.changes_days),)),
            cursor.execute("DELETE FROM terminal_session WHERE until_us < ?", (before_us(policy.sessions_days),))
            + cursor.execute("DELETE FROM sent_frame WHERE sent_us < ?", (before_us(policy.sessions_days),)),
            cursor.execute(
                "DELETE FROM command WHERE settled_us < ?",
                (before_us(policy.commands_days),),
            ),
            cursor.execute("DELETE FROM media WHERE received_us < ?", (before_us(policy.media_days),)),
        )

    return writer.run(unit).result()
