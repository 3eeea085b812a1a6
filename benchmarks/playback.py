"""Playback of a county: 500 vehicles at 60 times the speed of time, from a month in the database.

The real page in a window of 1920 x 1080, offscreen, over the real service. First picture: from choosing vehicles and
month until all of them stand on a painted map. The floor of the longest block is the same beat in an idle window.

Scrub: from the jump of the clock to a moment until a frame of the map is painted whose vehicles stand at that moment.
Four ways, each with the processor time that the whole process took for one, which a busy machine does not change:
cold    hours not read yet, of a file that the system does not hold in memory; each jump once the one before shows
fresh   hours not read yet, the file in the system's memory; each jump once the one before shows
rested  the same, but 0.15 to 0.4 s later: neighbours are being read and the day analysed when the next jump comes
warm    hours that were read
The target is for cold, fresh and rested together.
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
REST_S = (0.15, 0.4)
Answers = list[tuple[float, float]]
"""Of each scrub the ms by the clock and the ms of processor time."""


def main(arguments: list[str]) -> int:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    quick = "--quick" in arguments
    vehicles, days = (_month.QUICK_VEHICLES, _month.QUICK_DAYS) if quick else (_month.VEHICLES, _month.DAYS)
    path = _month.month(vehicles, days)
    _forget_file(path)
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
        at_s: float | None = None

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.count += 1
                self.at_s = page.stage.shown_s
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
        good &= _scrubs(page, frames, path, days, scrubs)
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
    _until(
        lambda: (
            not session.loading and session.vehicles and frames.at_s == page.clock.at and stage.shown_s == frames.at_s
        )
    )
    return int(np.isfinite(stage.places.lon_deg).sum())


def _scrubs(page: Any, frames: Any, path: Path, days: int, times: int) -> bool:
    """Measure and report the four ways of scrubbing; return whether the target is reached."""
    session, rng = page.session, random.Random(7)

    def unread() -> float:
        while True:
            at_s = _month.MONTH_S + rng.randrange(days * 86_400 - 4000) + 0.5
            if session.around.fleet.reel.fixes(int(at_s) // 3600) is None:
                return at_s

    reel = session.around.fleet.reel
    ways: dict[str, Answers] = {}
    # The file was forgotten before it was opened; what was listed and played since is a small part of it.
    ways["cold"] = [_scrub(page, frames, unread()) for _ in range(times // 2)]
    _hold_file(path)
    ways["fresh"] = [_scrub(page, frames, unread()) for _ in range(times)]
    ways["rested"] = []
    for _ in range(times):
        _beat(rng.uniform(*REST_S), lambda _: None)
        ways["rested"].append(_scrub(page, frames, unread()))
    _until(lambda: session.around.idle)
    ways["warm"] = []
    for _ in range(times):
        ways["warm"].append(_scrub(page, frames, rng.choice(reel.hours) * 3600 + rng.randrange(3600) + 0.5))
    for name, answers in ways.items():
        wall_ms, work_ms = np.array(answers).T
        report(f"playback.scrub.{name}.p50", float(np.median(wall_ms)), "ms")
        report(f"playback.scrub.{name}.p95", float(np.percentile(wall_ms, 95)), "ms")
        report(f"playback.scrub.{name}.max", float(wall_ms.max()), "ms")
        report(f"playback.scrub.{name}.processor_p50", float(np.median(work_ms)), "ms")
        report(f"playback.scrub.{name}.processor_max", float(work_ms.max()), "ms")
    missed = np.array([wall_ms for name in ("cold", "fresh", "rested") for wall_ms, _ in ways[name]])
    return report("playback.scrub_p95", float(np.percentile(missed, 95)), "ms", target=100, better="lower")


def _scrub(page: Any, frames: Any, at_s: float) -> tuple[float, float]:
    """Jump to a moment and wait for its picture; return the ms by the clock and of processor time."""
    began, worked = time.perf_counter(), time.process_time()
    page.clock.seek(at_s)
    shown = _painted(page, frames)
    assert shown > 0
    return (time.perf_counter() - began) * 1e3, (time.process_time() - worked) * 1e3


def _forget_file(path: Path) -> None:
    """Have the system give up what it holds of the file in its memory, where it can be asked to."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _hold_file(path: Path) -> None:
    """Have the system hold all of the file in its memory."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


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
