"""What the shell can do about how it looks: theme, size, language, windows, layouts, the wall."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from laixi_transport.services.feature import Feature
from laixi_transport.ui import format as text
from laixi_transport.ui.shell.arrangement import Arrangement
from laixi_transport.ui.shell.layouts import MOST
from laixi_transport.ui.shell.pages import Pages
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.shell.wall import INTERVALS_S, Wall, wall_scale
from laixi_transport.ui.shell.wall import SCALES as WALL_SCALES
from laixi_transport.ui.theme.theme import FOLLOW_SYSTEM
from laixi_transport.ui.theme.tokens import SCALES

LANGUAGES = {"zh_CN": "中文", "en": "English"}
"""Each language under its own name: who cannot read this one must find the way back."""


class View(Protocol):
    """What these commands need of the main window."""

    parts: Parts
    features: Sequence[Feature]
    pages: Pages
    arrangement: Arrangement
    wall: Wall

    def choose_language(self, language: str) -> None:
        """Ask for another language."""

    def toggle_theme(self) -> None:
        """Change between dark and light."""

    def toggle_full_screen(self) -> None:
        """Let the active window fill its screen, or return."""

    def to_next_screen(self) -> None:
        """Move the active window to the next screen."""

    def set_wall(self, on: bool) -> None:
        """Show everything large on the whole screen, or return."""

    def set_scale(self, scale: float) -> None:
        """Take another size of text."""

    def manage_layouts(self) -> None:
        """Show the layouts that are kept."""


def enter_view_commands(window: View) -> None:
    """Enter the actions; those of named layouts follow what is kept."""
    add = window.parts.actions.add
    translate = QCoreApplication.translate
    add(
        "view.move_out",
        translate("Shell", "Page in a window of its own"),
        window.pages.toggle_float,
        keys="Ctrl+Shift+N",
        menu="view",
        hint=translate("Shell", "For a second screen; again puts it back"),
    )
    add("view.all_back", translate("Shell", "All pages into the main window"), window.pages.take_all_back, menu="view")
    add(
        "view.next_screen",
        translate("Shell", "Window to the next screen"),
        window.to_next_screen,
        keys="Ctrl+Shift+M",
        menu="view",
    )
    add("view.full_screen", translate("Shell", "Full screen"), window.toggle_full_screen, keys="F11", menu="view")
    _enter_layouts(window)
    _enter_wall(window)
    for scale in SCALES:
        action = add(
            f"scale.{scale}",
            text.percent(scale),
            partial(window.set_scale, scale),
            menu="view/scale",
            group="scale",
            secondary=True,
        )
        action.setChecked(window.parts.theme.desk_scale == scale)
    _enter_themes(window)
    for language, name in LANGUAGES.items():
        action = add(
            f"language.{language}",
            name,
            partial(window.choose_language, language),
            menu="view/language",
            group="language",
        )
        action.setChecked(window.parts.language == language)


def _enter_themes(window: View) -> None:
    add = window.parts.actions.add
    translate = QCoreApplication.translate
    theme = window.parts.theme
    for choice, said in (
        ("dark", translate("Shell", "Dark")),
        ("light", translate("Shell", "Light")),
        (FOLLOW_SYSTEM, translate("Shell", "As the system has it")),
    ):
        action = add(
            f"theme.{choice}", said, partial(theme.choose, choice), menu="view/theme", group="theme", secondary=True
        )
        action.setChecked(theme.choice == choice)
    add(
        "theme.toggle",
        translate("Shell", "Change between dark and light"),
        window.toggle_theme,
        keys="Ctrl+Shift+T",
    )


def _enter_layouts(window: View) -> None:
    add = window.parts.actions.add
    translate = QCoreApplication.translate
    arrangement = window.arrangement
    add(
        "layouts.manage",
        translate("Shell", "Keep and change layouts…"),
        window.manage_layouts,
        keys="Ctrl+Shift+L",
        menu="view/layouts",
        hint=translate("Shell", "Windows, panels and pages as they stand, under a name"),
    )
    lock = add(
        "layouts.lock",
        translate("Shell", "Lock the layout"),
        lambda: arrangement.lock(lock.isChecked()),
        menu="view/layouts",
        checkable=True,
        hint=translate("Shell", "Nothing is dragged by accident"),
    )
    lock.setChecked(arrangement.locked)
    add("view.reset", translate("Shell", "Default layout"), arrangement.reset, menu="view/layouts")

    def enter_named() -> None:
        for entry in window.parts.actions.entries():
            if entry.id.startswith("layout."):
                window.parts.actions.remove(entry.id)
        for place, name in enumerate(arrangement.layouts.names(), start=1):
            action = add(
                f"layout.{place}",
                translate("Shell", "Layout: {name}").format(name=name),
                partial(arrangement.switch, name),
                keys=f"Ctrl+Alt+{place}" if place <= MOST else (),
                menu="view/layouts",
                checkable=True,
            )
            action.setChecked(name == arrangement.layouts.current)

    arrangement.layouts.changed.connect(enter_named)
    enter_named()


def _enter_wall(window: View) -> None:
    add = window.parts.actions.add
    translate = QCoreApplication.translate
    settings, wall = window.parts.settings, window.wall
    on = add(
        "wall.toggle",
        translate("Shell", "Wall mode"),
        lambda: window.set_wall(not window.parts.wall),
        keys="Ctrl+Shift+W",
        menu="view/wall",
        checkable=True,
        hint=translate("Shell", "Large, on the whole screen, read from afar; Esc leaves it"),
    )
    on.setChecked(window.parts.wall)

    def choose_scale(scale: float) -> None:
        settings.setValue("wall/scale", scale)
        if window.parts.wall:
            window.set_wall(True)

    for scale in WALL_SCALES:
        action = add(
            f"wall.scale.{scale}",
            translate("Shell", "Text at {share}").format(share=text.percent(scale)),
            partial(choose_scale, scale),
            menu="view/wall",
            group="wall.scale",
            secondary=True,
        )
        action.setChecked(wall_scale(settings) == scale)

    def choose_interval(seconds: int) -> None:
        wall.interval_s = seconds

    for seconds in INTERVALS_S:
        said = translate("Shell", "Another page every {time}").format(time=text.duration(seconds))
        action = add(
            f"wall.every.{seconds}",
            said if seconds else translate("Shell", "Always the same page"),
            partial(choose_interval, seconds),
            menu="view/wall",
            group="wall.every",
            secondary=True,
        )
        action.setChecked(wall.interval_s == seconds)
    for feature in window.features:
        _enter_turn(window, feature)


def _enter_turn(window: View, feature: Feature) -> None:
    translate = QCoreApplication.translate
    wall = window.wall

    def choose() -> None:
        chosen = {*wall.pages} ^ {feature.id}
        wall.pages = [f.id for f in window.features if f.id in chosen]
        action.setChecked(feature.id in chosen)

    said = translate("Shell", "Takes its turn: {page}").format(page=translate("Feature", feature.title))
    action = window.parts.actions.add(
        f"wall.page.{feature.id}", said, choose, menu="view/wall", checkable=True, secondary=True
    )
    action.setChecked(feature.id in wall.pages)
