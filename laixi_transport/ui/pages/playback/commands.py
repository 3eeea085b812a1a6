"""What can be done on the playback page, with its keys."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui.actions import Actions

SCOPE = "playback"


class Command(NamedTuple):
    """An action of the page; its id is ``playback.`` and the name."""

    name: str
    text: str
    keys: tuple[str, ...]
    short: str = ""  # on a button; empty: the text
    secondary: bool = False
    checkable: bool = False


COMMANDS = (
    Command("toggle", QT_TRANSLATE_NOOP("Playback", "Play or pause"), ("Space",)),
    Command("forwards", QT_TRANSLATE_NOOP("Playback", "Play; again: faster"), ("L",)),
    Command("pause", QT_TRANSLATE_NOOP("Playback", "Pause"), ("K",), secondary=True),
    Command("backwards", QT_TRANSLATE_NOOP("Playback", "Play backwards; again: faster"), ("J",)),
    Command("back", QT_TRANSLATE_NOOP("Playback", "One report back"), (",",)),
    Command("forward", QT_TRANSLATE_NOOP("Playback", "One report forward"), (".",)),
    Command("home", QT_TRANSLATE_NOOP("Playback", "Go to the first report"), ("Home",)),
    Command("end", QT_TRANSLATE_NOOP("Playback", "Go to the last report"), ("End",)),
    Command("slower", QT_TRANSLATE_NOOP("Playback", "Play slower"), ("[",)),
    Command("faster", QT_TRANSLATE_NOOP("Playback", "Play faster"), ("]",)),
    Command("loop_from", QT_TRANSLATE_NOOP("Playback", "Loop from here (or drag with Shift on the timeline)"), ("I",)),
    Command("loop_to", QT_TRANSLATE_NOOP("Playback", "Loop to here"), ("O",)),
    Command("loop_clear", QT_TRANSLATE_NOOP("Playback", "Take the loop away"), ("U",)),
    Command(
        "bookmarks",
        QT_TRANSLATE_NOOP("Playback", "Mark this moment, see the bookmarks"),
        ("B",),
        QT_TRANSLATE_NOOP("Playback", "Bookmarks"),
    ),
    Command("bookmark_before", QT_TRANSLATE_NOOP("Playback", "Go to the bookmark before"), ("Shift+B",)),
    Command("bookmark_after", QT_TRANSLATE_NOOP("Playback", "Go to the next bookmark"), ("N",)),
    Command("trail", QT_TRANSLATE_NOOP("Playback", "Change how much of the ways is drawn"), ("W",)),
    Command(
        "compare",
        QT_TRANSLATE_NOOP("Playback", "Compare with another day; again: end it"),
        ("C",),
        QT_TRANSLATE_NOOP("Playback", "Compare"),
        checkable=True,
    ),
    Command("over_distance", QT_TRANSLATE_NOOP("Playback", "Compare speeds over the distance, or over time"), ("X",)),
    Command("time", QT_TRANSLATE_NOOP("Playback", "Type a time"), ("T",)),
    Command("vehicles", QT_TRANSLATE_NOOP("Playback", "Choose vehicles"), ("V",)),
    Command("day", QT_TRANSLATE_NOOP("Playback", "Choose a day"), ("D",)),
    Command("day_before", QT_TRANSLATE_NOOP("Playback", "Day before"), ("Ctrl+Left",)),
    Command("day_after", QT_TRANSLATE_NOOP("Playback", "Day after"), ("Ctrl+Right",)),
    Command(
        "whole_day",
        QT_TRANSLATE_NOOP("Playback", "Show all reports, then the whole day, on the timeline"),
        ("0",),
        QT_TRANSLATE_NOOP("Playback", "Whole day"),
    ),
    Command(
        "follow",
        QT_TRANSLATE_NOOP("Playback", "Follow the selected vehicle"),
        ("F",),
        QT_TRANSLATE_NOOP("Playback", "Follow"),
        checkable=True,
    ),
    Command("zoom_in", QT_TRANSLATE_NOOP("Playback", "Zoom the map in"), ("+", "=")),
    Command("zoom_out", QT_TRANSLATE_NOOP("Playback", "Zoom the map out"), ("-",)),
    Command("county", QT_TRANSLATE_NOOP("Playback", "Show the county on the map"), ("Ctrl+Home",)),
    Command("all", QT_TRANSLATE_NOOP("Playback", "Show all tracks on the map"), ("Ctrl+End",)),
)


def enter_commands(actions: Actions, run: Mapping[str, Callable[[], object]]) -> None:
    """Enter the page's actions; ``run`` has what each of COMMANDS does, by name."""
    translate = QCoreApplication.translate
    for command in COMMANDS:
        action = actions.add(
            f"{SCOPE}.{command.name}",
            translate("Playback", command.text),
            run[command.name],
            keys=command.keys,
            scope=SCOPE,
            checkable=command.checkable,
            secondary=command.secondary,
        )
        action.setIconText(translate("Playback", command.short or command.text))
