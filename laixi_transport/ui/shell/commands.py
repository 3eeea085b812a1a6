"""What the shell itself can do, entered in the registry of actions."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from laixi_transport.services.feature import Feature
from laixi_transport.ui.shell.alert_desk import AlertDesk
from laixi_transport.ui.shell.alerts_dock import AlertsDock
from laixi_transport.ui.shell.pages import Pages
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.shell.search import SearchBox

ANSWER_KEY = "Q"


class Frame(Protocol):
    """What the commands need of the main window."""

    parts: Parts
    features: Sequence[Feature]
    pages: Pages
    search: SearchBox
    desk: AlertDesk
    alerts_dock: AlertsDock

    def open_page(self, page_id: str) -> None:
        """Bring a page to the front."""

    def answer_above(self) -> None:
        """Go to what a platform above asks."""

    def toggle_alerts(self) -> None:
        """Show or hide the table of open alerts."""

    def show_keys(self) -> None:
        """Show every key."""

    def show_about(self) -> None:
        """Show what the program is."""

    def close(self) -> bool:
        """Close the window."""


def enter_commands(window: Frame) -> None:
    """Enter the shell's actions."""
    add = window.parts.actions.add
    translate = QCoreApplication.translate

    for feature in window.features:
        add(
            f"go.{feature.id}",
            translate("Feature", feature.title),
            partial(window.open_page, feature.id),
            keys=feature.shortcut,
            menu="go",
        )
    add("search", translate("Shell", "Search and commands"), window.search.begin, keys="Ctrl+K", menu="go")

    desk = window.desk
    add(
        "alarms.acknowledge",
        translate("Shell", "Acknowledge"),
        lambda: desk.acknowledge(window.alerts_dock.chosen()),
        keys="A",
        menu="alarms",
        hint=translate("Shell", "Acknowledge the selected alerts, or the one that the bar shows"),
    )
    add(
        "alarms.take_back",
        translate("Shell", "Take the last acknowledgement back"),
        desk.take_back,
        keys="Shift+A",
        menu="alarms",
    )
    expand = add(
        "alarms.expand",
        translate("Shell", "Expand"),
        window.toggle_alerts,
        keys="E",
        menu="alarms",
        checkable=True,
        hint=translate("Shell", "Show or hide the table of open alerts"),
    )
    window.alerts_dock.visibilityChanged.connect(lambda _: expand.setChecked(not window.alerts_dock.isHidden()))
    mute = add(
        "alarms.mute",
        translate("Shell", "Mute"),
        lambda: desk.mute(mute.isChecked()),
        keys="M",
        menu="alarms",
        checkable=True,
        hint=translate("Shell", "No sound for a quarter of an hour"),
    )
    desk.muted_changed.connect(mute.setChecked)

    add(
        "requests.open",
        translate("Shell", "Answer the platform above"),
        window.answer_above,
        keys=ANSWER_KEY,
        menu="alarms",
        hint=translate("Shell", "To the question or order with the least time left"),
    )
    add("help.keys", translate("Shell", "Keys"), window.show_keys, keys="F1", menu="help")
    add("help.about", translate("Shell", "About and licences"), window.show_about, menu="help")
    add("file.quit", translate("Shell", "Quit"), window.close, keys="Ctrl+Q", menu="file")
