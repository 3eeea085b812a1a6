"""What the shell itself can do, entered in the registry of actions."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from laixi_transport.ui.theme.theme import FOLLOW_SYSTEM

if TYPE_CHECKING:
    from laixi_transport.ui.shell.window import MainWindow

LANGUAGES = {"zh_CN": "中文", "en": "English"}
"""Each language under its own name: who cannot read this one must find the way back."""


def enter_commands(window: "MainWindow") -> None:
    """Enter the shell's actions."""
    add = window.parts.actions.add
    translate = QCoreApplication.translate
    theme = window.parts.theme

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

    for choice, text in (
        ("dark", translate("Shell", "Dark")),
        ("light", translate("Shell", "Light")),
        (FOLLOW_SYSTEM, translate("Shell", "As the system has it")),
    ):
        action = add(
            f"theme.{choice}",
            text,
            partial(theme.choose, choice),
            menu="view/theme",
            group="theme",
            secondary=True,
        )
        action.setChecked(theme.choice == choice)
    add(
        "theme.toggle",
        translate("Shell", "Change between dark and light"),
        window.toggle_theme,
        keys="Ctrl+Shift+T",
    )
    for language, name in LANGUAGES.items():
        action = add(
            f"language.{language}",
            name,
            partial(window.language_chosen.emit, language),
            menu="view/language",
            group="language",
        )
        action.setChecked(window.parts.language == language)
    add(
        "view.move_out",
        translate("Shell", "Page in a window of its own"),
        window.pages.move_out,
        keys="Ctrl+Shift+N",
        menu="view",
        hint=translate("Shell", "For a second screen; again puts it back"),
    )
    add("view.full_screen", translate("Shell", "Full screen"), window.toggle_full_screen, keys="F11", menu="view")
    add("view.reset", translate("Shell", "Default layout"), window.reset_layout, menu="view")
    add("help.keys", translate("Shell", "Keys"), window.show_keys, keys="F1", menu="help")
    add("help.about", translate("Shell", "About and licences"), window.show_about, menu="help")
    add("file.quit", translate("Shell", "Quit"), window.close, keys="Ctrl+Q", menu="file")
