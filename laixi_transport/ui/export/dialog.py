"""The one dialog behind which everything is saved: choices, place, progress, and what came of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from laixi_transport.ui.context import Context
from laixi_transport.ui.export.job import Job, Work
from laixi_transport.ui.export.places import last_folder, remember_folder
from laixi_transport.ui.problems import describe
from laixi_transport.ui.widgets import dim

WIDTH_PX = 560
STEPS = 100


class SaveDialog(QDialog):
    """Base of the dialogs that save something: a subclass adds its choices to ``form`` and says what to do.

    Nothing blocks: the window works on while something is written, and the dialog may be closed, which cancels.
    """

    saved = Signal(object)
    """Path of the file."""

    def __init__(self, context: Context, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(title)
        self.setMinimumWidth(round(WIDTH_PX * context.theme.scale))
        self.folder = last_folder(context.settings)
        self._named = False  # the user chose a name; it is no longer made from the choices
        self._saved: Path | None = None
        self.job = Job(context.tasks, context.bridge, self)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(8)
        self.path = QLineEdit()
        self.path.textEdited.connect(self._name)
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.clicked.connect(self._browse)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.open_folder = QPushButton(self.tr("Open folder"))
        self.open_folder.clicked.connect(self._open_folder)
        self.copy_path = QPushButton(self.tr("Copy path"))
        self.copy_path.clicked.connect(self._copy_path)
        self.save = QPushButton(self.tr("Export"))
        self.save.setObjectName("primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self.start)
        self.cancel = QPushButton(self.tr("Close"))
        self.cancel.clicked.connect(self._leave)
        self._lay_out()
        self.job.progressed.connect(lambda share: self.progress.setValue(round(share * STEPS)))
        self.job.done.connect(self._show_done)
        self.job.failed.connect(self._show_failure)
        self.job.cancelled.connect(self._show_cancelled)
        self._show_idle()

    # What a subclass says

    def suffix(self) -> str:
        """Return the ending of the file's name: ".csv"."""
        raise NotImplementedError

    def proposed(self) -> str:
        """Return a name for the file without its suffix."""
        raise NotImplementedError

    def work(self, path: Path) -> Work:
        """Return what writes the file; made on the window's thread, run away from it."""
        raise NotImplementedError

    def result_text(self, result: Any) -> str:
        """Return a translated sentence on what was written."""
        raise NotImplementedError

    def chosen(self) -> None:
        """Take the choices as they are when saving begins, to remember them."""

    # Doing it

    def add_combo(self, caption: str, items: Sequence[tuple[str, object]]) -> QComboBox:
        """Add a row with a list of titles and their values."""
        combo = QComboBox()
        for title, value in items:
            combo.addItem(title, value)
        combo.currentIndexChanged.connect(self.propose)
        self.form.addRow(dim(caption), combo)
        return combo

    def propose(self) -> None:
        """Show the name that fits the choices; one that the user typed only changes its ending."""
        if self._named:
            typed = self.target()
            self.path.setText(str(typed.with_suffix(self.suffix()) if typed.suffix else typed))
        else:
            self.path.setText(str(self.folder / f"{self.proposed()}{self.suffix()}"))
        self._warn()

    def target(self) -> Path:
        """Return where to, with the ending of the format."""
        path = Path(self.path.text().strip()).expanduser()
        if not path.is_absolute():
            path = self.folder / path
        return path if path.suffix or not path.name else path.with_name(path.name + self.suffix())

    def start(self) -> None:
        """Begin to save."""
        if self.job.running or not self.path.text().strip():
            return
        path = self.target()
        self.chosen()
        self._show_running()
        self.job.start(self.work(path))

    def reject(self) -> None:
        """Close, and end what is being written."""
        self.job.cancel()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.job.cancel()
        super().closeEvent(event)

    # Inside

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(6)
        where.addWidget(self.path, 1)
        where.addWidget(self.browse)
        self._where = where
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 18, 20, 16)
        outer.setSpacing(12)
        outer.addLayout(self.form)
        outer.addWidget(self.told)
        outer.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open_folder)
        buttons.addWidget(self.copy_path)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        outer.addLayout(buttons)

    def finish_form(self) -> None:
        """Add the row of the place below the choices and propose a name; a subclass calls it last."""
        self.form.addRow(dim(self.tr("File")), self._where)
        self.propose()

    def _name(self) -> None:
        self._named = True
        self._warn()

    def _browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), str(self.target()), f"*{self.suffix()}")
        if name:
            self.path.setText(name)
            self.folder = Path(name).parent
            self._named = True
            self._warn()

    def _warn(self) -> None:
        if not self.job.running:
            self._say(self.tr("This file exists. It will be replaced.") if self._exists() else "")
            self._show_idle()

    def _exists(self) -> bool:
        try:
            return bool(self.path.text().strip()) and self.target().is_file()
        except OSError:  # a folder that may not be looked into: saving will say so
            return False

    def _leave(self) -> None:
        if self.job.running:
            self.job.cancel()
        else:
            self.reject()

    def _say(self, text: str, *, failed: bool = False) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))
        colour = self.context.theme.palette.high_text if failed else self.context.theme.palette.text
        self.told.setStyleSheet(f"color: {colour};")

    def _show_idle(self) -> None:
        self.told.setVisible(bool(self.told.text()))
        self.progress.hide()
        for button in (self.open_folder, self.copy_path):
            button.setVisible(self._saved is not None)
        self.save.setEnabled(True)
        self.cancel.setText(self.tr("Close"))
        self._fit()

    def _show_running(self) -> None:
        self._saved = None
        self._show_idle()
        self._say(self.tr("Writing…"))
        self.progress.setValue(0)
        self.progress.show()
        self.save.setEnabled(False)
        self.cancel.setText(self.tr("Cancel"))
        self._fit()

    def _fit(self) -> None:
        """Take the height that the texts need; the width stays."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _show_done(self, result: Any) -> None:
        self._saved = self.target()
        self.folder = self._saved.parent
        remember_folder(self.context.settings, self.folder)
        self._say(self.result_text(result))
        self._show_idle()
        self.saved.emit(self._saved)

    def _show_failure(self, error: Exception) -> None:
        self._say(describe(error), failed=True)
        self._show_idle()

    def _show_cancelled(self) -> None:
        self._say(self.tr("Cancelled. Nothing was written."))
        self._show_idle()

    def _open_folder(self) -> None:
        if self._saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._saved.parent)))

    def _copy_path(self) -> None:
        if self._saved is not None:
            QGuiApplication.clipboard().setText(str(self._saved))
