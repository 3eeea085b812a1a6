"""One area in words: name, purpose, size, when it holds, limit, note."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from laixi_transport.domain.geofence import (
    NAME_LENGTH,
    NOTE_LENGTH,
    Geofence,
    GeofenceKind,
    GeofencePurpose,
    GeofenceVersion,
)
from laixi_transport.ui import format as text
from laixi_transport.ui.map.tools import fence_words
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.pages.geofences.hours_editor import HoursEditor
from laixi_transport.ui.pages.geofences.reading import read_limit, read_metres, read_moment, said_moment
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import dim
from laixi_transport.ui.widgets.scrolling import scrolled


class FenceForm(QWidget):
    """``edited`` has the area with what was typed so far; the page keeps it until it is saved."""

    edited = Signal(object)
    saved = Signal()
    reverted = Signal()
    removed = Signal()

    def __init__(self, theme: Theme, now: Callable[[], float]) -> None:
        super().__init__()
        self._theme = theme
        self._now = now
        self._fence: Geofence | None = None
        self._filling = False
        self._faults: dict[str, str] = {}
        self.fields: dict[str, QLineEdit] = {}
        content = QWidget()
        content.setObjectName("content")
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 2, 8, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._make_fields()
        self.scroll_area = scrolled(content)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.save_button = QPushButton(self.tr("Save (Ctrl+S)"))
        self.save_button.setObjectName("primary")
        self.save_button.clicked.connect(self.saved)
        self.revert_button = QPushButton(self.tr("Revert (Esc)"))
        self.revert_button.clicked.connect(self.reverted)
        self.remove_button = QPushButton(self.tr("Remove"))
        self.remove_button.setToolTip(self.tr("Remove the area (Ctrl+Del); it can be brought back"))
        self.remove_button.clicked.connect(self.removed)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        row.addWidget(self.revert_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.scroll_area, 1)
        column.addWidget(self.said)
        column.addLayout(row)
        self.complain("")

    def show_fence(self, fence: Geofence, *, new: bool) -> None:
        """Show an area; fields that say the same already keep their cursor."""
        self._fence = fence
        self._filling = True
        for name, value in (
            ("name", fence.name),
            ("limit", "" if fence.limit_kmh is None else f"{fence.limit_kmh:g}"),
            ("from", said_moment(fence.valid_from)),
            ("to", said_moment(fence.valid_to)),
            ("note", fence.note),
        ):
            self._fill(name, value)
        self.purpose.setCurrentIndex(self.purpose.findData(fence.purpose.value))
        self.enabled.setChecked(fence.enabled)
        self.hours.show_hours(fence.hours)
        self.show_shape(Shape.of(fence))
        self.revert_button.setText(self.tr("Discard (Esc)") if new else self.tr("Revert (Esc)"))
        self.remove_button.setVisible(not new)
        self._filling = False

    def show_shape(self, shape: Shape) -> None:
        """Show the size of a shape that is being changed on the map."""
        if self._fence is not None:
            self._fence = shape.on(self._fence)
        caption = {GeofenceKind.CIRCLE: self.tr("Radius m"), GeofenceKind.CORRIDOR: self.tr("Width m")}.get(shape.kind)
        self._captions["size"].setVisible(caption is not None)
        self.fields["size"].setVisible(caption is not None)
        if caption is not None:
            self._captions["size"].setText(caption)
            metres = shape.radius_m * (2 if shape.kind is GeofenceKind.CORRIDOR else 1)
            self._fill("size", f"{metres:g}" if metres < 1e6 else f"{metres:.0f}")
        fault = shape.fault
        said = fence_words.fault(fault) if fault is not None else " · ".join(fence_words.measures(shape))
        self.measures.setText(f"{fence_words.kind(shape.kind)} · {said}")
        self.measures.setStyleSheet(f"color: {self._theme.palette.high_text};" if fault is not None else "")

    def show_state(self, *, dirty: bool) -> None:
        """Show whether there is anything to save."""
        self.save_button.setEnabled(dirty)
        self.revert_button.setEnabled(dirty)
        if not dirty:
            self.complain("")

    def show_version(self, versions: tuple[GeofenceVersion, ...]) -> None:
        """Show who made the area what it is, with the changes before in the tooltip."""
        if not versions:
            self.version.setText(self.tr("Not stored yet"))
            self.version.setToolTip("")
            return
        lines = [
            self.tr("{time} by {who}").format(time=time, who=version.changed_by) if version.changed_by else time
            for version in versions
            for time in (text.moment(version.since.timestamp(), self._now()),)
        ]
        self.version.setText(self.tr("Changed {when}").format(when=lines[0]))
        self.version.setToolTip("\n".join(lines[:12]))

    def begin_name(self) -> None:
        """Take the keyboard to name a new area."""
        self.scroll_area.verticalScrollBar().setValue(0)
        self.fields["name"].setFocus(Qt.FocusReason.OtherFocusReason)
        self.fields["name"].selectAll()

    def complain(self, sentence: str) -> None:
        """Say why something is not done."""
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {self._theme.palette.high_text};")
        self.said.setVisible(bool(sentence))

    def fault(self) -> str:
        """Return what is wrong with what was typed, with the keyboard on it; empty if nothing is."""
        faults = dict(self._faults)
        if self.hours.faulty:
            faults["hours"] = self.tr("days, and times such as 07:30")
        for name, said in faults.items():
            field = self.fields.get(name)
            if field is not None:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
            caption = field.accessibleName() if field is not None else self.tr("Hours")
            return self.tr("{field}: {fault}").format(field=caption, fault=said)
        return ""

    # Fields

    def _make_fields(self) -> None:
        self._captions: dict[str, QLabel] = {}
        self._add("name", self.tr("Name"), "", NAME_LENGTH)
        self.purpose = QComboBox()
        self.purpose.setAccessibleName(self.tr("Purpose"))
        for purpose in GeofencePurpose:
            self.purpose.addItem(fence_words.purpose(purpose), purpose.value)
        self.purpose.activated.connect(self._purpose_chosen)
        self._row(self.tr("Purpose"), self.purpose)
        self.measures = QLabel()
        self.measures.setTextFormat(Qt.TextFormat.PlainText)
        self.measures.setWordWrap(True)
        self._row(self.tr("Shape"), self.measures)
        self._add("size", self.tr("Radius m"), "", 12)
        self._add("limit", self.tr("Limit km/h"), self.tr("none of its own"), 5)
        self._add("from", self.tr("Holds from"), self.tr("since ever; 2026-06-10 08:00"), 20)
        self._add("to", self.tr("until"), self.tr("for good"), 20)
        self.hours = HoursEditor(self._theme)
        self.hours.edited.connect(self._hours_edited)
        self._grid.addWidget(self.hours, self._grid.rowCount(), 0, 1, 2)
        self.enabled = QCheckBox(self.tr("Watched"))
        self.enabled.setToolTip(self.tr("Switched off, the area is kept and holds at no time"))
        self.enabled.toggled.connect(lambda on: self._take(enabled=on))
        self._row("", self.enabled)
        self._add("note", self.tr("Note"), "", NOTE_LENGTH)
        self.version = dim()
        self.version.setWordWrap(True)
        self._row("", self.version)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _add(self, name: str, caption: str, hint: str, most: int) -> None:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setAccessibleName(caption)
        field.setMaxLength(most)
        field.textEdited.connect(partial(self._typed, name))
        if name == "name":
            field.returnPressed.connect(self.saved)  # draw, type a name, Enter: done
        self.fields[name] = field
        self._captions[name] = self._row(caption, field)

    def _row(self, caption: str, widget: QWidget) -> QLabel:
        row = self._grid.rowCount()
        label = dim(caption)
        label.setBuddy(widget)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(widget, row, 1)
        label.setContentsMargins(0, 5, 0, 0)
        return label

    def _fill(self, name: str, value: str) -> None:
        field = self.fields[name]
        self._mark(name, "")
        if field.text() != value and not (field.hasFocus() and self._reads_same(name, field.text(), value)):
            field.setText(value)

    def _reads_same(self, name: str, typed: str, value: str) -> bool:
        """Whether what is being typed means what is to be shown: "2" must not become "2.0" under the fingers."""
        try:
            return self._read(name, typed) == self._read(name, value)
        except ValueError:
            return False

    def _read(self, name: str, typed: str) -> object:
        match name:
            case "limit":
                return read_limit(typed)
            case "size":
                return read_metres(typed)
            case "from" | "to":
                return read_moment(typed)
        return typed

    def _typed(self, name: str, typed: str) -> None:
        """Take what is typed, or mark that it cannot be read."""
        try:
            match name:
                case "name":
                    self._mark(name, "" if typed.strip() else self.tr("a name of 1 to 64 characters"))
                    self._take(name=typed)
                case "note":
                    self._take(note=typed)
                case "limit":
                    self._take(limit_kmh=read_limit(typed))
                case "from":
                    self._take(valid_from=read_moment(typed))
                case "to":
                    self._take(valid_to=read_moment(typed))
                case "size":
                    metres = read_metres(typed)
                    corridor = self._fence is not None and self._fence.kind is GeofenceKind.CORRIDOR
                    self._take(radius_m=metres / 2 if corridor else metres)
        except ValueError:
            hints = {
                "limit": self.tr("a speed from 1 to 200, or nothing"),
                "size": self.tr("metres, such as 350"),
            }
            self._mark(name, hints.get(name, self.tr("a time such as 2026-06-10 08:00, or nothing")))
            return
        if name != "name":
            self._mark(name, "")

    def _purpose_chosen(self) -> None:
        self._take(purpose=GeofencePurpose(self.purpose.currentData()))

    def _hours_edited(self) -> None:
        if not self.hours.faulty:
            self._take(hours=self.hours.hours())

    def _take(self, **values: Any) -> None:
        if self._fence is None or self._filling:
            return
        self._fence = replace(self._fence, **values)
        self.edited.emit(self._fence)

    def _mark(self, name: str, fault: str) -> None:
        if fault:
            self._faults[name] = fault
        else:
            self._faults.pop(name, None)
        field = self.fields[name]
        if bool(field.property("invalid")) != bool(fault):
            field.setProperty("invalid", bool(fault))
            field.style().unpolish(field)
            field.style().polish(field)
        field.setToolTip(fault)
