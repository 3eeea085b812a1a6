"""How many reports came, and what became of them: exact at every commit.

received = stored + duplicates + quarantined. The left side is counted as batches come in, the right side as their
reports and refused frames reach the tables (storage.ingest); ``lost`` is the difference, and anything but 0 is a fault.
"""

from dataclasses import dataclass

from laixi_transport.storage.database import Database


@dataclass(frozen=True, slots=True)
class SourceStats:
    """Counts of one source: a terminal's phone, or the address of what could not be understood."""

    received: int  # position reports and refused frames that came in
    stored: int
    duplicates: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Totals, and the same by source."""

    received: int
    stored: int
    duplicates: int
    quarantined: int
    sources: dict[str, SourceStats]

    @property
    def lost(self) -> int:
        """What came in and went nowhere."""
        return self.received - self.stored - self.duplicates - self.quarantined


def read(database: Database) -> Stats:
    """Count: what is settled is in source_count, what came after is counted from its rows (storage.ingest)."""
    with database.reading() as cursor:
        counts = {
            source: list(numbers)
            for source, *numbers in cursor.fetch(
                "SELECT source, received, stored, duplicates, quarantined FROM source_count"
            )
        }
        for terminal_id, phone, n in cursor.fetch(
            "SELECT p.terminal_id, min(t.phone), count(*) FROM position p LEFT JOIN terminal t ON t.id = p.terminal_id "
            "WHERE p.id > (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'settled_id') "
            "GROUP BY p.terminal_id"
        ):
            source = counts.setdefault(phone or f"terminal {terminal_id}", [0, 0, 0, 0])
            source[0] += n
            source[1] += n
        received = cursor.value("SELECT value FROM counter WHERE name = 'received'") or 0
    sources = {source: SourceStats(*counts[source]) for source in sorted(counts)}
    return Stats(
        received=int(received),
        stored=sum(s.stored for s in sources.values()),
        duplicates=sum(s.duplicates for s in sources.values()),
        quarantined=sum(s.quarantined for s in sources.values()),
        sources=sources,
    )


def refusals(database: Database) -> dict[str, dict[str, int]]:
    """Return how many were refused, by source and reason; "earlier" stands for reasons that are no longer known."""
    found: dict[str, dict[str, int]] = {}
    for source, reason, n in database.fetch("SELECT source, reason, n FROM refusal_count ORDER BY source, reason"):
        found.setdefault(source, {})[reason] = int(n)
    return found
