"""The terminals page itself: what the gateway counts above, all terminals, the selected one below."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from laixi_transport.domain.command import CommandEntry
from laixi_transport.domain.media import Media
from laixi_transport.services.terminals.model import TerminalNews, TerminalStatus
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.terminals.detail import COMMANDS, FRAMES, REFUSALS, TerminalDetail
from laixi_transport.ui.pages.terminals.gateway_strip import GatewayStrip
from laixi_transport.ui.pages.terminals.known import Change, KnownTerminals
from laixi_transport.ui.pages.terminals.selected import SelectedTerminal
from laixi_transport.ui.pages.terminals.terminal_list import Links, TerminalList
from laixi_transport.ui.pages.terminals.turns import Turns
from laixi_transport.ui.widgets.scrolling import restore_sizes

_log = logging.getLogger(__name__)

SCOPE = "terminals"
NEWS, ENTRIES, MEDIA = "terminals.news", "terminals.commands", "terminals.media"
TICK_MS = 1000
GATHER_MS = 400
"""News of this long are read together."""
REST_SHARE = 6
"""Everything is read again after so many times as long as it took: the reading threads have other work."""
LEAST_REST_S = 2.0
FOLD_PX = 560
"""Less height than this, and the list and the selected terminal take turns."""


class TerminalsPage(QWidget):
    """Selecting a terminal in the list shows its frames, refusals and commands below."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context = context
        services = context.services
        self._known = KnownTerminals(services.terminals)
        self._wanted: int | None = None  # to be selected once it is known
        self._fresh = True  # nothing was ever selected
        self._active = False
        self._asked_all = True  # everything is to be read again
        self._asked: set[int] = set()
        self._reading = False
        self._rest_until_s = 0.0
        self.folded = False
        self.strip = GatewayStrip(context.theme, context.now)
        self.list = TerminalList(context.theme, context.settings, context.now)
        self.list.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.table.customContextMenuRequested.connect(self._show_menu)
        self.detail = TerminalDetail(context.theme, context.settings, context.now, self._known.name)
        self._reader = SelectedTerminal(context, self.detail, self)
        self._arrange()
        self._connect()
        self._enter_actions()
        self._gathering = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gathering.timeout.connect(self._read)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._listen()
        self.list.say(self.tr("Reading the register…"))

    # The page in the shell

    def activated(self) -> None:
        """Keep everything up to date from now on."""
        self._active = True
        self._asked_all = True
        self._rest_until_s = 0.0
        self._timer.start()
        self._read()
        self._reader.read(anew=False)

    def deactivated(self) -> None:
        """Rest: what changes meanwhile is read when the page is in front again."""
        self._active = False
        self._timer.stop()
        self._gathering.stop()

    def show_target(self, **target: Any) -> None:
        """Select the terminal of the vehicle that is pointed at."""
        vehicle_id, terminal_id = target.get("vehicle_id"), target.get("terminal_id")
        if isinstance(vehicle_id, int):
            terminal_id = self._known.of_vehicle(vehicle_id)
        if isinstance(terminal_id, int):
            self.select(terminal_id)

    def save_state(self) -> dict[str, Any]:
        """Return filter, selection, tab and sizes."""
        return {
            "filter": self.list.filter.value,
            "selected": self.selected,
            "tab": self.detail.tab,
            "sizes": self._splitter.sizes(),
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` returned."""
        if state.get("filter") in set(Links):
            self.list.choose_filter(Links(state["filter"]))
        tab = state.get("tab")
        if tab in (FRAMES, REFUSALS, COMMANDS):
            self.detail.show_tab(tab)
        restore_sizes(self._splitter, state.get("sizes"))
        if isinstance(state.get("selected"), int):
            self.select(state["selected"])

    # Selecting

    @property
    def selected(self) -> int | None:
        """The selected terminal."""
        return self._reader.terminal_id

    def select(self, terminal_id: int | None) -> None:
        """Select a terminal; one that is not known yet is selected once it is."""
        status = self.list.rows.row(terminal_id) if terminal_id is not None else None
        self._wanted = terminal_id if status is None else None
        self._fresh = False
        self.list.choose(status.terminal.id if status is not None else None)
        self.detail.show_status(status)
        self._reader.select(status)

    def bring(self, *, detail: bool) -> None:
        """Where there is room for one of them only: show the selected terminal, or the list."""
        self._turns.choose(second=detail)

    # Building

    def _arrange(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.list)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([430, 470])
        self._turns = Turns((self.tr("All terminals"), self.tr("Selected terminal")))
        self._turns.turned.connect(self._fold)
        self.list.bar_row.addWidget(self._turns)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.strip)
        column.addWidget(self._splitter, 1)
        self._fold()

    def _connect(self) -> None:
        self.list.chosen.connect(lambda status: self.select(status.terminal.id))
        self.list.opened.connect(self._open)
        self.strip.reason_asked.connect(self._show_reason)
        self.detail.refusals.reason_changed.connect(self.strip.light)

    def _enter_actions(self) -> None:
        add = partial(self._context.actions.add, scope=SCOPE)
        add("terminals.search", self.tr("Search terminals"), self._begin_search, keys=("/", "Ctrl+F"))
        add("terminals.frames", self.tr("Show the last frames"), partial(self._show_tab, FRAMES), keys="Alt+1")
        add("terminals.refusals", self.tr("Show refusals"), partial(self._show_tab, REFUSALS), keys="Alt+2")
        add("terminals.commands", self.tr("Show commands"), partial(self._show_tab, COMMANDS), keys="Alt+3")
        add(
            "terminals.command",
            self.tr("New command to the selected terminal"),
            self._begin_command,
            keys="N",
            hint=self.tr("Choose the command, fill in what it asks for, Ctrl+Enter sends it"),
        )
        add("terminals.send", self.tr("Send the command"), self._send_form, keys=("Ctrl+Return", "Ctrl+Enter"))
        add("terminals.cancel", self.tr("Take a waiting command back"), self._cancel, keys="Del")
        add("terminals.hex", self.tr("Copy the frame as hex"), self._copy_hex, keys="Ctrl+Shift+C")
        add(
            "terminals.json",
            self.tr("Copy the frame as JSON"),
            self.detail.frames.inspector.copy_json,
            keys="Ctrl+Shift+J",
        )
        add("terminals.live", self.tr("Show the vehicle on the map"), partial(self._open_vehicle, "live"), keys="L")
        add("terminals.playback", self.tr("Play back the vehicle"), partial(self._open_vehicle, "playback"), keys="P")
        add("terminals.all", self.tr("Show all terminals"), partial(self.list.choose_filter, Links.ALL))
        add("terminals.back", self.tr("Back to the list"), self._back, keys="Esc", secondary=True)

    def _listen(self) -> None:
        """Have news brought over by the bridge, as long as the page lives."""
        bridge, services = self._context.bridge, self._context.services

        def on_news(news: TerminalNews) -> None:
            bridge.append(NEWS, news)

        def on_commands(entries: list[CommandEntry]) -> None:
            bridge.post_all(ENTRIES, ((entry.id, entry) for entry in entries))

        def on_media(media: list[Media]) -> None:
            bridge.append(MEDIA, *media)

        ends: tuple[Callable[[], None], ...] = (
            bridge.listen(NEWS, self._take_news),
            bridge.listen(ENTRIES, self._reader.take_entries),
            bridge.listen(MEDIA, self._reader.take_media),
            services.terminals.subscribe(on_news),
            services.commands.subscribe(on_commands),
            services.media.subscribe(on_media),
        )

        def end_all(*_: object) -> None:
            for end in ends:
                end()

        self.destroyed.connect(end_all)

    # Reading what is shown

    def _take_news(self, every: list[TerminalNews]) -> None:
        for news in every:
            if news.terminals is None or news.reports:
                self._asked_all = True
            if news.terminals is None:
                self._rest_until_s = 0.0
            else:
                self._asked |= news.terminals
        if self._active and not self._gathering.isActive():
            self._gathering.start()

    def _read(self) -> None:
        """Read what changed, one reading at a time: all terminals, or those that signed on and off."""
        if self._reading or not self._active:
            return
        everything = self._asked_all and self._context.now() >= self._rest_until_s
        ids = None if everything else frozenset(self._asked)
        if everything:
            self._asked_all = False
        self._asked.clear()
        self._reading = True
        self._context.tasks.run(partial(self._known.read, ids), owner=self).then(
            partial(self._show_change, everything)
        ).otherwise(self._read_failed)

    def _show_change(self, everything: bool, change: Change) -> None:
        self._reading = False
        if everything:
            self._rest_until_s = self._context.now() + max(LEAST_REST_S, REST_SHARE * change.took_s)
        self.list.merge(change.changed, change.gone, change.lines)
        self.list.show_counts(change.counts)
        self.strip.show_status(change.gateway)
        if everything and not self.list.rows.total:
            self._say_what_to_do(change)
        if self._wanted is not None:
            self.select(self._wanted)
        elif self._fresh and self.list.rows.rowCount():  # half a screen must not stay empty
            self._fresh = False
            self.select(self.list.rows.row_at(0).terminal.id)
        elif self.selected is not None:
            status = self.list.rows.row(self.selected)
            if status is None:
                self.select(None)
            else:
                self.detail.show_status(status)
        if self.selected in {status.terminal.id for status in change.changed} or self.detail.refusals.everything:
            self._reader.read(anew=False)

    def _read_failed(self, error: Exception) -> None:
        self._reading = False
        self._asked_all = True
        self._rest_until_s = self._context.now() + LEAST_REST_S
        self._context.notify(error)

    def _tick(self) -> None:
        """Show how old everything is by now, and read what had to wait."""
        self.list.age()
        self._read()

    def _say_what_to_do(self, change: Change) -> None:
        if change.gateway is not None and change.gateway.alive:
            said = self.tr("No terminals yet. Enter them in the register, or let one connect to {address}.")
            self.list.say(said.format(address=change.gateway.address))
        else:
            self.list.say(self.tr("No terminals yet. They appear here once they are entered or a gateway knows them."))

    # Keys and menus

    def _open(self, status: TerminalStatus) -> None:
        self.select(status.terminal.id)
        self.bring(detail=True)
        self._focus_tab()

    def _focus_tab(self) -> None:
        match self.detail.tab:
            case t if t == REFUSALS:
                self.detail.refusals.table.setFocus()
            case t if t == COMMANDS:
                self.detail.commands.table.setFocus()
            case _:
                self.detail.frames.table.setFocus()

    def _show_tab(self, tab: int) -> None:
        self.detail.show_tab(tab)
        self.bring(detail=True)
        self._focus_tab()

    def _begin_search(self) -> None:
        self.bring(detail=False)
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def _begin_command(self) -> None:
        self.detail.show_tab(COMMANDS)
        self.bring(detail=True)
        self.detail.commands.begin()

    def _send_form(self) -> None:
        if self.detail.tab == COMMANDS:
            self.detail.commands.form.send()

    def _cancel(self) -> None:
        if self.detail.tab == COMMANDS:
            self.detail.commands.cancel()

    def _copy_hex(self) -> None:
        if self.detail.tab == REFUSALS:
            self.detail.refusals.copy_hex()
        else:
            self.detail.frames.inspector.copy_hex()

    def _back(self) -> None:
        """One step back: out of the confirmation, out of the search, out of the detail, out of the reason."""
        form = self.detail.commands.form
        if form.confirming:
            form.give_up()
        elif self.list.search.text():
            self.list.search.clear()
            self.list.table.setFocus()
        elif self.detail.refusals.reason:
            self.detail.refusals.choose_reason("")
        else:
            self.bring(detail=False)
            self.list.table.setFocus()

    def _show_reason(self, reason: str) -> None:
        """Show the last bytes that were refused for a reason, whoever sent them."""
        refusals = self.detail.refusals
        refusals.choose_scope(everything=True)
        self.detail.show_tab(REFUSALS)
        self.bring(detail=True)
        self._reader.read(anew=True)
        refusals.choose_reason(reason)
        self.strip.light(reason)

    def _open_vehicle(self, page: str) -> None:
        status = self.list.rows.row(self.selected) if self.selected is not None else None
        if status is None or status.vehicle is None:
            return
        if page == "playback":
            at_s = float(status.reported.time_s) if status.reported is not None else self._context.now()
            self._context.open_page(page, vehicle_id=status.vehicle.id, time_s=at_s)
        else:
            self._context.open_page(page, vehicle_id=status.vehicle.id)

    def _show_menu(self, place: QPoint) -> None:
        if self.list.table.current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = self._context.actions
        for name in ("command", "frames", "refusals", "", "live", "playback"):
            if name:
                menu.addAction(actions[f"terminals.{name}"])
            else:
                menu.addSeparator()
        menu.addSeparator()
        menu.addAction(self.tr("Copy")).triggered.connect(self.list.table.copy)
        menu.popup(self.list.table.viewport().mapToGlobal(place))

    # Folding

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self.height() < round(FOLD_PX * self._context.theme.scale)
        if folded != self.folded:
            self.folded = folded
            self._fold()

    def _fold(self) -> None:
        detail = self._turns.second
        self._turns.setVisible(self.folded)
        (self.detail.head_row if self.folded and detail else self.list.bar_row).addWidget(self._turns)
        self.list.setVisible(not self.folded or not detail)
        self.detail.setVisible(not self.folded or detail)
