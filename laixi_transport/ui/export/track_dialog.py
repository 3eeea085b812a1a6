"""Export of tracks: which vehicles are chosen elsewhere; format, period and coordinate system here."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QDateTime, QTimeZone
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QLabel, QWidget

from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import BEIJING_OFFSET_S, beijing_date
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.export import Content, Exported, Options, export_tracks, vehicle_days
from laixi_transport.services.export.choice import FRAME_NAMES, Format, format_of, formats
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.dialog import SaveDialog
from laixi_transport.ui.export.job import Work
from laixi_transport.ui.export.places import file_name
from laixi_transport.ui.widgets import dim

if TYPE_CHECKING:
    from laixi_transport.services.playback.day import VehicleDay
    from laixi_transport.services.playback.service import PlaybackService
    from laixi_transport.services.trips.day_trips import DayTrips

NAMED = 3
"""More vehicles than this are counted, not named."""

CONTENTS = {
    Content.POSITIONS: QT_TRANSLATE_NOOP("Export", "Positions"),
    Content.TRIPS: QT_TRANSLATE_NOOP("Export", "Trips"),
    Content.STOPS: QT_TRANSLATE_NOOP("Export", "Stops"),
    Content.GAPS: QT_TRANSLATE_NOOP("Export", "Gaps"),
    Content.ALERTS: QT_TRANSLATE_NOOP("Export", "Alerts"),
}
SYSTEMS = {
    Frame.WGS84: QT_TRANSLATE_NOOP("Export", "WGS-84 (as received)"),
    Frame.GCJ02: QT_TRANSLATE_NOOP("Export", "GCJ-02 (AMap, Tencent); shifted"),
    Frame.BD09: QT_TRANSLATE_NOOP("Export", "BD-09 (Baidu); shifted"),
}


def say(source: str) -> str:
    """Return a text of services/export in the language of the window; any thread."""
    return QCoreApplication.translate("Export", source)


class TrackExportDialog(SaveDialog):
    """Saves the tracks of vehicles over a period; one vehicle is read at a time."""

    def __init__(
        self,
        context: Context,
        vehicles: Sequence[Vehicle],
        period_s: tuple[float, float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, QCoreApplication.translate("Export", "Export tracks"), parent)
        self.vehicles = tuple(vehicles)
        label = QLabel(self._vehicles_text())
        label.setWordWrap(True)
        label.setToolTip(", ".join(text.plate(vehicle.name) for vehicle in self.vehicles))
        self.form.addRow(dim(self.tr("Vehicles")), label)
        self.begin, self.end = _moment(period_s[0]), _moment(period_s[1])
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.begin, 1)
        row.addWidget(dim("–"))
        row.addWidget(self.end, 1)
        self.form.addRow(dim(self.tr("Period (GMT+8)")), row)
        self.format = self.add_combo(self.tr("Format"), [(say(f.title), f.id) for f in formats()])
        self.content = self.add_combo(self.tr("Table"), [(say(title), key.value) for key, title in CONTENTS.items()])
        self.system = self.add_combo(
            self.tr("Coordinates"), [(say(title), key.value) for key, title in SYSTEMS.items()]
        )
        self.note = dim()
        self.note.setWordWrap(True)
        self.form.addRow("", self.note)
        self._recall()
        self.format.currentIndexChanged.connect(self._fit_choices)
        self.system.currentIndexChanged.connect(self._fit_choices)
        self.begin.dateTimeChanged.connect(self.propose)
        self._fit_choices()
        self.finish_form()

    def period(self) -> tuple[int, int]:
        """Return the Unix seconds [begin, end)."""
        return _unix(self.begin), _unix(self.end)

    def chosen_format(self) -> Format:
        """Return the format that is chosen."""
        return format_of(self.format.currentData())

    def chosen_system(self) -> Frame:
        """Return the coordinate system that is chosen."""
        return Frame(self.system.currentData())

    def suffix(self) -> str:
        return self.chosen_format().suffix

    def proposed(self) -> str:
        begin_s, end_s = self.period()
        first, last = beijing_date(begin_s), beijing_date(max(begin_s, end_s - 1))
        many = self.tr("{n} vehicles").format(n=len(self.vehicles))
        who = text.plate(self.vehicles[0].name) if len(self.vehicles) == 1 else many
        days = first.isoformat() if first == last else f"{first.isoformat()}_{last.isoformat()}"
        what = self.content.currentText() if self.chosen_format().tables else self.tr("Tracks")
        system = self.chosen_system()
        return file_name(what, who, days, "" if system is Frame.WGS84 else FRAME_NAMES[system])

    def chosen(self) -> None:
        settings = self.context.settings
        for name, combo in (("format", self.format), ("content", self.content), ("system", self.system)):
            settings.setValue(f"export/{name}", combo.currentData())

    def work(self, path: Path) -> Work:
        begin_s, end_s = self.period()
        options = Options(
            content=Content(self.content.currentData()),
            system=self.chosen_system(),
            say=say,
            written_s=self.context.now(),
        )
        ids = [vehicle.id for vehicle in self.vehicles]
        playback, chosen = self.context.services.playback, self.chosen_format()
        trips = self.context.services.trips.trips
        return partial(_export, playback, trips, ids, begin_s, end_s, path, chosen, options)

    def result_text(self, result: Any) -> str:
        done: Exported = result
        said = self.tr("Written: {size}, {n} rows, data version {version}.")
        return said.format(size=text.size(done.size_bytes), n=text.number(done.rows), version=done.data_version)

    def _vehicles_text(self) -> str:
        names = [text.plate(vehicle.name) for vehicle in self.vehicles]
        if len(names) <= NAMED:
            return ", ".join(names)
        said = self.tr("{names} and {n} more")
        return said.format(names=", ".join(names[:NAMED]), n=len(names) - NAMED)

    def _recall(self) -> None:
        settings = self.context.settings
        _choose(self.format, str(settings.value("export/format", "xlsx")))
        _choose(self.content, str(settings.value("export/content", Content.POSITIONS.value)))
        _choose(self.system, str(settings.value("export/system", Frame.WGS84.value)))

    def _fit_choices(self) -> None:
        """Offer what the format has room for, and say loudly what is shifted."""
        chosen = self.chosen_format()
        self.form.setRowVisible(self.content, chosen.tables)
        fixed = len(chosen.systems) == 1
        if fixed:
            _choose(self.system, Frame.WGS84.value)
        self.system.setEnabled(not fixed)
        if fixed:
            self.note.setText(self.tr("This format is defined in WGS-84 only."))
        elif self.chosen_system() is Frame.WGS84:
            self.note.setText("")
        else:
            self.note.setText(
                self.tr(
                    "Shifted by several hundred metres: right on maps of that system only. The name of the file and "
                    "the columns say so."
                )
            )
        self.form.setRowVisible(self.note, bool(self.note.text()))
        self.propose()


def _export(
    playback: "PlaybackService",
    trips: "Callable[[VehicleDay], DayTrips]",
    ids: Sequence[int],
    begin_s: int,
    end_s: int,
    path: Path,
    chosen: Format,
    options: Options,
    progress: Any,
    cancelled: Any,
) -> Exported:
    total = 0
    if begin_s < end_s:
        counts = playback.vehicles_with_data(begin_s, end_s)
        total = sum(counts.get(vehicle_id, 0) for vehicle_id in ids)
    days = vehicle_days(playback, ids, begin_s, end_s)
    return export_tracks(
        days, path, chosen, options=options, trips=trips, total=total, progress=progress, cancelled=cancelled
    )


def _moment(time_s: float) -> QDateTimeEdit:
    """Return a field for a time in GMT+8; Qt takes it for UTC, so that no zone of the machine comes in."""
    edit = QDateTimeEdit(QDateTime.fromSecsSinceEpoch(round(time_s) + BEIJING_OFFSET_S, QTimeZone.utc()))
    edit.setTimeZone(QTimeZone.utc())
    edit.setDateTime(QDateTime.fromSecsSinceEpoch(round(time_s) + BEIJING_OFFSET_S, QTimeZone.utc()))
    edit.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
    edit.setCalendarPopup(True)
    return edit


def _unix(edit: QDateTimeEdit) -> int:
    return edit.dateTime().toSecsSinceEpoch() - BEIJING_OFFSET_S


def _choose(combo: QComboBox, value: str) -> None:
    combo.setCurrentIndex(max(0, combo.findData(value)))
