"""How fluid the map is: 10,000 roads, a million points of ways and 5,000 vehicles at 1920 x 1080, moved by hand.

The real widget, offscreen, where Qt paints into memory as it does on a PC without a graphics card. A new view is due
sixty times a second; a frame takes from the moment it is due until it is painted, so that whatever holds up the window
counts. A frame is late after 16.7 ms, and late is what was never shown. ``work`` is the processor time of painting
alone: where ``paint`` is longer, something else had the processor. Vehicles get new places ten times a second.
``floor`` is the same pace with nothing but a loop that uses as much processor time as a frame: what is late there, is
late by the machine.

Peers draw the same in the same run, panned at their own pace. What is compared is the processor time of a frame; of
QGIS, which draws on several threads, the time that passes.
"""

import gc
import math
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from benchmarks import _map_peers as peers
from benchmarks.report import report

SIZE = (1920, 1080)
ROADS, POINTS, VEHICLES = 10_000, 1_000_000, 5_000
PER_WAY = 8_640  # a day at one fix in ten seconds
RATE_HZ = 60.0
SECONDS, QUICK_SECONDS = 10.0, 3.0
WARM_UP_S = 1.0
LATE_MS = 1000 / 60
TARGET_LATE, TARGET_P95_MS, TARGET_DENSITY_P95_MS = 0.02, 12.0, 25.0
TARGET_PYQTGRAPH, TARGET_QGIS = 20.0, 60.0
TARGET_TOWN_MS = 250.0
MIDDLE = (120.45, 36.87)
ZOOM = 10.5

Floats = np.ndarray[Any, np.dtype[np.float64]]


def main(arguments: list[str]) -> int:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    seconds = QUICK_SECONDS if "--quick" in arguments else SECONDS
    from PySide6.QtWidgets import QApplication

    from laixi_transport.ui.map.raster import loading

    application = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    began = time.perf_counter()
    loading.load_now()
    report("map.kernels_loaded", time.perf_counter() - began, "s")
    roads, ways = peers.roads(ROADS, MIDDLE), peers.ways(POINTS, PER_WAY, MIDDLE)
    good = True
    frames: dict[str, float] = {}
    with _Stage(roads) as stage:
        stage.show_ways(ways, PER_WAY)
        for name, hand in (("pan", stage.pan), ("zoom", stage.zoom)):
            times = stage.play(hand, seconds)
            good &= _tell(f"map.{name}", times, stage.missed, TARGET_P95_MS)
            report(f"map.{name}.paint_p50", float(np.median(stage.painting)), "ms")
            report(f"map.{name}.work_p50", float(np.median(stage.work)), "ms")
            report(f"map.{name}.work_p95", float(np.percentile(stage.work, 95)), "ms")
            frames[name] = float(np.median(stage.work))
            times = stage.play_floor(frames[name], seconds)
            report(f"map.{name}.floor_p95", float(np.percentile(times, 95)), "ms")
            report(f"map.{name}.floor_late", _late(times, stage.missed), "of frames")
        report("map.picture", stage.picture_ms(), "ms")
        report("map.vehicles", stage.vehicles_ms(), "ms")
        views = [stage.pan(step * 7, stage.start) for step in range(peers.FRAMES)]
        vehicles = stage.vehicles
    for peer, target, take_ms in (
        ("pyqtgraph items", TARGET_PYQTGRAPH, peers.pyqtgraph_ms),
        ("QPainter paths", None, peers.painter_ms),
        ("QGIS", TARGET_QGIS, peers.qgis_ms),
    ):
        theirs = take_ms(roads, ways, PER_WAY, vehicles, views)
        if theirs is not None:
            good &= report(
                f"map.times_faster_than.{peer.partition(' ')[0].lower()}",
                theirs / frames["pan"],
                "x",
                target=target,
                peer=(peer, theirs),
            )
    with _Stage(roads) as stage:
        stage.show_ways(peers.ways(10 * POINTS, PER_WAY, MIDDLE), PER_WAY)
        for name, hand in (("pan", stage.pan), ("zoom", stage.zoom)):
            times = stage.play(hand, seconds)
            good &= _tell(f"map.ten_million.{name}", times, stage.missed, TARGET_DENSITY_P95_MS, late=None)
            report(f"map.ten_million.{name}.work_p95", float(np.percentile(stage.work, 95)), "ms")
        report("map.ten_million.picture", stage.picture_ms(), "ms")
        report("map.ten_million.first_picture", stage.first_picture_ms, "ms")
    good &= report("map.imported_town.picture", _town_ms(), "ms", target=TARGET_TOWN_MS, better="lower")
    return 0 if good else 1


