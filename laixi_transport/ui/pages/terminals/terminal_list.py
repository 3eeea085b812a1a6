"""The list of terminals: search, filters by link and refusals with their counts, sorting."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QSettings, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from laixi_transport.services.terminals.model import TerminalStatus
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, Panel, QuickTable, RowsModel, natural_key

SEARCH_PX = 260


class Links(StrEnum):
    """What the list is filtered by."""

    ALL = "all"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"


@lru_cache(maxsize=32768)
def _name_key(name: str) -> tuple[tuple[int, int | str], ...]:
    return natural_key(name)


def columns(now: Callable[[], float]) -> list[Column[TerminalStatus]]:
    """Return the columns; the hidden ones are in the header's menu."""
    translate = QCoreApplication.translate

    def key(row: TerminalStatus) -> tuple[tuple[int, int | str], ...]:
        return _name_key(wording.name(row))

    def since(row: TerminalStatus) -> float | None:
        if row.session is None:
            return None
        return (row.session.until or row.session.since).timestamp()

    def heard(row: TerminalStatus) -> float | None:
        return row.heard.timestamp() if row.heard is not None else None

    def reported(row: TerminalStatus) -> float | None:
        return float(row.reported.time_s) if row.reported is not None else None

    def figure(
        id: str,  # noqa: A002 - the word for it
        title: str,
        of: Callable[[TerminalStatus], int],
        colour: Callable[[TerminalStatus], str] | None = None,
        hint: Callable[[TerminalStatus], str] | None = None,
        width: int = 72,
    ) -> Column[TerminalStatus]:
        return Column(
            id,
            title,
            lambda r: text.number(of(r)),
            sort=lambda r: (-of(r), key(r)),
            numeric=True,
            colour=colour,
            hint=hint,
            width=width,
        )

    return [
        Column(
            "plate", translate("Terminals", "Plate"), lambda r: text.plate(r.plate) or text.NONE, sort=key, width=112
        ),
        Column(
            "phone",
            translate("Terminals", "Phone"),
            lambda r: r.terminal.phone,
            sort=lambda r: (len(r.terminal.phone), r.terminal.phone),
            width=112,
        ),
        Column(
            "link",
            translate("Terminals", "Link"),
            wording.link,
            sort=lambda r: (not r.online, wording.link(r), key(r)),
            colour=lambda r: "good_text" if r.online else "dim",
            icon=wording.link_icon,
            hint=wording.link,
            width=124,
        ),
        Column(
            "since",
            translate("Terminals", "Since"),
            lambda r: wording.short_moment(since(r), now()),
            sort=lambda r: (-(since(r) or 0.0), key(r)),
            hint=lambda r: text.date_time(since(r)),
            width=96,
        ),
        Column("peer", translate("Terminals", "Peer"), wording.peer, width=136),
        Column("version", translate("Terminals", "Edition"), wording.version, width=58),
        Column(
            "heard",
            translate("Terminals", "Heard"),
            lambda r: text.ago(heard(r), max(now(), heard(r) or 0.0)),
            sort=lambda r: (-(heard(r) or 0.0), key(r)),
            width=84,
        ),
        Column(
            "report",
            translate("Terminals", "Last report"),
            lambda r: wording.short_moment(reported(r), now()),
            sort=lambda r: (-(reported(r) or 0.0), key(r)),
            hint=lambda r: text.date_time(reported(r)),
            width=96,
        ),
        figure("received", translate("Terminals", "Received"), lambda r: r.counts.received),
        figure("stored", translate("Terminals", "Stored"), lambda r: r.counts.stored),
        figure("duplicates", translate("Terminals", "Duplicates"), lambda r: r.counts.duplicates, width=76),
        figure(
            "refused",
            translate("Terminals", "Refused"),
            lambda r: r.counts.quarantined_all,
            hint=reasons,
            width=64,
        ),
        Column("device", translate("Terminals", "Maker, model"), wording.device, width=120),
    ]


def count(rows: Iterable[TerminalStatus]) -> dict[Links, int]:
    """Return how many rows each filter has."""
    every = online = refused = 0
    for row in rows:
        every += 1
        online += row.online
        refused += bool(row.counts.quarantined)
    return {Links.ALL: every, Links.ONLINE: online, Links.OFFLINE: every - online, Links.REFUSED: refused}


def search_line(row: TerminalStatus) -> str:
    """Return what the words of a search are looked for in."""
    vehicle, terminal = row.vehicle, row.terminal
    about = f"{vehicle.plate} {vehicle.line} {vehicle.organisation}" if vehicle is not None else ""
    line = f"{about} {terminal.phone} {terminal.terminal_no} {wording.device(row)} {wording.peer(row)}"
    return line.casefold().replace("·", "")


def reasons(row: TerminalStatus) -> str:
    """Return the refusals of a terminal by reason, one a line."""
    found = sorted(row.counts.quarantined.items(), key=lambda item: -item[1])
    return "\n".join(f"{wording.refusal(reason)}: {text.number(count)}" for reason, count in found)


