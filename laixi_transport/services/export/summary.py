"""What an export holds, in figures: for its own pages about itself and for the one who made it."""

from dataclasses import dataclass, field
from pathlib import Path

from laixi_transport import __version__
from laixi_transport.analytics.cleaning import Doubt
from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.export.choice import FRAME_NAMES, Options
from laixi_transport.services.export.digest import DataDigest
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.times import local_text
from laixi_transport.services.playback.day import VehicleDay

PROGRAM = f"Laixi Transport {__version__}"

WGS84_NOTE = QT_TRANSLATE_NOOP("Export", "WGS-84, longitude and latitude in degrees")
SHIFTED_NOTE = QT_TRANSLATE_NOOP(
    "Export", "{system}, SHIFTED from WGS-84 by several hundred metres, longitude and latitude in degrees"
)
UNITS = QT_TRANSLATE_NOOP("Export", "km/h, km, m, s, degrees clockwise from north; times in GMT+8 unless named UTC")


@dataclass(slots=True)
class Summary:
    """Counts that grow while an export is written."""

    vehicles: list[str] = field(default_factory=list)
    begin_s: int | None = None
    end_s: int | None = None
    reports: int = 0
    without_fix: int = 0
    doubtful: int = 0
    trips: int = 0
    stops: int = 0
    gaps: int = 0
    alerts: int = 0
    digest: DataDigest = field(default_factory=DataDigest)

    def add(self, day: VehicleDay, samples: Samples) -> None:
        """Count one vehicle."""
        self.vehicles.append(day.vehicle.name)
        self.begin_s = day.begin_s if self.begin_s is None else min(self.begin_s, day.begin_s)
        self.end_s = day.end_s if self.end_s is None else max(self.end_s, day.end_s)
        self.reports += len(day.track)
        self.without_fix += int((samples.doubt == Doubt.NOT_LOCATED).sum())
        self.doubtful += samples.doubts
        self.trips += len(samples.trips.trips)
        self.stops += len(day.stops)
        self.gaps += len(day.gaps)
        self.alerts += len(day.alerts)
        self.digest.add(day)

    def about(self, options: Options) -> list[tuple[str, str, str | int]]:
        """Return key, title and value of everything that a file says about itself."""
        say = options.say
        note = WGS84_NOTE if options.system is Frame.WGS84 else SHIFTED_NOTE
        period = f"{local_text(self.begin_s)} – {local_text(self.end_s)} GMT+8" if self.begin_s is not None else ""
        rows: tuple[tuple[str, str, str | int], ...] = (
            ("program", QT_TRANSLATE_NOOP("Export", "Program"), PROGRAM),
            ("written_gmt8", QT_TRANSLATE_NOOP("Export", "Written (GMT+8)"), local_text(options.written_s)),
            ("vehicles", QT_TRANSLATE_NOOP("Export", "Vehicles"), ", ".join(self.vehicles)),
            ("period", QT_TRANSLATE_NOOP("Export", "Period"), period),
            (
                "coordinate_system",
                QT_TRANSLATE_NOOP("Export", "Coordinate system"),
                say(note).format(system=FRAME_NAMES[options.system]),
            ),
            ("units", QT_TRANSLATE_NOOP("Export", "Units"), say(UNITS)),
            ("reports", QT_TRANSLATE_NOOP("Export", "Reports"), self.reports),
            ("without_fix", QT_TRANSLATE_NOOP("Export", "Reports without a fix"), self.without_fix),
            ("doubtful", QT_TRANSLATE_NOOP("Export", "Doubtful fixes"), self.doubtful),
            ("trips", QT_TRANSLATE_NOOP("Export", "Trips"), self.trips),
            ("stops", QT_TRANSLATE_NOOP("Export", "Stops"), self.stops),
            ("gaps", QT_TRANSLATE_NOOP("Export", "Gaps"), self.gaps),
            ("alerts", QT_TRANSLATE_NOOP("Export", "Alerts"), self.alerts),
            ("data_version", QT_TRANSLATE_NOOP("Export", "Data version"), self.digest.version),
            ("data_sha256", QT_TRANSLATE_NOOP("Export", "SHA-256 of the reports"), self.digest.sha256),
        )
        return [(key, say(title), value) for key, title, value in rows]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    path: Path
    size_bytes: int
    rows: int  # of the table, or reports
    vehicles: int
    data_version: str
    data_sha256: str
