"""The list of vehicles: search, filters by state and class with their counts, sorting."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QSettings, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.vehicle import VehicleClass
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.live import wording
from laixi_transport.ui.pages.live.fleet import VehicleRow
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, Panel, QuickTable, RowsModel

STATES = (MotionState.ALARM, MotionState.MOVING, MotionState.STOPPED, MotionState.OFFLINE)


def columns(now: Callable[[], float]) -> list[Column[VehicleRow]]:
    """Return the columns; the hidden ones are in the header's menu."""
    translate = QCoreApplication.translate  # by this name: lupdate reads translate(a, b) as text and comment
    return [
        Column("plate", translate("Live", "Plate"), lambda r: r.name, sort=lambda r: r.name_key, width=108),
        Column(
            "state",
            translate("Live", "State"),
            lambda r: wording.state(r, now()),
            sort=lambda r: (-r.motion, r.name_key),
            colour=wording.state_colour,
            width=106,
        ),
        Column(
            "speed",
            translate("Live", "km/h"),
            wording.speed,
            sort=lambda r: (-r.state.speed_kmh if r.state is not None and r.motion else 1.0, r.name_key),
            numeric=True,
            colour=wording.speed_colour,
            hint=wording.alarm,
            width=52,
        ),
        Column(
            "age",
            translate("Live", "Heard"),
            lambda r: wording.age(r, now()),
            sort=lambda r: (-r.state.received_s if r.state is not None else 0.0, r.name_key),
            numeric=True,
            width=64,
        ),
        Column("line", translate("Live", "Line"), lambda r: r.vehicle.line or text.NONE, width=70, hidden=True),
        Column(
            "organisation",
            translate("Live", "Organisation"),
            lambda r: r.vehicle.organisation or text.NONE,
            width=140,
            hidden=True,
        ),
        Column(
            "class",
            translate("Live", "Class"),
            lambda r: text.vehicle_class(r.vehicle.vehicle_class),
            width=100,
            hidden=True,
        ),
        Column(
            "limit",
            translate("Live", "Limit km/h"),
            lambda r: text.speed(r.vehicle.speed_limit_kmh, unit=False),
            sort=lambda r: (r.vehicle.speed_limit_kmh or 0.0, r.name_key),
            numeric=True,
            width=80,
            hidden=True,
        ),
    ]


