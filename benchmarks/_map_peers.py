"""What the map is compared to: the same roads, ways and vehicles drawn by pyqtgraph, by QPainter and by QGIS."""

import importlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FRAMES = 6
SPRITE_PX = 16

Floats = np.ndarray[Any, np.dtype[np.float64]]


def roads(count: int, middle: tuple[float, float]) -> list[Floats]:
    """Return polylines of 20 points, (20, 2) longitude and latitude, each a few kilometres long."""
    rng = np.random.default_rng(1)
    start = rng.normal(middle, (0.2, 0.17), (count, 1, 2))
    turn = rng.uniform(0, 2 * np.pi, (count, 1)) + np.cumsum(rng.normal(0, 0.2, (count, 20)), axis=1)
    steps = 0.002 * np.stack((np.cos(turn), np.sin(turn)), axis=2)
    return list(start + np.cumsum(steps, axis=1))


def ways(count: int, per_way: int, middle: tuple[float, float]) -> Floats:
    """Return (count, 2) longitude and latitude of vehicles that wander about, one after the other."""
    rng = np.random.default_rng(2)
    made = []
    for begin in range(0, count, per_way):
        n = min(per_way, count - begin)
        turn = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.35, n))
        steps = 0.0008 * np.stack((np.cos(turn), np.sin(turn)), axis=1)
        made.append(rng.normal(middle, (0.12, 0.1)) + np.cumsum(steps, axis=0))
    return np.concatenate(made)


