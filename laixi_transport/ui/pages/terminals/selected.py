"""Reads what the tabs show of the selected terminal, and sends commands to it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QPainter, QPixmap

from laixi_transport.domain.command import CommandEntry, CommandResult
from laixi_transport.domain.media import Media, MediaKind
from laixi_transport.services.bundle import Services
from laixi_transport.services.commands.form import Command
from laixi_transport.services.terminals.model import FrameView, RefusedView, TerminalStatus
from laixi_transport.services.terminals.reading import read_view
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.terminals.detail import COMMANDS, REFUSALS, TerminalDetail

FRAMES_SHOWN = 60
REFUSALS_SHOWN = 300
PICTURES_SHOWN = 4
PICTURE_PX = 360
"""Height of a picture beside others."""


class SelectedTerminal(QObject):
    """Only what the tab in front shows is read; ``anew`` means: of another terminal than before."""

    def __init__(self, context: Context, detail: TerminalDetail, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._detail = detail
        self.terminal_id: int | None = None
        detail.tabs.currentChanged.connect(lambda _: self.read(anew=True))
        detail.refusals.scope_changed.connect(lambda _: self.read(anew=True))
        detail.refusals.reason_changed.connect(lambda _: self.read(anew=False))  # perhaps none of the last ones has it
        detail.commands.form.asked_to_send.connect(self._send)
        detail.commands.cancel_asked.connect(self._cancel)
        detail.commands.chosen.connect(self._show_answer)
        self._clear()

    def select(self, status: TerminalStatus | None) -> None:
        """Show another terminal; the one that is shown already stays as it is."""
        terminal_id = status.terminal.id if status is not None else None
        if terminal_id != self.terminal_id:
            self.terminal_id = terminal_id
            self._clear()
            self.read(anew=True)

    def read(self, *, anew: bool) -> None:
        """Read what the tab in front shows."""
        if self._detail.tab == REFUSALS:
            self._read_refusals(anew=anew)
        elif self.terminal_id is None:
            return
        elif self._detail.tab == COMMANDS:
            self._read_commands(self.terminal_id)
        else:
            self._read_frames(self.terminal_id, anew=anew)

    def take_entries(self, entries: Sequence[CommandEntry]) -> None:
        """Take commands that are new or went on, those of other windows too."""
        ours = [entry for entry in entries if entry.terminal_id == self.terminal_id]
        if ours and self._detail.tab == COMMANDS:
            self._detail.commands.merge(ours)

    def take_media(self, media: Sequence[Media]) -> None:
        """Show a picture that has come after its command was answered."""
        entry = self._detail.commands.table.current()
        if entry is not None and any(medium.terminal_id == entry.terminal_id for medium in media):
            self._show_answer(entry)

    def _clear(self) -> None:
        """Empty what belongs to a terminal; what is read fills it again."""
        nobody = self.terminal_id is None
        self._detail.frames.clear(self.tr("Select a terminal to see its last frames.") if nobody else "")
        self._detail.commands.clear(self.tr("Select a terminal to send it a command.") if nobody else "")
        if not self._detail.refusals.everything:
            self._detail.refusals.clear(self.tr("Select a terminal, or look at all sources.") if nobody else "")

    def _read_frames(self, terminal_id: int, *, anew: bool) -> None:
        service, tab = self._context.services.terminals, self._detail.frames

        def show(frames: list[FrameView]) -> None:
            if self.terminal_id != terminal_id:
                return
            if frames:
                tab.show_frames(frames, anew=anew or not tab.rows.total)
            else:
                tab.clear(self.tr("This terminal has sent nothing that is kept."))

        self._context.tasks.run(
            lambda: service.last_frames(terminal_id, FRAMES_SHOWN), slot="terminals.frames", owner=self
        ).then(show)

    def _read_refusals(self, *, anew: bool) -> None:
        tab, service = self._detail.refusals, self._context.services.terminals
        terminal_id, reason = None if tab.everything else self.terminal_id, tab.reason
        if terminal_id is None and not tab.everything:
            tab.clear(self.tr("Select a terminal, or look at all sources."))
            return

        def read() -> tuple[list[RefusedView], dict[str, int]]:
            if terminal_id is None:
                return service.refused(REFUSALS_SHOWN, reason=reason), service.refusals()
            of_it = service.terminals([terminal_id])
            counts = dict(of_it[0].counts.quarantined) if of_it else {}
            return service.refused(REFUSALS_SHOWN, terminal_id=terminal_id, reason=reason), counts

        def show(found: tuple[list[RefusedView], dict[str, int]]) -> None:
            if terminal_id == (None if tab.everything else self.terminal_id):
                tab.show_refusals(*found, anew=anew)

        self._context.tasks.run(read, slot="terminals.refusals", owner=self).then(show)

    def _read_commands(self, terminal_id: int) -> None:
        service, tab = self._context.services.commands, self._detail.commands

        def show(entries: list[CommandEntry]) -> None:
            if self.terminal_id == terminal_id:
                tab.merge(entries)

        self._context.tasks.run(lambda: service.list(terminal_id), slot="terminals.commands", owner=self).then(show)

    def _send(self, command: Command, wait_s: float) -> None:
        if self.terminal_id is not None:
            sending = self._context.services.commands.send(self.terminal_id, command, expires_s=wait_s)
            self._await(sending, self._show_sent)

    def _show_sent(self, entry: CommandEntry) -> None:
        tab = self._detail.commands
        tab.form.forget_entered()
        if entry.terminal_id == self.terminal_id:
            if tab.rows.row(entry.id) is None:  # else it has gone on already
                tab.merge([entry])
            tab.choose(entry.id)
            tab.show_answer_side()

    def _cancel(self, entry: CommandEntry) -> None:
        self._await(self._context.services.commands.cancel(entry.id), self._show_cancelled)

    def _show_cancelled(self, entry: CommandEntry) -> None:
        self.take_entries([entry])
        if entry.result is not CommandResult.CANCELLED:
            self._context.notify(self.tr("The command had left already and cannot be taken back."))

    def _await(self, future: "Future[CommandEntry]", show: Callable[[CommandEntry], None]) -> None:
        """Show what the writer made of it, on this thread."""
        self._context.tasks.run(future.result, owner=self).then(show).otherwise(self._context.notify)

    def _show_answer(self, entry: CommandEntry | None) -> None:
        tab = self._detail.commands
        if entry is None:
            tab.answer.show_entry(None, ())
            return
        services = self._context.services

        def read() -> tuple[list[FrameView], QImage | None]:
            frames = services.commands.frames(entry)
            return frames, pictures_of(services, entry, frames)

        def show(found: tuple[list[FrameView], QImage | None]) -> None:
            current = tab.table.current()
            if current is not None and current.id == entry.id:
                frames, image = found
                tab.answer.show_entry(current, frames, QPixmap.fromImage(image) if image is not None else None)

        self._context.tasks.run(read, slot="terminals.answer", owner=self).then(show)


def pictures_of(services: Services, entry: CommandEntry, frames: Sequence[FrameView]) -> QImage | None:
    """Return the pictures that a command brought, beside each other; None if it brought none. Blocks."""
    told = [read_view(view).values for view in frames if view.direction == "up"]
    numbers = {str(number) for values in told for number in values.get("media_ids", ())}
    if not numbers or entry.sent_at is None:
        return None
    since = entry.sent_at - timedelta(seconds=1)
    images = []
    for medium in reversed(services.media.list(terminal_id=entry.terminal_id, n=50)):
        named = medium.name.partition(".")[0] in numbers
        if named and medium.kind == MediaKind.IMAGE and medium.received_at >= since and services.media.path(medium):
            image = QImage.fromData(services.media.read(medium))
            if not image.isNull():
                images.append(image)
    return _beside(images[:PICTURES_SHOWN])


def _beside(images: Sequence[QImage]) -> QImage | None:
    if len(images) < 2:
        return images[0] if images else None
    scaled = [image.scaledToHeight(PICTURE_PX) for image in images]
    whole = QImage(sum(image.width() + 4 for image in scaled) - 4, PICTURE_PX, QImage.Format.Format_ARGB32)
    whole.fill(0)
    painter = QPainter(whole)
    left = 0
    for image in scaled:
        painter.drawImage(left, 0, image)
        left += image.width() + 4
    painter.end()
    return whole