class TerminalList(Panel):
    """Search and filters in one row, the table below."""

    chosen = Signal(object)
    """TerminalStatus, by key or pointer."""
    opened = Signal(object)
    """TerminalStatus: Enter or double click."""

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float]) -> None:
        super().__init__()
        self._selected: int | None = None
        self._silent = False
        self._empty = ""
        self._lines: dict[int, str] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Plate, phone, address, model (/)"))
        self.search.setAccessibleName(self.tr("Search terminals"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(round(SEARCH_PX * theme.scale))
        self.search.textChanged.connect(self._filter)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.search, 2)
        row.addSpacing(4)
        self._words = {
            Links.ALL: self.tr("All {count}"),
            Links.ONLINE: self.tr("On line {count}"),
            Links.OFFLINE: self.tr("Off line {count}"),
            Links.REFUSED: self.tr("With refusals {count}"),
        }
        self._buttons: dict[Links, QPushButton] = {}
        for links in Links:
            button = QPushButton()
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(self._filter)
            row.addWidget(button)
            self._buttons[links] = button
        self._buttons[Links.ALL].setChecked(True)
        row.addStretch(1)
        self.bar_row = row
        self.body.addLayout(row)
        self.rows: RowsModel[TerminalStatus] = RowsModel(columns(now), lambda r: r.terminal.id, theme, self)
        self.table = QuickTable(self.rows, theme, name="terminals", settings=settings, hold=True)
        self.table.setAccessibleName(self.tr("Terminals"))
        self.table.sort_by("plate")
        self.table.chosen.connect(self._tell_chosen)
        self.table.opened.connect(self.opened)
        self.body.addWidget(self.table, 1)
        self.show_counts({})

    def merge(
        self, changed: Iterable[TerminalStatus], gone: Iterable[int] = (), lines: Mapping[int, str] | None = None
    ) -> None:
        """Take changed rows, and drop those of terminals that are no longer in the register.

        lines   what is searched in, by terminal, where it is made already
        """
        rows = list(changed)
        self._lines |= lines if lines is not None else {row.terminal.id: search_line(row) for row in rows}
        first = self.rows.total == 0
        self._quietly(lambda: self.rows.remove(gone))
        if first:
            self.rows.reset(rows)
            self.rows.resort()
        else:
            self.rows.merge(rows)

    def choose(self, terminal_id: int | None) -> None:
        """Highlight a terminal; emits nothing. One that the filter hides is highlighted once it shows."""
        self._selected = terminal_id
        self._quietly(lambda: self.table.choose(terminal_id))

    def age(self) -> None:
        """Show how old everything is by now."""
        self.table.viewport().update()

    @property
    def filter(self) -> Links:
        """What the list is filtered by."""
        return next(links for links, button in self._buttons.items() if button.isChecked())

    def choose_filter(self, links: Links) -> None:
        """Filter by the state of links."""
        self._buttons[links].setChecked(True)
        self._filter()

    def button(self, links: Links) -> QPushButton:
        """Return the button of a filter."""
        return self._buttons[links]

    def show_counts(self, counts: Mapping[Links, int]) -> None:
        """Show how many terminals each filter has."""
        for links, button in self._buttons.items():
            button.setText(self._words[links].format(count=text.number(counts.get(links, 0))))

    def say(self, empty: str) -> None:
        """Say why the list is empty and what to do."""
        self._empty = empty
        self._show_empty()

    def _show_empty(self) -> None:
        narrowed = bool(self.search.text().strip()) or self.filter is not Links.ALL
        self.table.empty = self.tr("No terminal is like this. Esc clears the search.") if narrowed else self._empty
        self.table.viewport().update()

    def _filter(self) -> None:
        words = self.search.text().casefold().replace("·", "").split()
        links = self.filter
        found = set(self._lines)
        for word in words:  # word by word over all lines, not line by line: a tenth of the calls for ten thousand rows
            found = {terminal_id for terminal_id in found if word in self._lines[terminal_id]}

        def wanted(row: TerminalStatus) -> bool:
            match links:
                case Links.ONLINE if not row.online:
                    return False
                case Links.OFFLINE if row.online:
                    return False
                case Links.REFUSED if not row.counts.quarantined:
                    return False
            return not words or row.terminal.id in found

        everything = links is Links.ALL and not words
        self._quietly(lambda: self.rows.filter(None if everything else wanted))
        self._quietly(lambda: self.table.choose(self._selected, scroll=True))
        self._show_empty()

    def _tell_chosen(self, row: TerminalStatus | None) -> None:
        if not self._silent and row is not None:
            self._selected = row.terminal.id
            self.chosen.emit(row)

    def _quietly(self, act: Callable[[], object]) -> None:
        before, self._silent = self._silent, True
        try:
            act()
        finally:
            self._silent = before