def median_ms(work: Callable[[], object], runs: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the median of some runs after one to warm up."""
    times = []
    for _ in range(runs + 1):
        began = clock()
        work()
        times.append((clock() - began) * 1e3)
    return float(np.median(times[1:]))


def pyqtgraph_ms(lines: list[Floats], points: Floats, per_way: int, vehicles: Floats, views: list[Any]) -> float:
    """Return the processor ms of a frame with a curve of all roads, a curve of all ways and a scatter of vehicles."""
    from PySide6.QtWidgets import QApplication

    pg: Any = importlib.import_module("pyqtgraph")
    plot = pg.PlotWidget()
    plot.resize(views[0].width, views[0].height)
    plot.hideAxis("left")
    plot.hideAxis("bottom")
    gap = np.full((1, 2), np.nan)
    base = np.concatenate([part for line in lines for part in (line, gap)])
    broken = np.concatenate(
        [part for at in range(0, len(points), per_way) for part in (points[at : at + per_way], gap)]
    )
    for data, colour in ((base, "#5B6C7E"), (broken, "#4C9AFF")):
        plot.addItem(pg.PlotCurveItem(data[:, 0], data[:, 1], connect="finite", pen=pg.mkPen(colour, width=1)))
    plot.addItem(pg.ScatterPlotItem(vehicles[:, 0], vehicles[:, 1], symbol="t1", size=SPRITE_PX, pxMode=True))
    plot.show()
    steps = iter(views * 2)

    def frame() -> None:
        west, south, east, north = _degrees(next(steps))
        plot.setRange(xRange=(west, east), yRange=(south, north), padding=0)
        plot.viewport().repaint()
        QApplication.processEvents()

    took = median_ms(frame, len(views), time.thread_time)
    plot.close()
    plot.deleteLater()
    return took


def painter_ms(lines: list[Floats], points: Floats, per_way: int, vehicles: Floats, views: list[Any]) -> float:
    """Return the processor ms of a frame: a path of all roads, a polyline for each way, a picture for each vehicle."""
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

    from laixi_transport.ui.map.drawing import polygon
    from laixi_transport.ui.map.projection import to_world

    image = QImage(views[0].width, views[0].height, QImage.Format.Format_RGB32)
    sprite = QPixmap(SPRITE_PX, SPRITE_PX)
    sprite.fill(QColor("#4FB286"))
    base = [np.stack(to_world(line[:, 0], line[:, 1]), axis=1) for line in lines]
    driven = np.stack(to_world(points[:, 0], points[:, 1]), axis=1)
    places = np.stack(to_world(vehicles[:, 0], vehicles[:, 1]), axis=1)
    steps = iter(views * 2)

    def frame() -> None:
        view = next(steps)
        image.fill(QColor("#1A222A"))
        painter = QPainter(image)
        origin = (view.x - view.width / 2 / view.scale, view.y - view.height / 2 / view.scale)
        path = QPainterPath()
        for line in base:
            path.addPolygon(polygon((line - origin) * view.scale))
        painter.setPen(QPen(QColor("#5B6C7E"), 0))
        painter.drawPath(path)
        painter.setPen(QPen(QColor("#4C9AFF"), 0))
        for at in range(0, len(driven), per_way):
            painter.drawPolyline(polygon((driven[at : at + per_way] - origin) * view.scale))
        for x, y in ((places - origin) * view.scale).tolist():
            painter.drawPixmap(QPointF(x, y), sprite)
        painter.end()

    return median_ms(frame, len(views), time.thread_time)


_QGIS = """
import json, sys, time
sys.path.insert(0, "/usr/share/qgis/python")
from qgis.core import (QgsApplication, QgsFeature, QgsGeometry, QgsMapRendererParallelJob, QgsMapSettings, QgsPointXY,
                       QgsRectangle, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
import numpy as np
application = QgsApplication([], False)
application.initQgis()
told = json.load(open(sys.argv[1]))
data = np.load(sys.argv[2])
def layer(kind, geometries):
    made = QgsVectorLayer(kind + "?crs=EPSG:4326", kind, "memory")
    features = []
    for geometry in geometries:
        feature = QgsFeature()
        feature.setGeometry(geometry)
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made
def lines(points, begin):
    for first, last in zip(begin[:-1], begin[1:]):
        yield QgsGeometry.fromPolylineXY([QgsPointXY(x, y) for x, y in points[first:last].tolist()])
layers = [
    layer("Point", [QgsGeometry.fromPointXY(QgsPointXY(x, y)) for x, y in data["vehicles"].tolist()]),
    layer("LineString", lines(data["ways"], data["ways_begin"])),
    layer("LineString", lines(data["roads"], data["roads_begin"])),
]
times = []
for view in told["views"] * 2:
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(*told["size"]))
    settings.setExtent(QgsRectangle(*view))
    began = time.perf_counter()
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    times.append((time.perf_counter() - began) * 1e3)
print(json.dumps(times[1:]))
"""


def qgis_ms(lines: list[Floats], points: Floats, per_way: int, vehicles: Floats, views: list[Any]) -> float | None:
    """Return the ms of a frame of QGIS with memory layers, None where the system's Python has no QGIS."""
    python = next((path for path in ("/usr/bin/python3", shutil.which("python3")) if path and _has_qgis(path)), None)
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        told, data = Path(folder) / "views.json", Path(folder) / "data.npz"
        size = [views[0].width, views[0].height]
        told.write_text(json.dumps({"size": size, "views": [_degrees(view) for view in views]}), encoding="utf-8")
        np.savez(
            data,
            roads=np.concatenate(lines),
            roads_begin=np.cumsum([0, *(len(line) for line in lines)]),
            ways=points,
            ways_begin=np.append(np.arange(0, len(points), per_way), len(points)),
            vehicles=vehicles[:, :2],
        )
        done = subprocess.run(
            [python, "-c", _QGIS, str(told), str(data)], check=True, capture_output=True, text=True, timeout=600
        )
    return float(np.median(json.loads(done.stdout.splitlines()[-1])))


def _has_qgis(python: str) -> bool:
    return subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False).returncode == 0


def _degrees(view: Any) -> tuple[float, float, float, float]:
    west, north = view.to_lon_lat(0, 0)
    east, south = view.to_lon_lat(view.width, view.height)
    return west, south, east, north
