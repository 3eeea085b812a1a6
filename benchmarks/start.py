"""How long the user waits for the first window: from the start of the process to the end of its first paint, warm."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import report

TARGET_S = 0.4
RUNS, QUICK_RUNS = 15, 5

CHILD = """
import sys, time

def painted():
    from laixi_transport.app import desktop
    print(time.monotonic_ns(), len(sys.modules), flush=True)
    desktop.QTimer.singleShot(0, desktop.QApplication.quit)

def run(options):
    from laixi_transport.app import desktop
    desktop.Desktop._open = lambda self: None  # what comes after the first paint is not what is measured
    return original(options, painted=painted)

from laixi_transport.app import cli, desktop
original, desktop.run_desktop = desktop.run_desktop, run
sys.exit(cli.main(["desktop", "--profile", sys.argv[1], "--no-gateway"]))
"""
EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
from PySide6.QtCore import QTimer
application = QApplication([])
class Window(QWidget):
    def paintEvent(self, event):
        print(time.monotonic_ns(), len(sys.modules), flush=True)
        QTimer.singleShot(0, application.quit)
window = Window()
window.resize(1600, 1000)
window.show()
application.exec()
"""


def first_paint_s(code: str, profile: Path) -> float:
    """Return the seconds from before the process was made to its first paint."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second start finds the modules compiled
    began_ns = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, "-c", code, str(profile)], env=environment, check=True, capture_output=True, text=True
    )
    return (int(done.stdout.split()[0]) - began_ns) / 1e9


def main(arguments: list[str]) -> int:
    """Measure; the floor is an empty Qt window in the same run, turn about with ours."""
    runs = QUICK_RUNS if "--quick" in arguments else RUNS
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder)
        for code in (CHILD, EMPTY):
            first_paint_s(code, profile)  # warms the file cache
        ours, empty = [], []
        for _ in range(runs):
            ours.append(first_paint_s(CHILD, profile))
            empty.append(first_paint_s(EMPTY, profile))
    median_s, floor_s = statistics.median(ours), statistics.median(empty)
    met = report("start.first_window", median_s, "s", target=TARGET_S, better="lower", floor=floor_s)
    report("start.first_window_best", min(ours), "s", better="lower", floor=min(empty))
    return 0 if met else 1
