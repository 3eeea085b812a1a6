"""How long the window's thread is ever blocked while 2,000 positions a second arrive and the map is dragged and zoomed.

The real window with the live page, offscreen; positions come from another thread as the live service hands them over.
A timer of one millisecond beats in the window's thread: what lies between two beats is how long a key press would have
waited. The floor is the same beat in a window that has nothing to do, in the same run: the machine's own hiccups.
"""

import gc
import math
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import report

VEHICLES = 2000
POSITIONS_A_S = 2000
COMMIT_S = 0.05  # the writer commits about so often
PACE_MS = 16
TARGET_BLOCK_MS = 50.0
TARGET_FRAMES_S = 50.0
SIZE = (1920, 1080)
SECONDS, QUICK_SECONDS = 15.0, 4.0


Times = np.ndarray[Any, np.dtype[np.float64]]


class FakeLive:
    """A fleet that drives in circles; ``drive`` tells of it from a thread of its own."""

    def __init__(self, now: Callable[[], float]) -> None:
        from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass

        rng = random.Random(1)
        kinds = tuple(VehicleClass)
        self._now = now
        self._vehicles = [
            Vehicle(n, f"鲁B{n:05d}D", PlateColour.YELLOW, kinds[n % len(kinds)], "Laixi Bus", f"{n % 40}", 60.0)
            for n in range(1, VEHICLES + 1)
        ]
        self._middles = [(120.45 + rng.gauss(0, 0.06), 36.87 + rng.gauss(0, 0.1)) for _ in self._vehicles]
        self._subscriber: Callable[[list[Any]], None] = lambda _: None
        self.sent = 0

    def state(self, at: int, step: int) -> Any:
        """Return the state of a vehicle at a step of its circle."""
        from laixi_transport.domain.fleet import VehicleState

        angle = step * 0.05 + at
        lon, lat = self._middles[at]
        now_s = self._now()
        speed = 30 + 40 * math.sin(angle)
        place = (lat + 0.01 * math.cos(angle), lon + 0.012 * math.sin(angle))
        heading = int(math.degrees(angle) + 90) % 360
        return VehicleState(at + 1, int(now_s), now_s, int(now_s), *place, max(0.0, speed), heading, 0, 3, 1.0, 14)

    def fleet(self) -> tuple[list[Any], list[Any]]:
        return self._vehicles, [self.state(at, 0) for at in range(VEHICLES)]

    def vehicle(self, vehicle_id: int) -> Any:
        return self._vehicles[vehicle_id - 1]

    def overspeeding(self) -> frozenset[int]:
        return frozenset(range(1, 40))

    def subscribe(self, on_states: Callable[[list[Any]], None], on_register: Callable[[], None]) -> Callable[[], None]:
        del on_register
        self._subscriber = on_states
        return lambda: None

    def drive(self, ended: threading.Event) -> None:
        """Tell of as many positions a second as are due, until ended."""
        began = time.perf_counter()
        while not ended.wait(COMMIT_S):
            due = int((time.perf_counter() - began) * POSITIONS_A_S)
            self._subscriber([self.state(n % VEHICLES, n // VEHICLES) for n in range(self.sent, due)])
            self.sent = due


def main(arguments: list[str]) -> int:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    seconds = QUICK_SECONDS if "--quick" in arguments else SECONDS
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)
    idle = QWidget()
    idle.show()
    floor, _ = _beat(seconds / 2, lambda _: None)
    idle.hide()
    with tempfile.TemporaryDirectory() as folder:
        return _measure(application, Path(folder), seconds, float(floor.max()))


def _measure(application: Any, folder: Path, seconds: float, floor_ms: float) -> int:
    from PySide6.QtCore import QEvent, QObject, QSettings

    from laixi_transport.services.bundle import open_services
    from laixi_transport.services.live import FEATURE
    from laixi_transport.storage import open_store
    from laixi_transport.ui.actions import Actions
    from laixi_transport.ui.bridge import Bridge
    from laixi_transport.ui.shell.parts import Parts
    from laixi_transport.ui.shell.window import MainWindow
    from laixi_transport.ui.tasks import Tasks
    from laixi_transport.ui.theme import Theme, fonts

    class Frames(QObject):
        """Counts what the map paints."""

        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.count += 1
            return super().eventFilter(watched, event)

    fonts.load()
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    theme = Theme(settings)
    theme.apply()
    bridge = Bridge()
    tasks = Tasks(bridge)
    live: Any = FakeLive(time.time)
    store = open_store(f"sqlite:///{folder / 'empty.db'}")
    services: Any = replace(open_services(store, evaluates=False, now=time.time), live=live)
    parts = Parts(
        tasks=tasks, theme=theme, actions=Actions(), bridge=bridge, settings=settings, now=time.time, language="en"
    )
    window = MainWindow(parts, (FEATURE,))
    window.resize(*SIZE)
    window.show()
    window.attach(services)
    page: Any = window.pages.page("live")
    page.select(7)
    _beat(1.0, lambda _: None)
    frames = Frames()
    page.map.installEventFilter(frames)
    gc.collect()
    gc.freeze()  # as the station does once it stands
    ended = threading.Event()
    feeder = threading.Thread(target=live.drive, args=(ended,), name="feeder")
    feeder.start()
    _beat(1.0, lambda _: None)
    good = True
    try:
        for name, hand in (("rest", lambda _: None), ("pan", _Dragging(page.map)), ("zoom", _Turning(page.map))):
            frames.count, sent, began = 0, live.sent, time.perf_counter()
            gaps, work = _beat(seconds, hand)
            took = time.perf_counter() - began
            good &= report(
                f"gui.{name}.longest_block",
                float(gaps.max()),
                "ms",
                target=TARGET_BLOCK_MS,
                better="lower",
                floor=floor_ms,
            )
            report(f"gui.{name}.longest_work", float(work.max()), "ms")
            report(f"gui.{name}.block_p99", float(np.percentile(gaps, 99)), "ms")
            if name != "rest":
                good &= report(f"gui.{name}.frames", frames.count / took, "1/s", target=TARGET_FRAMES_S)
            report(f"gui.{name}.positions", (live.sent - sent) / took, "1/s")
    finally:
        ended.set()
        feeder.join()
        window.close()
        window.deleteLater()
        tasks.close()
        bridge.close()
        application.processEvents()
        store.close()
    return 0 if good else 1


def _beat(seconds: float, hand: Callable[[int], None]) -> "tuple[Times, Times]":
    """Run the event loop for so long; ``hand`` is called sixty times a second.

    Return the ms between two beats, by the clock and by the processor time that this thread took: where they differ,
    another process had the processor or another thread the interpreter.
    """
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop = QEventLoop()  # quitting the application would close its windows
    beats: list[tuple[float, float]] = []
    steps = iter(range(1_000_000))
    beat = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(lambda: beats.append((time.perf_counter(), time.thread_time())))
    pace = QTimer(interval=PACE_MS, timerType=Qt.TimerType.PreciseTimer)
    pace.timeout.connect(lambda: hand(next(steps)))
    beat.start()
    pace.start()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    beat.stop()
    pace.stop()
    gaps, work = np.diff(np.array(beats), axis=0).T * 1e3
    return gaps, work


class _Dragging:
    """Drags the map in wide curves with the left button, letting go now and then as a hand does."""

    def __init__(self, map_view: Any) -> None:
        self._map = map_view
        self._at = (map_view.width() / 2, map_view.height() / 2)

    def __call__(self, step: int) -> None:
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        at = QPointF(self._at[0] + 300 * math.sin(step / 20), self._at[1] + 200 * math.cos(step / 27))
        kind, button, held = QEvent.Type.MouseMove, none, left
        if step % 90 == 0:
            kind, button = QEvent.Type.MouseButtonPress, left
        elif step % 90 == 89:
            kind, button, held = QEvent.Type.MouseButtonRelease, left, none
        event = QMouseEvent(kind, at, self._map.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._map, event)


class _Turning:
    """Turns the wheel in and out over a point beside the middle."""

    def __init__(self, map_view: Any) -> None:
        self._map = map_view

    def __call__(self, step: int) -> None:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        at = QPointF(self._map.width() * 0.4, self._map.height() * 0.6)
        turn = 20 if step // 90 % 2 == 0 else -20
        event = QWheelEvent(
            at, self._map.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self._map, event)
