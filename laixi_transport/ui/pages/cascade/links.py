"""The links to platforms above: how each is, what went up, and what can be done with it."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from laixi_transport.domain.cascade import CascadeLink, CascadeStatus
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.cascade import wording
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import EmptyState, FieldList, Panel, dim, heading
from laixi_transport.ui.widgets.scrolling import scrolled

ICON_PX = 16


class LinkCard(QFrame):
    """One link. ``change_asked``, ``remove_asked`` and ``switched`` carry it."""

    change_asked = Signal(object)
    remove_asked = Signal(object)
    switched = Signal(object, bool)
    asked_again = Signal(object)
    """The widget that must be seen before anything is removed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self._theme = theme
        self._link: CascadeLink | None = None
        self._confirming = False
        self._mark = QLabel()
        self.name = heading()
        self.edition = dim()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._mark)
        head.addWidget(self.name)
        head.addStretch(1)
        head.addWidget(self.edition)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.fields = FieldList(
            theme,
            (
                ("address", self.tr("Address")),
                ("sub", self.tr("Sub link")),
                ("since", self.tr("Since")),
                ("alive", self.tr("Sign of life")),
                ("sent_to", self.tr("Sent up to")),
                ("waiting", self.tr("Backlog")),
                ("sent", self.tr("Arrived")),
                ("resent", self.tr("Re-sent")),
                ("counted", self.tr("Counted above")),
                ("skipped", self.tr("Not sent")),
            ),
        )
        self.enabled = QCheckBox(self.tr("On"))
        self.enabled.clicked.connect(self._switch)
        self.change_button = QPushButton(self.tr("Change"))
        self.change_button.clicked.connect(self._change)
        self.remove_button = QPushButton(self.tr("Remove"))
        self.remove_button.clicked.connect(self._remove)
        self.back_button = QPushButton(self.tr("Keep"))
        self.back_button.clicked.connect(self._keep)
        self.back_button.hide()
        self.warning = QLabel(
            self.tr("Its questions and answers go with it, and what has not gone up will not. Remove it?")
        )
        self.warning.setWordWrap(True)
        self.warning.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.enabled)
        row.addStretch(1)
        row.addWidget(self.change_button)
        row.addWidget(self.back_button)
        row.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.state)
        column.addWidget(self.fields)
        column.addWidget(self.warning)
        column.addLayout(row)

    def show_link(self, link: CascadeLink, status: CascadeStatus | None, now_s: float) -> None:
        """Show a link and how it is."""
        self._link = link
        said, icon, colour = wording.main_link(link, status, now_s)
        self._mark.setPixmap(self._theme.pixmap(icon, colour, ICON_PX, self.devicePixelRatioF()))
        self.name.setText(link.name)
        self.edition.setText(wording.edition(link))
        self.state.setText(said)
        self.state.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};")
        self.enabled.setChecked(link.enabled)
        self.fields.set("address", f"{link.host}:{link.port}")
        sub, sub_colour = wording.sub_link(link, status, now_s)
        self.fields.set("sub", sub, colour=sub_colour)
        if status is None:
            for name in ("since", "alive", "sent_to", "waiting", "sent", "resent", "counted", "skipped"):
                self.fields.set(name, text.NONE)
            return
        for name, at in (("since", status.since), ("alive", status.alive), ("sent_to", status.sent_to)):
            self.fields.set(name, text.NONE if at is None else text.moment(at.timestamp(), now_s))
        if status.alive is not None:
            self.fields.set("alive", text.ago(status.alive.timestamp(), now_s))
        self.fields.set(
            "waiting",
            self.tr("{count} positions").format(count=text.number(status.waiting)),
            why=self.tr("Stored, and not known to have arrived above"),
        )
        self.fields.set(
            "sent",
            self.tr("{count} positions").format(count=text.number(status.sent)),
            why=self.tr("Since the gateway began; the platform above has confirmed them"),
        )
        self.fields.set(
            "resent", text.number(status.resent), why=self.tr("Of the arrived: those sent after an outage, or late")
        )
        self.fields.set("counted", text.number(status.counted_above) if status.counted_above else text.NONE)
        self.fields.set(
            "skipped",
            text.number(status.skipped),
            why=self.tr("Vehicles without a plate, and positions with impossible values"),
        )
        self.fields.show_field("skipped", bool(status.skipped))
        self.fields.show_field("counted", bool(status.counted_above))

    def _switch(self, on: bool) -> None:
        if self._link is not None:
            self.switched.emit(self._link, on)

    def _change(self) -> None:
        if self._link is not None:
            self.change_asked.emit(self._link)

    def _remove(self) -> None:
        if self._link is None:
            return
        if not self._confirming:
            self._confirm(True)
            self.back_button.setFocus()
            self.asked_again.emit(self.back_button)
            return
        self._confirm(False)
        self.remove_asked.emit(self._link)

    def _keep(self) -> None:
        self._confirm(False)

    def _confirm(self, asking: bool) -> None:
        self._confirming = asking
        self.warning.setVisible(asking)
        self.back_button.setVisible(asking)
        self.change_button.setVisible(not asking)
        self.remove_button.setText(self.tr("Remove now") if asking else self.tr("Remove"))


class LinksPanel(Panel):
    """All links; without one, what to do."""

    add_asked = Signal()
    change_asked = Signal(object)
    remove_asked = Signal(object)
    switched = Signal(object, bool)

    def __init__(self, theme: Theme, now: Callable[[], float]) -> None:
        super().__init__(self.tr("Links"))
        self._theme = theme
        self._now = now
        self._links: Sequence[CascadeLink] = ()
        self._statuses: Mapping[int, CascadeStatus] = {}
        self.cards: dict[int, LinkCard] = {}
        self.empty = EmptyState(
            self.tr(
                "No platform above is linked yet. Its operator gives you address, port, user, password and access "
                "code; enter them here."
            )
        )
        self.add_button = QPushButton(self.tr("Add a link (N)"))
        self.add_button.clicked.connect(self.add_asked)
        self.bar.addWidget(self.add_button)
        content = QWidget()
        content.setObjectName("content")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self.scroll_area = scrolled(content)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.scroll_area, 1)
        theme.changed.connect(self.refresh)
        self.show_links((), {})

    def show_links(self, links: Sequence[CascadeLink], statuses: Mapping[int, CascadeStatus]) -> None:
        """Show these links and no others."""
        self._links, self._statuses = links, statuses
        for gone in self.cards.keys() - {link.id for link in links}:
            card = self.cards.pop(gone)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for link in links:
            if link.id not in self.cards:
                card = LinkCard(self._theme)
                card.change_asked.connect(self.change_asked)
                card.remove_asked.connect(self.remove_asked)
                card.switched.connect(self.switched)
                card.asked_again.connect(self._bring)
                self.cards[link.id] = card
                self._column.insertWidget(self._column.count() - 1, card)
        self.empty.setVisible(not links)
        self.scroll_area.setVisible(bool(links))
        self.refresh()

    def _bring(self, widget: QWidget) -> None:
        """Scroll to a widget once it has its place."""
        QTimer.singleShot(0, widget, lambda: self.scroll_area.ensureWidgetVisible(widget))

    def refresh(self) -> None:
        """Show how old everything is by now."""
        for link in self._links:
            self.cards[link.id].show_link(link, self._statuses.get(link.id), self._now())
