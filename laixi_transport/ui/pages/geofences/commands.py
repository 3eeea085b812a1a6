"""What the page can do, entered in the registry of actions."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.geofence import GeofenceKind
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.map.tools import fence_words
from laixi_transport.ui.map.tools.belt import ToolBelt
from laixi_transport.ui.pages.geofences.editing import Editing
from laixi_transport.ui.pages.geofences.fence_list import DRAW_KEYS
from laixi_transport.ui.pages.geofences.side import FORM, INSIDE, PART_KEYS, PASSAGES

SCOPE = "geofences"


class Desk(Protocol):
    """What the commands need of the page."""

    belt: ToolBelt
    editing: Editing

    def draw(self, kind: GeofenceKind) -> None:
        """Draw a new area."""

    def save(self) -> None:
        """Store what was changed."""

    def leave(self) -> None:
        """Leave what is closest."""

    def show_on_map(self) -> None:
        """Show the whole chosen area."""

    def turn(self, part: int) -> None:
        """Show a part of the chosen area."""

    def begin_file(self, write: bool) -> None:
        """Begin to read areas from a file, or to write them."""

    def begin_search(self) -> None:
        """Give the keyboard to the search."""


def enter_commands(page: Desk, actions: Actions) -> None:
    """Enter the page's actions and those of its map."""
    translate = QCoreApplication.translate
    for kind, key in DRAW_KEYS.items():
        said = translate("Geofence", "Draw: {kind}").format(kind=fence_words.kind(kind))
        actions.add(f"{SCOPE}.draw_{kind}", said, partial(page.draw, kind), keys=key, scope=SCOPE)
    entries = (
        ("save", translate("Geofence", "Save the area"), page.save, ("Ctrl+S", "Ctrl+Return")),
        ("remove", translate("Geofence", "Remove the area"), page.editing.remove, ("Ctrl+Del",)),
        ("undo", translate("Geofence", "Undo the last change of the shape"), page.editing.undo, ("Ctrl+Z",)),
        ("redo", translate("Geofence", "Redo the change of the shape"), page.editing.redo, ("Ctrl+Y", "Ctrl+Shift+Z")),
        ("leave", translate("Geofence", "Leave the tool, revert, choose nothing"), page.leave, ("Esc",)),
        ("search", translate("Geofence", "Search areas"), page.begin_search, ("/", "Ctrl+F")),
        ("show", translate("Geofence", "Show the chosen area"), page.show_on_map, ("Ctrl+Home",)),
        ("read", translate("Geofence", "Read areas from a file"), partial(page.begin_file, False), ("Ctrl+O",)),
        ("write", translate("Geofence", "Write areas to a file"), partial(page.begin_file, True), ("Ctrl+E",)),
    )
    for name, said, run, keys in entries:
        actions.add(f"{SCOPE}.{name}", said, run, keys=keys, scope=SCOPE)
    for part, said in (
        (FORM, translate("Geofence", "The area in words")),
        (INSIDE, translate("Geofence", "Vehicles inside now")),
        (PASSAGES, translate("Geofence", "Passages of a day")),
    ):
        actions.add(f"{SCOPE}.part{part}", said, partial(page.turn, part), keys=PART_KEYS[part], scope=SCOPE)
    page.belt.enter_actions(actions, SCOPE)
