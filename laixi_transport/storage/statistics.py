"""How many reports came, and what became of them: exact at every commit."""

from dataclasses import dataclass

from laixi_transport.storage.database import Database


@dataclass(frozen=True, slots=True)
class SourceStats:
    """Counts of one source: a terminal's phone, or the address of what could not be understood."""

    stored: int
    duplicates: int
    quarantined: int

    @property
    def received(self) -> int:
        """Position reports and refused frames that came in."""
        return self.stored + self.duplicates + self.quarantined


@dataclass(frozen=True, slots=True)
class Stats:
    """Totals, and the same by source."""

    received: int
    stored: int
    duplicates: int
    quarantined: int
    sources: dict[str, SourceStats]


def read(database: Database) -> Stats:
    """Count: what is settled is in source_count, what came after is counted from its rows (storage.ingest)."""
    with database.reading() as cursor:
        counts = {
            source: [s, d, q]
            for source, s, d, q in cursor.fetch("SELECT source, stored, duplicates, quarantined FROM source_count")
        }
        for terminal_id, phone, n in cursor.fetch(
            "SELECT p.terminal_id, min(t.phone), count(*) FROM position p LEFT JOIN terminal t ON t.id = p.terminal_id "
            "WHERE p.id > (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'settled_id') "
            "GROUP BY p.terminal_id"
        ):
            counts.setdefault(phone or f"terminal {terminal_id}", [0, 0, 0])[0] += n
    sources = {source: SourceStats(*counts[source]) for source in sorted(counts)}
    return Stats(
        received=sum(s.received for s in sources.values()),
        stored=sum(s.stored for s in sources.values()),
        duplicates=sum(s.duplicates for s in sources.values()),
        quarantined=sum(s.quarantined for s in sources.values()),
        sources=sources,
    )
