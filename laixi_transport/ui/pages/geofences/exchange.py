"""Reading areas from a file and writing them: which frame its coordinates are in is asked beforehand."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from laixi_transport.domain.map_data import Frame
from laixi_transport.services.geofences.geojson import FenceFile
from laixi_transport.ui.problems import describe
from laixi_transport.ui.widgets import heading

MOST_FAULTS = 200


class Exchange(QWidget):
    """``go_on`` asks for the file, ``taken`` says that what was read is to be stored."""

    go_on = Signal(bool, object)
    """Whether to write, and the Frame."""
    taken = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._write = False
        self.title = heading()
        self.question = QLabel()
        self.question.setWordWrap(True)
        self._group = QButtonGroup(self)
        self.frames: dict[Frame, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.question)
        for frame, said in (
            (Frame.WGS84, self.tr("WGS-84: GNSS, OpenStreetMap, GeoJSON by its rule")),
            (Frame.GCJ02, self.tr("GCJ-02: maps of AMap and Tencent, some 400 m aside")),
            (Frame.BD09, self.tr("BD-09: maps of Baidu")),
        ):
            button = QRadioButton(said)
            self._group.addButton(button)
            self.frames[frame] = button
            column.addWidget(button)
        self.frames[Frame.WGS84].setChecked(True)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.faults = QListWidget()
        self.faults.setWordWrap(True)
        self.faults.setAccessibleName(self.tr("Shapes that cannot be taken"))
        self.go_button = QPushButton()
        self.go_button.setObjectName("primary")
        self.go_button.clicked.connect(self._go)
        self.leave_button = QPushButton(self.tr("Cancel"))
        self.leave_button.clicked.connect(self.left)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave_button)
        row.addWidget(self.go_button)
        column.addWidget(self.said)
        column.addWidget(self.faults, 1)
        column.addStretch(1)
        column.addLayout(row)
        self._read: FenceFile | None = None

    def begin(self, *, write: bool, count: int) -> None:
        """Ask for the frame of a file to be read, or to be written with so many areas."""
        self._write, self._read = write, None
        self.title.setText(self.tr("Write {count} areas").format(count=count) if write else self.tr("Read areas"))
        self.question.setText(
            self.tr("Which coordinates does the program expect that the file is for?")
            if write
            else self.tr("Which coordinates are in the file? A boundary in another frame lies hundreds of metres off.")
        )
        for button in self.frames.values():
            button.setEnabled(True)
        self.said.hide()
        self.faults.hide()
        self.go_button.setText(self.tr("Choose where…") if write else self.tr("Choose the file…"))
        self.go_button.setEnabled(not write or count > 0)
        self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def frame(self) -> Frame:
        """The frame that was chosen."""
        return next(frame for frame, button in self.frames.items() if button.isChecked())

    def show_read(self, found: FenceFile) -> None:
        """Say what a file holds before any of it is stored."""
        self._read = found
        for button in self.frames.values():
            button.setEnabled(False)
        said = self.tr("{count} areas can be taken; they are shown on the map.").format(count=len(found.fences))
        if found.faults:
            said += " " + self.tr("{count} shapes cannot:").format(count=len(found.faults))
        self.said.setText(said)
        self.said.show()
        self._list(found.faults)
        self.go_button.setText(self.tr("Take {count} areas").format(count=len(found.fences)))
        self.go_button.setEnabled(bool(found.fences))

    def _list(self, faults: Sequence[Exception]) -> None:
        self.faults.clear()
        self.faults.addItems([describe(fault) for fault in faults[:MOST_FAULTS]])
        if len(faults) > MOST_FAULTS:
            self.faults.addItem(self.tr("and {count} more").format(count=len(faults) - MOST_FAULTS))
        self.faults.setVisible(bool(faults))

    def _go(self) -> None:
        if self._read is not None:
            self.taken.emit()
        else:
            self.go_on.emit(self._write, self.frame)
