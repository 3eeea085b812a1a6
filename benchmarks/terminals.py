"""How long the terminals page blocks the window's thread: 9,500 terminals, 2,000 reports a second.

The real page over the real service and a real database, offscreen. A timer of one millisecond beats in the window's
thread, as in ``gui``; what lies between two beats is how long a key press would have waited.
"""

import gc
import os
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.gui import _beat
from benchmarks.report import report

TERMINALS = 9_500
REPORTS_A_S = 2_000
COMMIT_S = 0.25
TARGET_BLOCK_MS = 150.0
TARGET_READ_S = 1.0
SIZE = (1920, 1000)
SECONDS, QUICK_SECONDS = 15.0, 5.0


def main(arguments: list[str]) -> int:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    seconds = QUICK_SECONDS if "--quick" in arguments else SECONDS
    from PySide6.QtWidgets import QApplication

    from laixi_transport.storage import open_store

    application = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(application, QApplication)
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{(Path(folder) / 'laixi.db').as_posix()}") as store,
    ):
        return _measure(application, Path(folder), store, seconds, _fill(store))


def _fill(store: Any) -> list[Any]:
    """Enter the terminals, all signed on; return their entries."""
    from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass
    from laixi_transport.storage.sessions import Opened

    entering = [
        store.register.entering(
            f"139{n:08d}",
            Vehicle(0, f"鲁B{n:05d}D", PlateColour.YELLOW, VehicleClass.CITY_BUS, "Laixi Bus", f"{n % 40}", 60.0),
            Terminal(0, "", 0, auth_code="c", protocol="2019", maker="LXSIM", model="LX-1"),
        )
        for n in range(1, TERMINALS + 1)
    ]
    terminals = [entry.result() for entry in entering]
    now_us = time.time_ns() // 1000
    opened = [Opened(t.id, now_us, "10.1.2.3", 40_000, "2019") for t in terminals if t.id % 20]
    store.writer.run(lambda session: store.sessions.write(session, opened, ())).result()
    _tell_gateway(store)
    return terminals


def _tell_gateway(store: Any) -> None:
    from laixi_transport.domain.time import utc_now
    from laixi_transport.storage.sessions import GatewayNumbers

    now = utc_now()
    numbers = {"connections": TERMINALS, "frames_per_s": 2000.0, "refused": {"checksum": 12, "unknown_terminal": 3}}
    store.writer.run(
        lambda session: store.sessions.write_gateway(session, GatewayNumbers("0.0.0.0:6808", now, now, False, numbers))
    ).result()


def _drive(store: Any, terminals: list[Any], ended: threading.Event) -> None:
    """Store as many reports a second as are due, of one terminal after the other."""
    from laixi_transport.domain.frame import Batch
    from laixi_transport.domain.position import PositionReport

    began, sent = time.monotonic(), 0
    while not ended.wait(COMMIT_S):
        due = int((time.monotonic() - began) * REPORTS_A_S)
        now_us = time.time_ns() // 1000
        time_s = now_us // 1_000_000
        due_now = (terminals[n % len(terminals)] for n in range(sent, due))
        rest = (36_860_000, 120_520_000, 40, 310, 90, 0, 3, *(None,) * 8, b"", 0, now_us)
        reports = [PositionReport._make((t.id, t.vehicle_id, time_s, *rest)) for t in due_now]
        sent = due
        store.writer.submit(Batch(reports=reports), lambda _error: None)
        _tell_gateway(store)


def _measure(application: Any, folder: Path, store: Any, seconds: float, terminals: list[Any]) -> int:
    from PySide6.QtCore import QSettings

    from laixi_transport.services.terminals.model import TerminalNews
    from laixi_transport.services.terminals.service import TerminalService
    from laixi_transport.ui.actions import Actions
    from laixi_transport.ui.bridge import Bridge
    from laixi_transport.ui.context import Context
    from laixi_transport.ui.pages.terminals import TerminalsPage
    from laixi_transport.ui.tasks import Tasks
    from laixi_transport.ui.theme import Theme, fonts

    fonts.load()
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    theme = Theme(settings)
    theme.apply()
    bridge = Bridge()
    tasks = Tasks(bridge)
    service = TerminalService(store)
    silent = SimpleNamespace(subscribe=lambda _: lambda: None, list=lambda *_, **__: [])
    services: Any = SimpleNamespace(terminals=service, commands=silent, media=silent)
    context = Context(
        services=services, tasks=tasks, theme=theme, actions=Actions(), bridge=bridge, settings=settings, now=time.time
    )
    page = TerminalsPage(context)
    page.resize(*SIZE)
    page.show()
    began = time.perf_counter()
    page.activated()
    while page.list.rows.total < TERMINALS:
        application.processEvents()
    report("terminals.first", time.perf_counter() - began, "s", target=TARGET_READ_S * 2, better="lower")
    page.select(terminals[42].id)
    ended = threading.Event()
    feeder = threading.Thread(target=_drive, args=(store, terminals, ended), name="feeder")
    feeder.start()
    gc.collect()
    gc.freeze()
    news = TerminalNews(frozenset(), gateway=True, reports=True)
    good = True
    try:
        for name, hand in (
            ("rest", lambda _: None),
            ("scroll", lambda step: page.list.table.verticalScrollBar().setValue(step * 97 % 200_000)),
            ("search", lambda step: page.list.search.setText(str(step // 30 % 100)) if step % 30 == 0 else None),
        ):

            def act(step: int, hand: Any = hand) -> None:
                if step % 20 == 0:  # the feed tells a few times a second
                    bridge.append("terminals.news", news)
                hand(step)

            gaps, work = _beat(seconds, act)
            good &= report(
                f"terminals.{name}.longest_block", float(gaps.max()), "ms", target=TARGET_BLOCK_MS, better="lower"
            )
            report(f"terminals.{name}.longest_work", float(work.max()), "ms")
            report(f"terminals.{name}.block_p99", float(np.percentile(gaps, 99)), "ms")
        began = time.perf_counter()
        rows = service.terminals()
        assert len(rows) == TERMINALS
        good &= report("terminals.read", time.perf_counter() - began, "s", target=TARGET_READ_S, better="lower")
    finally:
        ended.set()
        feeder.join()
        page.deactivated()
        page.close()
        page.deleteLater()
        tasks.close()
        bridge.close()
        application.processEvents()
    return 0 if good else 1
