"""Playback of a county: 500 vehicles at 60 times the speed of time, from a month in the database.

The real page in a window of 1920 x 1080, offscreen, over the real service. First picture: from choosing vehicles and
month until all of them stand on a painted map. Scrub: from a jump of the clock to another hour, not read yet, until the
map is painted with the vehicles of that moment. The floor of the longest block is the same beat in an idle window.
"""

import gc
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import _month
from benchmarks.gui import SIZE, _beat
from benchmarks.report import report

SPEED = 60.0
SECONDS, QUICK_SECONDS = 12.0, 4.0
SCRUBS, QUICK_SCRUBS = 40, 10


def main(arguments: list[str]) -> int:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    quick = "--quick" in arguments
    vehicles, days = (_month.QUICK_VEHICLES, _month.QUICK_DAYS) if quick else (_month.VEHICLES, _month.DAYS)
    path = _month.month(vehicles, days)
    report("playback.vehicles", vehicles, "")
    report("playback.positions", _month.positions(vehicles, days), "")
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)
    idle = QWidget()
    idle.show()
    floor, _ = _beat(2.0, lambda _: None)
    idle.hide()
    with tempfile.TemporaryDirectory() as folder:
        return _measure(application, path, Path(folder), float(floor.max()), days, quick=quick)


def _measure(application: Any, path: Path, folder: Path, floor_ms: float, days: int, *, quick: bool) -> int:
    import datetime as dt

    from PySide6.QtCore import QEvent, QObject, QSettings

    from laixi_transport.domain.time import HOUR_S, beijing_date
    from laixi_transport.services.bundle import open_services
    from laixi_transport.storage import open_store
    from laixi_transport.ui.actions import Actions
    from laixi_transport.ui.bridge import Bridge
    from laixi_transport.ui.context import Context
    from laixi_transport.ui.map.raster import loading
    from laixi_transport.ui.pages.playback import PlaybackPage
    from laixi_transport.ui.tasks import Tasks
    from laixi_transport.ui.theme import Theme, fonts

    class Frames(QObject):
        """Counts what the map paints and with which moment."""

        count = 0
        at_s = -1.0

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
    store = open_store(f"sqlite:///{path}", read_only=True)
    _month.check(store)
    end_s = _month.MONTH_S + days * 86_400
    services = open_services(store, evaluates=False, now=lambda: float(end_s))
    context = Context(
        services=services, tasks=tasks, theme=theme, actions=Actions(), bridge=bridge, settings=settings,
        now=lambda: float(end_s + 86_400),
    )  # fmt: skip
    ids = [vehicle.id for vehicle in store.register.vehicles()]
    seconds, scrubs = (QUICK_SECONDS, QUICK_SCRUBS) if quick else (SECONDS, SCRUBS)
    good = True
    page = PlaybackPage(context)
    page.resize(*SIZE)
    page.show()
    context.actions.activate("playback")
    _until(lambda: page.chart is not None)
    page.stage.map.fit((120.2, 36.55, 120.8, 37.15))
    _until(loading.ready)
    _beat(1.5, lambda _: None)
    gc.collect()
    gc.freeze()
    before_mb = _resident_mb()
    frames = Frames()
    page.stage.map.installEventFilter(frames)
    session = page.session
    first_day = beijing_date(_month.MONTH_S)
    try:
        began = time.perf_counter()
        session.ask(
            vehicle_ids=ids,
            day=first_day,
            last_day=first_day + dt.timedelta(days=days - 1),
            go_to_s=_month.MONTH_S + 2 * 86_400 + 37_800.0,
        )
        shown = _painted(page, frames)
        good &= report("playback.first_picture", (time.perf_counter() - began) * 1e3, "ms", target=1000, better="lower")
        assert shown == len(ids), shown
        settled, _ = _beat_until(lambda: session.around is not None and session.around.idle and bool(session.days))
        report("playback.month_known", settled[0], "s")
        good &= report("playback.settling.longest_block", settled[1], "ms", target=50, better="lower", floor=floor_ms)
        page.clock.seek(_month.MONTH_S + 5 * HOUR_S + 1800.0)
        _until(lambda: session.around is not None and session.around.idle)
        page.clock.set_speed(SPEED)
        page.clock.play()
        frames.count, began = 0, time.perf_counter()
        gaps, work = _beat(seconds, lambda _: None)
        took = time.perf_counter() - began
        page.clock.pause()
        good &= report("playback.frames", frames.count / took, "1/s", target=50)
        good &= report("playback.longest_block", float(gaps.max()), "ms", target=50, better="lower", floor=floor_ms)
        report("playback.longest_work", float(work.max()), "ms")
        answers = np.array(_scrub(page, frames, days, scrubs))
        good &= report("playback.scrub_p95", float(np.percentile(answers, 95)), "ms", target=100, better="lower")
        report("playback.scrub_p50", float(np.median(answers)), "ms")
        report("playback.scrub_max", float(answers.max()), "ms")
        _until(lambda: session.around is not None and session.around.idle)
        good &= report("playback.memory_growth", _resident_mb() - before_mb, "MB", target=600, better="lower")
        report("playback.memory_growth_without_file", _private_mb() - before_mb, "MB")
    finally:
        page.clock.pause()
        page.close()
        page.deleteLater()
        tasks.close()
        bridge.close()
        application.processEvents()
        store.close()
    return 0 if good else 1


def _painted(page: Any, frames: Any) -> int:
    """Wait until the map has painted the vehicles of the clock's moment; return how many have a place."""
    session, stage = page.session, page.stage
    _until(lambda: not session.loading and session.vehicles and stage.shown_s == page.clock.at)
    frames.count = 0
    stage.map.update()
    _until(lambda: frames.count > 0)
    return int(np.isfinite(stage.places.lon_deg).sum())


def _scrub(page: Any, frames: Any, days: int, times: int) -> list[float]:
    """Jump to hours that are not read and wait for their picture; return the ms of each."""
    rng = random.Random(7)
    answers = []
    for _ in range(times):
        at_s = _month.MONTH_S + rng.randrange(days * 86_400 - 4000) + 0.5
        began = time.perf_counter()
        page.clock.seek(at_s)
        shown = _painted(page, frames)
        answers.append((time.perf_counter() - began) * 1e3)
        assert shown > 0
    return answers


def _beat_until(done: Callable[[], bool]) -> tuple[tuple[float, float], None]:
    """Wait; return the seconds that it took and the longest time in ms between two beats of a millisecond."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, began = QEventLoop(), time.perf_counter()
    beats = [began]
    beat = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)

    def take() -> None:
        beats.append(time.perf_counter())
        if done() or beats[-1] - began > 120:
            loop.quit()

    beat.timeout.connect(take)
    beat.start()
    loop.exec()
    assert done()
    return (beats[-1] - began, float(np.diff(beats).max() * 1e3)), None


def _until(done: Callable[[], Any]) -> None:
    """Let the window live until something holds; looks every 2 ms, without keeping the interpreter busy."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, ends = QEventLoop(), time.perf_counter() + 180
    look = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
    look.timeout.connect(lambda: loop.quit() if done() or time.perf_counter() > ends else None)
    look.start()
    loop.exec()
    look.stop()
    assert done(), "nothing came"


def _status_mb(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return float("nan")


def _resident_mb() -> float:
    """Return what the process holds in memory, the pages of the database that it maps included."""
    return _status_mb("VmRSS")


def _private_mb() -> float:
    return _status_mb("RssAnon")
