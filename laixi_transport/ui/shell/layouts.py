"""Named layouts: where windows, docks and pages stand, kept under a name that the user gives."""

import base64
import binascii
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from PySide6.QtCore import QObject, QSettings, Signal

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui.shell.places import Place

VERSION = 2
"""Of docks: another one's state is not laid over this program's."""
MOST = 9
"""Layouts that have a key; more can be kept."""
LONGEST_NAME = 40
LARGEST_BYTES = 4_000_000
KIND = "laixi-transport layout"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where.

    place      of the main window
    docks      as ``QMainWindow.saveState`` gave it
    stacked    id of the page in the main window
    front      id of the page whose keys worked
    floating   places of the pages with windows of their own, by id
    states     what the pages wanted to have remembered, by id
    theme      "dark", "light" or "system"; empty where the layout leaves it alone
    """

    place: Place
    docks: bytes = b""
    stacked: str = ""
    front: str = ""
    floating: Mapping[str, Place] = field(default_factory=dict)
    states: Mapping[str, Any] = field(default_factory=dict)
    theme: str = ""

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return what ``to_json`` gave; single windows that are broken are left out. Raises ValueError for the rest."""
        if not isinstance(value, dict):
            raise ValueError("no layout")  # noqa: TRY004 - of a file, not of the program
        try:
            docks = base64.b64decode(str(value.get("docks", "")), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("docks that are no bytes") from error
        floating = {}
        for page_id, place in _table(value.get("floating")).items():
            try:
                floating[page_id] = Place.from_json(place)
            except ValueError as error:
                _log.info("the window of page %s is not taken: %s", page_id, error)
        return cls(
            place=Place.from_json(value.get("place")),
            docks=docks,
            stacked=_word(value.get("stacked")),
            front=_word(value.get("front")),
            floating=floating,
            states=_table(value.get("states")),
            theme=_word(value.get("theme")),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it in the types of JSON."""
        return {
            "place": self.place.to_json(),
            "docks": base64.b64encode(self.docks).decode(),
            "stacked": self.stacked,
            "front": self.front,
            "floating": {page_id: place.to_json() for page_id, place in self.floating.items()},
            "states": dict(self.states),
            "theme": self.theme,
        }


class Layouts(QObject):
    """The user's layouts by name, in the order in which they were made; an entry that cannot be read is left out."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._kept: dict[str, Layout] = {}
        for name, value in _pairs(_read(settings, "layouts/named")):
            if (layout := _layout(name, value)) is not None:
                self._kept[name] = layout
        self.current = str(settings.value("layouts/current", ""))
        if self.current not in self._kept:
            self.current = ""

    def names(self) -> list[str]:
        """Return the names."""
        return list(self._kept)

    def __contains__(self, name: object) -> bool:
        return name in self._kept

    def __getitem__(self, name: str) -> Layout:
        return self._kept[name]

    @property
    def last(self) -> Layout | None:
        """How everything stood when the window was closed."""
        value = _read(self._settings, "layouts/last")
        return None if value is None else _layout("last", value)

    @last.setter
    def last(self, layout: Layout) -> None:
        """Remember how everything stands."""
        self._settings.setValue("layouts/last", json.dumps(replace(layout, states={}).to_json()))  # pages keep theirs

    def keep(self, name: str, layout: Layout) -> str:
        """Keep a layout under a name, over what has the name already, and return the name.

        Raises Problem for a name that cannot be one.
        """
        wanted = _checked(name)
        self._kept[wanted] = layout
        self.current = wanted
        self._store()
        return wanted

    def rename(self, name: str, wanted: str) -> str:
        """Give a layout another name and return it; it keeps its place and so its key.

        Raises Problem for a name that cannot be one or that another layout has.
        """
        new = _checked(wanted)
        if new != name and new in self._kept:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "There is a layout “{name}” already. Choose another name."), name=new
            )
        self._kept = {new if known == name else known: layout for known, layout in self._kept.items()}
        if self.current == name:
            self.current = new
        self._store()
        return new

    def remove(self, name: str) -> None:
        """Forget a layout; unknown names are no error."""
        self._kept.pop(name, None)
        if self.current == name:
            self.current = ""
        self._store()

    def use(self, name: str) -> None:
        """Remember which layout is in use; empty for none."""
        self.current = name
        self._store()

    def _store(self) -> None:
        named = [[name, layout.to_json()] for name, layout in self._kept.items()]
        self._settings.setValue("layouts/named", json.dumps(named, ensure_ascii=False))
        self._settings.setValue("layouts/current", self.current)
        self.changed.emit()


def to_file(name: str, layout: Layout) -> bytes:
    """Return a layout as the content of a file, for another seat."""
    content = {"kind": KIND, "version": VERSION, "name": name, "layout": layout.to_json()}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def from_file(data: bytes) -> tuple[str, Layout]:
    """Return the name and the layout that a file holds. Raises Problem where it holds none."""
    problem = Problem(
        QT_TRANSLATE_NOOP("Problem", "This file holds no layout. Choose one that was saved as a file here.")
    )
    if len(data) > LARGEST_BYTES:
        raise problem
    try:
        content = json.loads(data)
        if not isinstance(content, dict) or content.get("kind") != KIND:
            raise problem
        return _checked(str(content.get("name", ""))), Layout.from_json(content.get("layout"))
    except (ValueError, RecursionError) as error:
        raise problem from error


def _checked(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "A layout needs a name of 1 to {most} characters."), most=LONGEST_NAME
        )
    return wanted


def _read(settings: QSettings, key: str) -> Any:
    value = settings.value(key)
    if not isinstance(value, str):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        _log.info("%s is not taken: %r", key, error)
        return None


def _layout(name: str, value: Any) -> Layout | None:
    try:
        return Layout.from_json(value)
    except ValueError as error:
        _log.info("the layout %s is not taken: %s", name, error)
        return None


def _pairs(value: Any) -> Sequence[tuple[str, Any]]:
    entries = value if isinstance(value, list) else []
    return [(e[0], e[1]) for e in entries if isinstance(e, list) and len(e) == 2 and isinstance(e[0], str) and e[0]]


def _table(value: Any) -> dict[str, Any]:
    return {key: kept for key, kept in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
