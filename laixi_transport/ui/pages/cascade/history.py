"""Everything that platforms above asked and told, and what became of it."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QSettings, Signal
from PySide6.QtWidgets import QPushButton

from laixi_transport.domain.cascade import Handling, RequestKind, RequestState, UpperRequest
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.cascade import wording
from laixi_transport.ui.pages.cascade.cards import HANDLINGS
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, Panel, RowsModel, Table, dim

translate = QCoreApplication.translate


def columns(who: Callable[[UpperRequest], str], now: Callable[[], float]) -> list[Column[UpperRequest]]:
    """Return the columns; ``who`` names the platform above."""

    def subject(request: UpperRequest) -> str:
        said = wording.subject(request, now())
        return translate("Cascade", "{what} · urgent").format(what=said) if request.urgent else said

    return [
        Column(
            "received",
            translate("Cascade", "Came"),
            lambda r: text.moment(r.received.timestamp(), now()),
            sort=lambda r: r.id,
            hint=lambda r: text.date_time(r.received.timestamp()),
            width=84,
        ),
        Column(
            "kind",
            translate("Cascade", "What"),
            wording.kind,
            icon=lambda r: (wording.KIND_ICONS[r.kind], "dim"),
            width=98,
        ),
        Column(
            "state",
            translate("Cascade", "State"),
            lambda r: wording.state(r, now()),
            icon=lambda r: wording.state_look(r, now()),
            colour=lambda r: wording.state_look(r, now())[1],
            hint=_why,
            width=150,
        ),
        Column("subject", translate("Cascade", "About"), subject, hint=subject, width=230),
        Column("answer", translate("Cascade", "Answer"), lambda r: wording.answer(r) or text.NONE, width=140),
        Column("took", translate("Cascade", "After"), _took, sort=lambda r: _took_s(r) or 0.0, width=74),
        Column("by", translate("Cascade", "By"), lambda r: r.answered_by or text.NONE, width=64),
        Column("who", translate("Cascade", "From"), who, width=120),
    ]


def _took_s(request: UpperRequest) -> float | None:
    done = request.sent or request.answered
    return (done - request.received).total_seconds() if done is not None else None


def _took(request: UpperRequest) -> str:
    return text.duration(_took_s(request))


def _why(request: UpperRequest) -> str:
    lines = []
    for said, at in (
        (translate("Cascade", "Until {time}"), request.deadline),
        (translate("Cascade", "Answered {time}"), request.answered),
        (translate("Cascade", "Arrived {time}"), request.sent),
    ):
        if at is not None:
            lines.append(said.format(time=text.date_time(at.timestamp())))
    return "\n".join(lines)


class HistoryPanel(Panel):
    """``settled`` has the id of an order and what is done about it, ``opened`` a request whose row was opened."""

    settled = Signal(int, object)
    opened = Signal(object)

    def __init__(
        self, theme: Theme, settings: QSettings, now: Callable[[], float], who: Callable[[UpperRequest], str]
    ) -> None:
        super().__init__(self.tr("Questions and answers"))
        self.rows: RowsModel[UpperRequest] = RowsModel(columns(who, now), lambda r: r.id, theme, self)
        self.table = Table(
            self.rows,
            theme,
            name="cascade-history",
            settings=settings,
            empty=self.tr("No platform above has asked anything yet."),
            hold=True,
        )
        self.table.setAccessibleName(self.title.text())
        self.table.sort_by("received", descending=True)
        self.table.chosen.connect(self._show_choices)
        self.table.opened.connect(self.opened)
        self._again = dim(self.tr("Say again"))
        self.bar.addWidget(self._again)
        self.buttons: dict[Handling, QPushButton] = {}
        for handling in HANDLINGS:
            button = QPushButton(wording.handling(handling))
            button.setObjectName("flat")
            button.clicked.connect(lambda _=False, chosen=handling: self._settle(chosen))
            self.buttons[handling] = button
            self.bar.addWidget(button)
        self.body.setContentsMargins(12, 8, 1, 1)
        self.bar.setContentsMargins(0, 0, 11, 0)
        self.body.addWidget(self.table, 1)
        self._show_choices(None)

    def show_history(self, requests: Iterable[UpperRequest]) -> None:
        """Show these and those that came meanwhile."""
        self.rows.merge(requests)
        self.rows.resort()
        self._show_choices(self.table.current())

    @property
    def unsent(self) -> int:
        """How many answers wait for a link."""
        return sum(request.state is RequestState.ANSWERED for request in self.rows.rows())

    def _show_choices(self, request: UpperRequest | None) -> None:
        """An order that was answered may be told of again, as it goes on."""
        order = request is not None and request.kind is RequestKind.SUPERVISION and request.handling is not None
        self._again.setVisible(order)
        for handling, button in self.buttons.items():
            button.setVisible(order and request is not None and handling is not request.handling)

    def _settle(self, handling: Handling) -> None:
        request = self.table.current()
        if request is not None:
            self.settled.emit(request.id, handling)