def _town_ms() -> float:
    """Return the ms that a picture of an imported town takes: a thousand areas, streets with their casings."""
    import tempfile

    from PySide6.QtCore import QSettings

    from benchmarks.mapdata import HELSINKI
    from laixi_transport.services.map_data.service import MapDataService
    from laixi_transport.storage import open_store
    from laixi_transport.ui.map.base_map import BaseMap
    from laixi_transport.ui.map.columns import MapColumns
    from laixi_transport.ui.map.map_source import with_layers
    from laixi_transport.ui.map.picture import Scene
    from laixi_transport.ui.map.raster.sheet import Scratch
    from laixi_transport.ui.map.still import draw_still
    from laixi_transport.ui.map.style import MapStyle
    from laixi_transport.ui.map.track_line import TrackBundle
    from laixi_transport.ui.map.viewport import Viewport
    from laixi_transport.ui.theme import Theme

    with tempfile.TemporaryDirectory() as folder:
        style = MapStyle.of(Theme(QSettings(f"{folder}/window.ini", QSettings.Format.IniFormat)))
        store = open_store(f"sqlite:///{folder}/town.db")
        service = MapDataService(store)
        service.import_map(HELSINKI)
        base_map = with_layers(BaseMap(), service.layers())
        store.close()
    scene = Scene(base_map, TrackBundle.of_lines(()), style, chinese=True, version=0)
    columns, bounds = MapColumns.of(base_map), base_map.bounds
    assert bounds is not None
    view = Viewport(0.5, 0.5, 9.0, round(SIZE[0] * 1.5), round(SIZE[1] * 1.5)).fitted(bounds)
    pixels, scratch = np.zeros((view.height, view.width), np.uint32), Scratch()
    return peers.median_ms(lambda: draw_still(scene, columns, (), view, 1.0, pixels, scratch), 7)


def _tell(name: str, times_ms: Floats, missed: int, target_p95_ms: float, *, late: float | None = TARGET_LATE) -> bool:
    report(f"{name}.p50", float(np.median(times_ms)), "ms")
    good = report(f"{name}.p95", float(np.percentile(times_ms, 95)), "ms", target=target_p95_ms, better="lower")
    return report(f"{name}.late", _late(times_ms, missed), "of frames", target=late, better="lower") and good


def _late(times_ms: Floats, missed: int) -> float:
    return (int((times_ms > LATE_MS).sum()) + missed) / (len(times_ms) + missed)


