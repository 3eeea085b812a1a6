"""What became of a command: the sentence, the picture if it brought one, the fields of the answer."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from laixi_transport.domain.command import CommandEntry, CommandState
from laixi_transport.services.terminals.model import FrameView
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.field_tree import CLAUSE, NOTATION, PATH, FieldTree
from laixi_transport.ui.pages.terminals.frames import exact_time
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import EmptyState, dim

translate = QCoreApplication.translate

PICTURE_SHARE = 0.55


class AnswerView(QWidget):
    """Empty until a command is chosen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entry: CommandEntry | None = None
        self.heading = QLabel()
        self.heading.setObjectName("strong")
        self.bar = QHBoxLayout()
        self.bar.setSpacing(6)
        self.bar.addWidget(self.heading, 1)
        self.cancel_button = QPushButton(self.tr("Take back (Del)"))
        self.bar.addWidget(self.cancel_button)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.times = dim()
        self.times.setWordWrap(True)
        self.tree = FieldTree(theme)
        for hidden in (PATH, CLAUSE, NOTATION):
            self.tree.setColumnHidden(hidden, True)
        self.picture = PictureLabel()
        self.picture.setAccessibleName(self.tr("Picture"))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.picture)
        self._split.addWidget(self.tree)
        self._split.setChildrenCollapsible(False)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.sentence)
        column.addWidget(self.times)
        column.addWidget(self._split, 1)
        self.empty = EmptyState(self.tr("Choose a command to see its answer."))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.bar)
        column.addWidget(self._stack, 1)
        self.show_entry(None, ())

    @property
    def entry(self) -> CommandEntry | None:
        """The command that is shown."""
        return self._entry

    def show_entry(
        self, entry: CommandEntry | None, frames: Sequence[FrameView], picture: QPixmap | None = None
    ) -> None:
        """Show a command with what was sent and answered."""
        self._entry = entry
        self._stack.setCurrentIndex(0 if entry is None else 1)
        self.cancel_button.setVisible(entry is not None and entry.state is CommandState.QUEUED)
        self.heading.setText("" if entry is None else wording.command(entry))
        shown_before = self.picture.isVisible()
        self.picture.show_picture(picture)
        if picture is not None and not shown_before:
            self._split.setSizes([round(self.width() * PICTURE_SHARE), round(self.width() * (1 - PICTURE_SHARE))])
        if entry is None:
            self.tree.show_fields(())
            return
        icon, colour = wording.STATE_ICONS[entry.state]
        del icon
        self.sentence.setText(f"{wording.state(entry)}: {wording.result(entry)}")
        self.sentence.setStyleSheet(f"color: {getattr(self._theme.palette, 'text' if colour == 'dim' else colour)};")
        self.times.setText(_times(entry))
        groups = []
        for view in sorted(frames, key=lambda view: view.direction == "down"):  # the answer first
            way = self.tr("Answer {message}") if view.direction == "up" else self.tr("Sent {message}")
            groups.append((way.format(message=wording.message(view)), view.fields))
        self.tree.show_fields(groups)
        for at in range(len(groups)):
            if at == 0:
                self.tree.open_group(at)


class PictureLabel(QLabel):
    """A picture that takes the room there is."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPixmap()
        self.setMinimumSize(120, 60)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show a picture; None hides the place for it."""
        self._picture = picture if picture is not None else QPixmap()
        self.setVisible(not self._picture.isNull())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._picture.isNull():
            self.setPixmap(
                self._picture.scaled(
                    self.contentsRect().size(),
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )


def _times(entry: CommandEntry) -> str:
    """Return "made 10:42:18.300 by Li · sent 10:42:18.310 · answered after 0.8 s"."""
    made = translate("Terminals", "made {time} by {who}") if entry.made_by else translate("Terminals", "made {time}")
    parts = [made.format(time=exact_time(entry.made_at.timestamp()), who=entry.made_by)]
    if entry.sent_at is not None:
        parts.append(translate("Terminals", "sent {time}").format(time=exact_time(entry.sent_at.timestamp())))
        if entry.attempts > 1:
            parts.append(translate("Terminals", "{count} times").format(count=entry.attempts))
        if entry.settled_at is not None:
            lasted_s = (entry.settled_at - entry.sent_at).total_seconds()
            parts.append(translate("Terminals", "settled after {seconds} s").format(seconds=f"{lasted_s:.1f}"))
    return " · ".join(parts)
