"""Pictures of every page in both languages and themes: ``python -m tools.screenshots DIR [--seconds N]``.

Runs the demonstration offscreen on real sockets and saves ``PAGE-LANGUAGE-THEME.png`` at 1600 x 1000. ``--wall``,
``--size 3840x2160`` and ``--scale 2`` show what becomes of it on other screens; ``--only zh_CN-dark`` saves time.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LANGUAGES = ("zh_CN", "en")
THEMES = ("dark", "light")
SCALES = (1.0, 1.25, 1.5, 2.0)


def main(arguments: list[str]) -> int:
    """Run the tool."""
    parser = argparse.ArgumentParser(prog="tools.screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=25.0, help="how long the county drives before (default 25)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=_size, default=(1600, 1000), help="width x height of the window, logical pixels")
    parser.add_argument("--scale", type=float, choices=SCALES, default=1.0, help="of the text")
    parser.add_argument("--wall", action="store_true", help="as it stands on the wall")
    parser.add_argument("--only", default="", help="one language and theme, such as zh_CN-dark")
    options = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from laixi_transport.app.desktop import Desktop, DesktopOptions

    application = QApplication(["screenshots"])
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        _settings(Path(profile), options)
        chosen = DesktopOptions(profile=Path(profile), demo=True, seed=options.seed, language=LANGUAGES[0])
        return _run(Desktop(application, chosen), options)


def _run(desktop: Any, options: argparse.Namespace) -> int:
    from PySide6.QtCore import QTimer

    failed: list[BaseException] = []

    def take() -> None:
        try:
            _take(desktop, options)
        except Exception as error:  # noqa: BLE001 - the window must close before anything else
            failed.append(error)
        desktop.window.close()

    QTimer.singleShot(round(options.seconds * 1000), take)
    desktop.run()
    if failed:
        raise failed[0]
    return 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def _settings(profile: Path, options: argparse.Namespace) -> None:
    """Write what a user would have chosen."""
    from PySide6.QtCore import QSettings

    from laixi_transport.app.desktop import SETTINGS_FILE

    settings = QSettings(str(profile / SETTINGS_FILE), QSettings.Format.IniFormat)
    settings.setValue("wall/scale" if options.wall else "view/scale", options.scale)
    settings.setValue("wall/on", options.wall)
    settings.sync()


def _take(desktop: Any, options: argparse.Namespace) -> None:
    from PySide6.QtCore import QCoreApplication

    from laixi_transport.ui.pictures import save_pictures, settle

    folder = options.folder
    for language in LANGUAGES:
        if options.only and not options.only.startswith(language):
            continue
        if language != desktop.window.parts.language:
            before = desktop.window
            desktop.window.parts.actions[f"language.{language}"].trigger()
            deadline_s = time.monotonic() + 10
            while desktop.window is before and time.monotonic() < deadline_s:
                QCoreApplication.processEvents()  # not settle: the window that it would watch is about to go
        for theme in THEMES:
            if not options.only.endswith(theme) and options.only:
                continue
            desktop.window.parts.actions[f"theme.{theme}"].trigger()
            desktop.window.showNormal()  # the one screen that there is offscreen is smaller
            desktop.window.resize(*options.size)
            settle(desktop.window)
            for path in save_pictures(desktop.window, folder, f"-{language}-{theme}"):
                print(path)
        if options.wall:
            continue
        _terminals(desktop.window, folder, language)
        _others(desktop.window, folder, language)


def _terminals(window: Any, folder: Path, language: str) -> None:
    """Save what the tabs of a terminal show: what was refused, and commands with their answers."""
    from laixi_transport.ui.pictures import settle

    window.open_page("terminals")
    page = window.pages.page("terminals")
    for kind in ("attributes", "ask_position", "photo"):
        page.detail.commands.form.choose_kind(kind)
        page.detail.commands.form.send()
        settle(window, 0.5)
    page.detail.refusals.all.click()
    for tab in ("refusals", "commands"):
        window.parts.actions[f"terminals.{tab}"].trigger()
        settle(window, 1.5)
        path = folder / f"terminals-{tab}-{language}.png"
        window.grab().save(str(path))
        print(path)
    window.parts.actions["terminals.frames"].trigger()


def _others(window: Any, folder: Path, language: str) -> None:
    """Save what lies beside the pages: the alert table, the palette, the sheet of keys."""
    from laixi_transport.ui.pictures import settle

    actions = window.parts.actions
    for name, show, hide in (
        ("alerts", actions["alarms.expand"].trigger, actions["alarms.expand"].trigger),
        ("palette", actions["search"].trigger, window.search.close_hits),
        ("keys", window.show_keys, window.show_keys),
    ):
        show()
        settle(window, 0.3)
        path = folder / f"{name}-{language}.png"
        window.grab().save(str(path))
        print(path)
        hide()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
