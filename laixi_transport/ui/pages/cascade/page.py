"""The page itself: what waits for an answer, below it what was asked and answered, beside them the links."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from laixi_transport.domain.cascade import (
    CascadeLink,
    CascadeStatus,
    Handling,
    RequestState,
    UpperRequest,
)
from laixi_transport.domain.problem import Problem
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.cascade import wording
from laixi_transport.ui.pages.cascade.answers import StandardAnswers
from laixi_transport.ui.pages.cascade.cards import OrderCard, QuestionCard
from laixi_transport.ui.pages.cascade.history import HistoryPanel
from laixi_transport.ui.pages.cascade.link_form import LinkForm
from laixi_transport.ui.pages.cascade.links import LinksPanel
from laixi_transport.ui.pages.cascade.waiting import WaitingPanel
from laixi_transport.ui.problems import describe
from laixi_transport.ui.widgets.scrolling import restore_sizes

SCOPE = "cascade"
REQUESTS, STATUSES = "cascade.requests", "cascade.statuses"
TICK_MS = 1000
READ_EVERY = 10
"""Ticks after which links are read again: another seat may have changed them."""
HISTORY = 300
FOLD_PX = 540
"""Less height than this, and what waits and what was answered take turns."""
SIDE_PX = 340


class CascadePage(QWidget):
    """Answers go up as they are given; the first one counts, whichever seat gave it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context = context
        self._service = context.services.cascade
        self._links: dict[int, CascadeLink] = {}
        self._statuses: dict[int, CascadeStatus] = {}
        self._plates: dict[str, int] = {}
        self._mine: set[int] = set()  # answered here, and not known to have arrived
        self._wanted: int | None = None  # to have the keyboard once it is shown
        self._active = False
        self._ticks = 0
        self.folded = False
        self._standard = StandardAnswers(context.settings)
        self.waiting = WaitingPanel(
            context.theme, context.now, self._who, lambda plate: self._vehicle(plate) is not None, self._standard
        )
        self.history = HistoryPanel(context.theme, context.settings, context.now, self._who)
        self.links = LinksPanel(context.theme, context.now)
        self.form = LinkForm(context.theme)
        self._arrange()
        self._connect()
        self._enter_actions()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._listen()
        self._show_waiting()

    # The page in the shell

    def activated(self) -> None:
        """Keep everything up to date from now on."""
        self._active = True
        self._timer.start()
        self._show_waiting()
        self._read()

    def deactivated(self) -> None:
        """Rest."""
        self._active = False
        self._timer.stop()

    def show_target(self, **target: Any) -> None:
        """Give the keyboard to the answer of ``request_id``."""
        wanted = target.get("request_id")
        if isinstance(wanted, int):
            self._turns.button(0).setChecked(True)
            self._wanted = wanted
            self._show_waiting()

    def save_state(self) -> dict[str, Any]:
        """Return the sizes."""
        return {"sizes": self._splitter.sizes()}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` returned."""
        restore_sizes(self._splitter, state.get("sizes"))

    # Building

    def _arrange(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.waiting)
        self._splitter.addWidget(self.history)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setSizes([360, 540])
        self._turn_row = QWidget()
        row = QHBoxLayout(self._turn_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._turns = QButtonGroup(self)
        for place, words in enumerate((self.tr("Waiting"), self.tr("Answered"))):
            button = QToolButton()
            button.setObjectName("framed")
            button.setText(words)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._turns.addButton(button, place)
            row.addWidget(button)
        self._turns.button(0).setChecked(True)
        self._turns.idToggled.connect(lambda _id, on: self._fold() if on else None)
        self.side = QStackedWidget()
        self.side.addWidget(self.links)
        self.side.addWidget(self.form)
        self.side.setFixedWidth(round(SIDE_PX * self._context.theme.scale))
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._splitter, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(left, 1)
        whole.addWidget(self.side)
        self._fold()

    def _connect(self) -> None:
        self.waiting.answered.connect(self._answer)
        self.waiting.settled.connect(self._settle)
        self.waiting.shown.connect(self._play_back)
        self.history.settled.connect(self._settle)
        self.history.opened.connect(self._open)
        self.links.add_asked.connect(partial(self._begin_form, None))
        self.links.change_asked.connect(self._begin_form)
        self.links.remove_asked.connect(self._remove)
        self.links.switched.connect(self._switch)
        self.form.saved.connect(self._save)
        self.form.left.connect(self._leave_form)

    def _enter_actions(self) -> None:
        add = partial(self._context.actions.add, scope=SCOPE)
        add("cascade.new", self.tr("Add a link"), partial(self._begin_form, None), keys="N")
        add("cascade.save", self.tr("Save the link"), self._save_form, keys=("Ctrl+Return", "Ctrl+Enter"))
        add("cascade.back", self.tr("Leave the form"), self._leave_form, keys="Esc", secondary=True)

    def _listen(self) -> None:
        """Have news brought over by the bridge, as long as the page lives."""
        bridge = self._context.bridge

        def on_requests(requests: list[UpperRequest]) -> None:
            bridge.append(REQUESTS, *requests)

        def on_statuses(statuses: list[CascadeStatus]) -> None:
            bridge.post_all(STATUSES, ((status.link_id, status) for status in statuses))

        ends: tuple[Callable[[], None], ...] = (
            bridge.listen(REQUESTS, self._take_requests),
            bridge.listen(STATUSES, self._take_statuses),
            self._service.subscribe(on_requests, on_statuses),
        )

        def end_all(*_: object) -> None:
            for end in ends:
                end()

        self.destroyed.connect(end_all)

    # What is shown

    def _who(self, request: UpperRequest) -> str:
        link = self._links.get(request.link_id)
        name = link.name if link is not None else self.tr("Platform above")
        return (
            self.tr("{name} to {whom}").format(name=name, whom=wording.asked(request)) if request.object_type else name
        )

    def _vehicle(self, plate: str) -> int | None:
        """Return the id of a vehicle by its plate."""
        if not plate:
            return None
        if plate not in self._plates:
            vehicles, _states = self._context.services.live.fleet()
            self._plates = {vehicle.plate: vehicle.id for vehicle in vehicles}
        return self._plates.get(plate)

    def _read(self) -> None:
        def read() -> tuple[Sequence[CascadeLink], Sequence[CascadeStatus], list[UpperRequest]]:
            return self._service.links(), self._service.statuses(), self._service.history(HISTORY)

        self._context.tasks.run(read, slot="cascade.read", owner=self).then(self._show_read)

    def _show_read(self, found: tuple[Sequence[CascadeLink], Sequence[CascadeStatus], list[UpperRequest]]) -> None:
        links, statuses, requests = found
        self._links = {link.id: link for link in links}
        self._statuses |= {status.link_id: status for status in statuses}
        self.links.show_links(links, self._statuses)
        self.history.rows.remove(row.id for row in self.history.rows.rows() if row.link_id not in self._links)
        self.history.show_history(requests)
        self._show_waiting()

    def _take_requests(self, requests: Sequence[UpperRequest]) -> None:
        newest = {request.id: request for request in requests}
        self.history.show_history(newest.values())
        for request in newest.values():
            if request.id in self._mine and request.state is RequestState.SENT:
                self._mine.discard(request.id)
                self._tell_arrived(request)
        self._show_waiting()

    def _take_statuses(self, statuses: Sequence[CascadeStatus]) -> None:
        self._statuses |= {status.link_id: status for status in statuses}
        if any(status.link_id not in self._links for status in statuses):
            if self._active:
                self._read()
            return
        self.links.show_links(tuple(self._links.values()), self._statuses)

    def _show_waiting(self) -> None:
        self.waiting.show_requests([*self._service.open_questions(), *self._service.open_supervisions()])
        if not self._links:
            said = self.tr("Questions and orders of a platform above appear here once a link to it is entered.")
        else:
            said = self.tr("Nothing waits for an answer. A question appears here and on every page, and is heard.")
        self.waiting.say(said)
        if self.history.unsent:
            self.waiting.tell(
                self.tr("{count} answers wait for the link and go up when it is back").format(
                    count=self.history.unsent
                ),
                "high_text",
            )
        if self._wanted in self.waiting.cards:
            self.waiting.focus(self._wanted)
            self._wanted = None

    def _tell_arrived(self, request: UpperRequest) -> None:
        sent = request.sent or request.received
        late = wording.lateness_s(request, self._context.now())
        took = text.duration((sent - request.received).total_seconds())
        if late is not None:
            said = self.tr("The answer arrived above at {time}, late by {late}").format(
                time=text.clock(sent.timestamp()), late=text.duration(late)
            )
            self.waiting.tell(said, "high_text")
        else:
            said = self.tr("The answer arrived above at {time}, after {took}").format(
                time=text.clock(sent.timestamp()), took=took
            )
            self.waiting.tell(said, "good_text")

    def _tick(self) -> None:
        self._ticks += 1
        self.waiting.tick()
        self.links.refresh()
        if self._ticks % READ_EVERY == 0:
            self._read()

    # Answering

    def _answer(self, request_id: int, answer: str) -> None:
        card = self.waiting.cards.get(request_id)
        try:
            storing = self._service.answer(request_id, answer, self._context.operator)
        except Problem as problem:
            if isinstance(card, QuestionCard):
                card.set_busy(False)
                card.complain(describe(problem))
            return
        self._standard.remember(answer)
        self._mine.add(request_id)
        self._await(storing, partial(self._answered, answer), partial(self._not_answered, request_id))

    def _settle(self, request_id: int, handling: Handling) -> None:
        self._mine.add(request_id)
        self._await(
            self._service.settle(request_id, handling, self._context.operator),
            lambda request: self._take_requests([request]),
            partial(self._not_answered, request_id),
        )

    def _answered(self, answer: str, request: UpperRequest) -> None:
        if request.answer != answer:
            self._mine.discard(request.id)
            self._context.notify(
                self.tr("{who} had answered already: “{answer}”. The first answer counts.").format(
                    who=request.answered_by or text.NONE, answer=request.answer
                )
            )
        self._take_requests([request])

    def _not_answered(self, request_id: int, error: Exception) -> None:
        self._mine.discard(request_id)
        card = self.waiting.cards.get(request_id)
        if isinstance(card, QuestionCard | OrderCard):
            card.set_busy(False)
        self._context.notify(error)

    def _open(self, request: UpperRequest) -> None:
        if request.id in self.waiting.cards:
            self.waiting.focus(request.id)
        else:
            self._play_back(request)

    def _play_back(self, request: UpperRequest) -> None:
        vehicle_id = self._vehicle(request.plate)
        if vehicle_id is not None:
            at = request.alarm_at or request.received
            self._context.open_page("playback", vehicle_id=vehicle_id, time_s=at.timestamp())

    # Links

    def _begin_form(self, link: CascadeLink | None) -> None:
        self.side.setCurrentWidget(self.form)
        self.form.begin(link, tuple(self._links.values()))

    def _leave_form(self) -> None:
        self.side.setCurrentWidget(self.links)

    def _save_form(self) -> None:
        if self.side.currentWidget() is self.form:
            self.form.save()

    def _save(self, link: CascadeLink) -> None:
        try:
            storing = self._service.save_link(link)
        except Problem as problem:
            self.form.complain(describe(problem))
            return
        self._await(storing, lambda _: self._saved(), self._context.notify)

    def _saved(self) -> None:
        self._leave_form()
        self._read()

    def _switch(self, link: CascadeLink, on: bool) -> None:
        self._await(self._service.save_link(replace(link, enabled=on)), lambda _: self._read(), self._context.notify)

    def _remove(self, link: CascadeLink) -> None:
        self._await(self._service.remove_link(link.id), lambda _: self._removed(link), self._context.notify)

    def _removed(self, link: CascadeLink) -> None:
        self._statuses.pop(link.id, None)
        self._read()

    def _await(self, future: "Future[Any]", show: Callable[[Any], None], report: Callable[[Exception], None]) -> None:
        """Show what the writer made of it, on this thread."""
        self._context.tasks.run(future.result, owner=self).then(show).otherwise(report)

    # Folding

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self.height() < round(FOLD_PX * self._context.theme.scale)
        if folded != self.folded:
            self.folded = folded
            self._fold()

    def _fold(self) -> None:
        answered = self._turns.checkedId() == 1
        self._turn_row.setVisible(self.folded)
        (self.history if self.folded and answered else self.waiting).bar.addWidget(self._turn_row)
        self.waiting.setVisible(not self.folded or not answered)
        self.history.setVisible(not self.folded or answered)
