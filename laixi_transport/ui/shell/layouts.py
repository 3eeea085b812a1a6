"""Where the window stood: remembered, and brought back onto the screens that exist now."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QDockWidget, QMainWindow

VERSION = 1
"""Of docks and tool bars: another one's state is not laid over this program's."""

DEFAULT = QSize(1600, 1000)
SMALLEST = QSize(960, 540)
"""A screen of 1920 x 1080 at twice the size: everything folds until it fits this."""


def clamp(wanted: QRect, screens: Sequence[QRect]) -> QRect:
    """Return the rectangle moved and shrunk into the screen that shows most of it; the first one where none does.

    screens   the available parts of the screens, the main one first; not empty
    """

    def area(screen: QRect) -> int:
        shared = screen.intersected(wanted)
        return shared.width() * shared.height() if not shared.isEmpty() else 0

    screen = max(screens, key=area)
    width = min(max(wanted.width(), SMALLEST.width()), screen.width())
    height = min(max(wanted.height(), SMALLEST.height()), screen.height())
    left = min(max(wanted.left(), screen.left()), screen.left() + screen.width() - width)
    top = min(max(wanted.top(), screen.top()), screen.top() + screen.height() - height)
    return QRect(left, top, width, height)


def first_place(screen: QRect) -> QRect:
    """Return where a window opens that never stood anywhere: the usual size, in the middle."""
    place = QRect(0, 0, min(DEFAULT.width(), screen.width()), min(DEFAULT.height(), screen.height()))
    place.moveCenter(screen.center())
    return place


def save(window: QMainWindow, ground: QMainWindow, settings: QSettings) -> None:
    """Remember place, the docks of ``ground`` and whether the window filled the screen."""
    settings.setValue("window/place", window.normalGeometry() if window.isMaximized() else window.geometry())
    settings.setValue("window/maximized", window.isMaximized())
    settings.setValue("window/state", ground.saveState(VERSION))


def restore(window: QMainWindow, ground: QMainWindow, settings: QSettings) -> None:
    """Put the window where it stood, as far as there are screens; docks fall back to the default layout."""
    screens = [screen.availableGeometry() for screen in _screens()]
    place = settings.value("window/place")
    window.setGeometry(
        clamp(place, screens) if isinstance(place, QRect) and place.isValid() else first_place(screens[0])
    )
    state = settings.value("window/state")
    if isinstance(state, QByteArray):
        ground.restoreState(state, VERSION)
        clamp_floating(ground)
    if str(settings.value("window/maximized", "false")).lower() == "true":
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def clamp_floating(window: QMainWindow) -> None:
    """Bring docks back that float where no screen is any more."""
    screens = [screen.availableGeometry() for screen in _screens()]
    for dock in window.findChildren(QDockWidget):
        if dock.isFloating() and not any(screen.intersects(dock.geometry()) for screen in screens):
            place = QRect(dock.geometry())
            place.moveCenter(screens[0].center())
            dock.setGeometry(place)


def _screens() -> list[QScreen]:
    main = QGuiApplication.primaryScreen()
    return [main, *(screen for screen in QGuiApplication.screens() if screen is not main)]