class VehicleList(Panel):
    """Search and filters above, the table below."""

    chosen = Signal(object)
    """Vehicle id, by key or pointer."""
    opened = Signal(object)
    """Vehicle id: Enter or double click."""

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float]) -> None:
        super().__init__(caption=QCoreApplication.translate("Live", "Vehicles"))
        self._selected: int | None = None
        self._silent = False
        self._only: frozenset[int] | None = None  # those of a rectangle on the map
        self._wanted_class = ""  # remembered, of which there may be no vehicle yet
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Plate, line, company (/)"))
        self.search.setAccessibleName(self.tr("Search vehicles"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.classes = QComboBox()
        self.classes.setAccessibleName(self.tr("Class of vehicle"))
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.classes.setMinimumContentsLength(8)
        self.classes.currentIndexChanged.connect(self._filter)
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(self.search, 3)
        first.addWidget(self.classes, 2)
        self.body.addLayout(first)
        self.states = StateFilter()
        self.states.changed.connect(self._filter)
        self.body.addWidget(self.states)
        self.chip = QPushButton()
        self.chip.setToolTip(self.tr("Show all vehicles again (Esc)"))
        self.chip.clicked.connect(lambda *_: self.restrict(None))
        self.chip.hide()
        self.body.addWidget(self.chip)
        self.rows: RowsModel[VehicleRow] = RowsModel(columns(now), lambda r: r.id, theme, self)
        self.table = QuickTable(self.rows, theme, name="live", settings=settings, hold=True)
        self.table.setAccessibleName(self.tr("Vehicles"))
        self.table.sort_by("plate")
        self.table.chosen.connect(self._tell_chosen)
        self.table.opened.connect(lambda row: self.opened.emit(row.id))
        self.body.addWidget(self.table, 1)
        self._show_classes({})

    def reset(self, rows: Iterable[VehicleRow]) -> None:
        """Take all rows anew, after the register has changed."""
        self._quietly(lambda: self.rows.reset(rows))
        found: dict[VehicleClass, int] = {}
        for row in rows:
            found[row.vehicle.vehicle_class] = found.get(row.vehicle.vehicle_class, 0) + 1
        self._show_classes(found)
        self._filter()

    def merge(self, rows: Iterable[VehicleRow]) -> None:
        """Take changed rows."""
        self.rows.merge(rows)

    def show_counts(self, counts: dict[MotionState, int]) -> None:
        """Show how many vehicles are in each state."""
        self.states.show_counts(counts)
        shown, total = self.rows.rowCount(), self.rows.total
        told = f"{shown}/{total}" if shown != total else f"{total}"
        self.caption.setText(self.tr("Vehicles ({count})").format(count=told))

    def age(self) -> None:
        """Show how old everything is by now."""
        self.table.viewport().update()

    def choose(self, vehicle_id: int | None) -> None:
        """Highlight a vehicle; emits nothing. One that the filter hides is highlighted once it shows."""
        self._selected = vehicle_id
        self._quietly(lambda: self.table.choose(vehicle_id))

    @property
    def restricted(self) -> bool:
        """Whether only the vehicles of a rectangle on the map are shown."""
        return self._only is not None

    def restrict(self, vehicle_ids: frozenset[int] | None) -> None:
        """Show only these vehicles, None for all; the filters hold beside it."""
        self._only = vehicle_ids
        self.chip.setVisible(vehicle_ids is not None)
        if vehicle_ids is not None:
            self.chip.setText(self.tr("In the rectangle: {count}  ×").format(count=len(vehicle_ids)))
        self._filter()

    def save_state(self) -> dict[str, object]:
        """Return the filters in the types of JSON."""
        chosen = self.states.chosen
        return {"state": None if chosen is None else int(chosen), "class": self.classes.currentData()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take what ``save_state`` returned."""
        number = state.get("state")
        self.states.choose(MotionState(number) if isinstance(number, int) and number in set(MotionState) else None)
        self._wanted_class = str(state.get("class") or "")
        self.classes.setCurrentIndex(max(0, self.classes.findData(self._wanted_class)))

    def _filter(self) -> None:
        words = self.search.text().casefold().replace("·", "").split()
        state, kind, only = self.states.chosen, self.classes.currentData(), self._only

        def wanted(row: VehicleRow) -> bool:
            if only is not None and row.id not in only:
                return False
            if state is not None and row.motion != state:
                return False
            if kind and row.vehicle.vehicle_class != kind:
                return False
            if not words:
                return True
            vehicle = row.vehicle
            line = f"{row.name} {vehicle.line} {vehicle.organisation} {vehicle.phone}".casefold().replace("·", "")
            return all(word in line for word in words)

        everything = state is None and not kind and not words and only is None
        self._quietly(lambda: self.rows.filter(None if everything else wanted))
        self._quietly(lambda: self.table.choose(self._selected, scroll=False))
        self.table.empty = self.tr("No vehicle is like this.") if not everything else ""
        self.show_counts(self.states.counts)

    def _show_classes(self, found: dict[VehicleClass, int]) -> None:
        """Offer the classes that there are."""
        before = self.classes.currentData() or self._wanted_class
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem(self.tr("All classes"), "")
        for kind in VehicleClass:
            if kind in found:
                self.classes.addItem(f"{text.vehicle_class(kind)} ({found[kind]})", str(kind))
        self.classes.setCurrentIndex(max(0, self.classes.findData(before)))
        self.classes.blockSignals(False)

    def _tell_chosen(self, row: VehicleRow | None) -> None:
        if not self._silent and row is not None:
            self._selected = row.id
            self.chosen.emit(row.id)

    def _quietly(self, act: Callable[[], object]) -> None:
        before, self._silent = self._silent, True
        try:
            act()
        finally:
            self._silent = before


class StateFilter(QWidget):
    """A row of buttons: all, and one for each state, with the number of vehicles in it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: dict[MotionState, int] = dict.fromkeys(MotionState, 0)
        self._buttons: dict[MotionState | None, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for state in (None, *STATES):
            button = QPushButton()
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setMinimumWidth(0)
            button.setStyleSheet("QPushButton { padding: 2px 0; min-height: 34px; }")
            button.clicked.connect(self.changed)
            row.addWidget(button, 1)
            self._buttons[state] = button
        self._buttons[None].setChecked(True)
        self.show_counts(self.counts)

    @property
    def chosen(self) -> MotionState | None:
        """The state that is filtered by, None for all."""
        return next((state for state, button in self._buttons.items() if button.isChecked()), None)

    def choose(self, state: MotionState | None) -> None:
        """Filter by a state."""
        self._buttons[state].setChecked(True)
        self.changed.emit()

    def button(self, state: MotionState | None) -> QPushButton:
        """Return the button of a state."""
        return self._buttons[state]

    def show_counts(self, counts: dict[MotionState, int]) -> None:
        """Show the numbers."""
        self.counts = counts
        for state, button in self._buttons.items():
            number = sum(counts.values()) if state is None else counts[state]
            word = self.tr("All") if state is None else text.motion(state)
            label = f"{number}\n{word}"
            if button.text() != label:
                button.setText(label)