class _Stage:
    """The widget with everything on it, and hands."""

    def __init__(self, roads: list[Floats]) -> None:
        import tempfile

        from PySide6.QtCore import QSettings

        from laixi_transport.domain.road import RoadTable
        from laixi_transport.ui.map.base_map import BaseMap
        from laixi_transport.ui.map.view import MapView
        from laixi_transport.ui.theme import Theme, fonts

        fonts.load()
        self._folder = tempfile.TemporaryDirectory()
        theme = Theme(QSettings(f"{self._folder.name}/window.ini", QSettings.Format.IniFormat))
        theme.apply()
        rng = np.random.default_rng(3)
        codes = [f"S{at % 400:03d}" if at % 50 == 0 else "" for at in range(len(roads))]
        classes = np.where(np.arange(len(roads)) % 50 == 0, 3, rng.integers(0, 3, len(roads)))
        base_map = BaseMap(road_table=RoadTable.of(roads, road_class=classes, code=codes))
        self.vehicles = np.stack(
            (
                rng.normal(MIDDLE[0], 0.12, VEHICLES),
                rng.normal(MIDDLE[1], 0.1, VEHICLES),
                rng.uniform(0, 360, VEHICLES),
            ),
            axis=1,
        )
        self._looks = rng.choice(4, VEHICLES, p=(0.2, 0.25, 0.53, 0.02))
        self._names = [f"鲁B·D{at:04d}" for at in range(VEHICLES)]
        self._ids = np.arange(VEHICLES)
        self._places = self._circles()
        self.map = MapView(theme, base_map)
        self.map.resize(*SIZE)
        self.map.show()
        self.map.centre_on(*MIDDLE, ZOOM)
        self.start = self.map.view
        self.painting: list[float] = []
        self.work: list[float] = []
        self.missed = 0
        self.first_picture_ms = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.map.close()
        self.map.deleteLater()
        self._events(0.1)
        self._folder.cleanup()

    def show_ways(self, ways: Floats, per_way: int) -> None:
        """Show ways and vehicles and wait for the picture."""
        from laixi_transport.ui.map.track_line import TrackBundle

        n = len(ways)
        begin = np.append(np.arange(0, n, per_way), n).astype(np.int64)
        self._move_vehicles(0)
        self.map.set_tracks(TrackBundle.of(ways[:, 0], ways[:, 1], begin, break_after=np.zeros(n, np.bool_)))
        self._settle()

    def pan(self, step: int, start: Any) -> Any:
        """Return the view of a hand that drags in wide curves, up to some 1,200 pixels a second."""
        return start.panned(900 * math.sin(step / 50), 500 * math.sin(step / 31))

    def zoom(self, step: int, start: Any) -> Any:
        """Return the view of a wheel turned in and out at a point beside the middle, by two zooms each way."""
        return start.zoomed_at(SIZE[0] * 0.4, SIZE[1] * 0.6, 2.0 * math.sin(step / 60))

    def play(self, hand: Callable[[int, Any], Any], seconds: float) -> Floats:
        """Move by hand; return for each frame the ms from when it was due until it was painted."""
        self.map.look_at(self.start)
        self._settle()
        gc.collect()
        gc.freeze()  # as the station does once it stands
        for recorded in (False, True):
            self.painting, self.work = [], []
            times = self._paced(lambda tick: self._show(tick, hand), seconds if recorded else WARM_UP_S)
        return times

    def play_floor(self, work_ms: float, seconds: float) -> Floats:
        """Keep the pace with nothing to show; a frame takes so much of the processor's time."""

        def spin(_tick: int) -> None:
            ends = time.thread_time() + work_ms / 1e3
            while time.thread_time() < ends:
                pass

        return self._paced(spin, seconds)

    def _show(self, tick: int, hand: Callable[[int, Any], Any]) -> None:
        if tick % 6 == 0:
            self._move_vehicles(tick)
        self.map.look_at(hand(tick, self.start))
        before, worked = time.perf_counter(), time.thread_time()
        self.map.repaint()
        self.painting.append((time.perf_counter() - before) * 1e3)
        self.work.append((time.thread_time() - worked) * 1e3)

    def _paced(self, show: Callable[[int], None], seconds: float) -> Floats:
        """Show at the screen's pace; return for each frame the ms from when it was due until it was shown."""
        times, self.missed = [], 0
        began, tick = time.perf_counter(), 0
        while tick < seconds * RATE_HZ:
            due = began + tick / RATE_HZ
            self._events(due - time.perf_counter())
            show(tick)
            after = time.perf_counter()
            times.append((after - due) * 1e3)
            # A screen does not wait: what was due meanwhile is never shown.
            following = max(tick + 1, math.ceil((after - began) * RATE_HZ))
            self.missed += following - tick - 1
            tick = following
        return np.array(times)

    def picture_ms(self) -> float:
        """Return the ms that a picture of this view takes on the thread, median."""
        from laixi_transport.ui.map.picture import Scene
        from laixi_transport.ui.map.raster.sheet import Scratch
        from laixi_transport.ui.map.still import draw_still

        made = self.map._picture  # noqa: SLF001 - what is measured
        assert made is not None
        self.map.look_at(self.start)
        columns = self.map._maker._columns_of(self._scene())  # noqa: SLF001
        scene: Scene = self._scene()
        view = self.start.resized(round(SIZE[0] * 1.5), round(SIZE[1] * 1.5))
        pixels, scratch = np.zeros((view.height, view.width), np.uint32), Scratch()
        began = time.perf_counter()
        draw_still(scene, columns, (), view, 1.0, pixels, scratch)
        self.first_picture_ms = (time.perf_counter() - began) * 1e3
        return peers.median_ms(lambda: draw_still(scene, columns, (), view, 1.0, pixels, scratch), 7)

    def vehicles_ms(self) -> float:
        """Return the ms that the vehicles of a frame take, median."""
        canvas = self.map
        frame, layer = canvas._frame, canvas._vehicles  # noqa: SLF001
        assert frame is not None
        size = next(iter(layer._sprites.values()))  # noqa: SLF001
        x, y, turn, look = layer._x, layer._y, layer._direction, layer._look  # noqa: SLF001
        return peers.median_ms(lambda: frame.vehicles(size, x, y, turn, look, self.start, 1.0), 50)

    def _scene(self) -> Any:
        from laixi_transport.ui.map.picture import Scene

        canvas = self.map
        return Scene(canvas._base_map, canvas._tracks, canvas._style, chinese=False, version=0)  # noqa: SLF001

    def _move_vehicles(self, step: int) -> None:
        lon, lat, direction = self._places[step // 6 % len(self._places)]
        self.map.set_vehicles(self._ids, lon, lat, direction, self._looks, self._names)

    def _circles(self) -> list[Floats]:
        """Return places of the vehicles, each on a circle of its own, and their directions: (3, vehicles) a step."""
        lon, lat, course = self.vehicles.T
        angles = [course + turn for turn in range(0, 360, 12)]
        return [
            np.stack((lon + 0.002 * np.sin(np.radians(a)), lat + 0.002 * np.cos(np.radians(a)), a + 90)) for a in angles
        ]

    def _settle(self) -> None:
        ends = time.perf_counter() + 60
        while not self.map.settled:
            self._events(0.01)
            if time.perf_counter() > ends:
                sys.exit("the map was not painted within a minute")
        self._events(0.2)

    def _events(self, seconds: float) -> None:
        """Let the window's events have so much time."""
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        if seconds <= 0.0005:
            return
        loop = QEventLoop()
        timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(loop.quit)
        timer.start(max(1, int(seconds * 1000)))
        loop.exec()
