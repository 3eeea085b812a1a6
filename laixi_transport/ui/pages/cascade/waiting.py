"""What waits for an answer: a card for each, beside each other where there is room."""

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from laixi_transport.domain.cascade import UpperRequest
from laixi_transport.ui.models.requests import is_question
from laixi_transport.ui.pages.cascade.answers import StandardAnswers
from laixi_transport.ui.pages.cascade.cards import OrderCard, QuestionCard, RequestCard
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import EmptyState, Panel
from laixi_transport.ui.widgets.scrolling import scrolled

CARD_PX = 430
"""Narrower than two of these the cards stand below each other."""
MOST = 40
"""Cards that are made; a platform above that orders more at once has them come up one by one."""


class WaitingPanel(Panel):
    """``answered`` and ``settled`` carry what was chosen, ``shown`` the request whose alarm is to be played back."""

    answered = Signal(int, str)
    settled = Signal(int, object)
    shown = Signal(object)

    def __init__(
        self,
        theme: Theme,
        now: Callable[[], float],
        who: Callable[[UpperRequest], str],
        known: Callable[[str], bool],
        standard: StandardAnswers,
    ) -> None:
        super().__init__(self.tr("Waits for an answer"))
        self._theme = theme
        self._now = now
        self._who = who
        self._known = known
        self._standard = standard
        self.cards: dict[int, RequestCard] = {}
        self._order: list[int] = []
        self._columns = 0
        self.empty = EmptyState("")
        self._content = QWidget()
        self._content.setObjectName("content")
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        scroll = scrolled(self._content)
        self.scroll_area = scroll
        self.news = QLabel()
        self.news.setObjectName("dim")
        self.news.setTextFormat(Qt.TextFormat.PlainText)
        self.bar.addWidget(self.news)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(scroll, 1)
        scroll.hide()

    def say(self, sentence: str) -> None:
        """Say what stands here while nothing waits."""
        self.empty.say(sentence)

    def tell(self, sentence: str, colour: str = "") -> None:
        """Say in the heading what became of the last answer."""
        self.news.setText(sentence)
        self.news.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};" if colour else "")

    def show_requests(self, requests: Sequence[UpperRequest]) -> None:
        """Show these and no others; who is about to answer keeps his card where it is."""
        shown = {request.id: request for request in requests[:MOST]}
        left = self._fallen(shown)
        for request in shown.values():
            if request.id in self.cards:
                self.cards[request.id].show_who(self._who(request))
            else:
                self.cards[request.id] = self._make(request)
        if any(self.cards[one].touched for one in left):
            self._order = [*left, *(one for one in shown if one not in left)]
        else:
            self._order = list(shown)
        self.empty.setVisible(not shown)
        self.scroll_area.setVisible(bool(shown))
        self._place()

    def tick(self) -> None:
        """Count down."""
        now_s = self._now()
        for card in self.cards.values():
            card.tick(now_s)

    def focus(self, request_id: int | None) -> None:
        """Give the keyboard to the answer of a request, by default of the first one."""
        wanted = request_id if request_id in self.cards else next(iter(self._order), None)
        if wanted is not None:
            card = self.cards[wanted]
            self.scroll_area.ensureWidgetVisible(card)
            card.focus_answer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _fallen(self, shown: dict[int, UpperRequest]) -> list[int]:
        """Take out the cards of what waits no longer; return the others in their order."""
        for gone in [one for one in self.cards if one not in shown]:
            card = self.cards.pop(gone)
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        return [one for one in self._order if one in shown]

    def _make(self, request: UpperRequest) -> RequestCard:
        who, now_s = self._who(request), self._now()
        if is_question(request):
            question = QuestionCard(self._theme, request, who, now_s, self._standard)
            question.answered.connect(self.answered)
            return question
        order = OrderCard(self._theme, request, who, now_s, known=self._known(request.plate))
        order.settled.connect(self.settled)
        order.shown.connect(self.shown)
        return order

    def _position(self, at: int) -> tuple[int, int]:
        row, column, *_ = cast("tuple[int, int, int, int]", self._grid.getItemPosition(at))
        return row, column

    def _place(self) -> None:
        """Lay the cards out, as many beside each other as there is room for."""
        columns = max(1, self.scroll_area.viewport().width() // round(CARD_PX * self._theme.scale))
        columns = min(columns, max(2, len(self._order)))
        wanted = [(self.cards[one], *divmod(at, columns)) for at, one in enumerate(self._order)]
        for card, row, column in wanted:
            at = self._grid.indexOf(card)
            if at < 0 or self._position(at) != (row, column):
                if at >= 0:
                    self._grid.removeWidget(card)
                self._grid.addWidget(card, row, column)
        if columns != self._columns:
            for column in range(max(columns, self._columns)):
                self._grid.setColumnStretch(column, 1 if column < columns else 0)
            self._columns = columns
        rows = -(-len(wanted) // columns)
        for row in range(self._grid.rowCount() + 1):
            self._grid.setRowStretch(row, 1 if row == rows else 0)
