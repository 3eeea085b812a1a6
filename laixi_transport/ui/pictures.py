"""Pictures of every page, for papers and for machines without a display."""

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop

from laixi_transport.ui.map.picture_maker import PictureMaker
from laixi_transport.ui.shell.window import MainWindow

SETTLE_S = 1.0
MOST_S = 10.0


def settle(window: MainWindow, seconds: float = SETTLE_S) -> None:
    """Let the window take in what it asked for: until no query and no map is under way, and some time for drawing."""
    began_s = time.monotonic()
    while (passed_s := time.monotonic() - began_s) < MOST_S:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        drawing = any(maker.busy for maker in window.findChildren(PictureMaker))
        if passed_s >= seconds and not drawing and not window.parts.tasks.any_busy:
            return
        time.sleep(0.01)


def save_pictures(window: MainWindow, folder: Path, suffix: str = "") -> list[Path]:
    """Save a picture of each page and return the files; the page in front before is in front again."""
    folder.mkdir(parents=True, exist_ok=True)
    front = window.pages.front
    saved = []
    for feature in window.features:
        window.open_page(feature.id)
        settle(window)
        path = folder / f"{feature.id}{suffix}.png"
        if window.grab().save(str(path)):
            saved.append(path)
    if front:
        window.open_page(front)
    return saved
