"""The desktop process: what it loads before the first window, and the way from a database to a page and back."""

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from laixi_transport.app import desktop as module
from laixi_transport.app import quick_start
from laixi_transport.app.backend import StationBackend
from laixi_transport.app.config import Address
from laixi_transport.app.desktop import Desktop, DesktopOptions, require_display, run_desktop
from laixi_transport.domain.problem import Problem

HEAVY = {
    *("numpy", "numba", "llvmlite", "pyarrow", "pyogrio", "osmium", "shapely", "pmtiles", "xlsxwriter", "gpxpy"),
    *("pyqtgraph", "sqlalchemy", "alembic", "psycopg", "cv2", "asyncio", "zstandard", "serial", "scipy", "PIL"),
}
PATIENCE_MS = 30_000

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CHILD = """
import json, sys
from laixi_transport.app import cli, desktop
original = desktop.run_desktop

def painted():
    print(json.dumps(sorted(sys.modules)), flush=True)
    desktop.QTimer.singleShot(0, desktop.QApplication.quit)

desktop.Desktop._open = lambda self: None
desktop.run_desktop = lambda options: original(options, painted=painted)
sys.exit(cli.main(["desktop", "--profile", sys.argv[1], "--no-gateway"]))
"""


@pytest.fixture
def logs(monkeypatch):
    """Keep the log of the tests as it is."""
    monkeypatch.setattr("laixi_transport.app.logs.start_logging", lambda folder: None)


def loaded_before_first_paint(profile: Path) -> list[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(profile)], env=environment, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def test_nothing_heavy_is_loaded_before_the_first_window(tmp_path):
    modules = loaded_before_first_paint(tmp_path)
    assert not [name for name in modules if name.split(".")[0] in HEAVY]
    ours = {name for name in modules if name.startswith("laixi_transport.")}
    assert not [name for name in ours if name.startswith(("laixi_transport.storage", "laixi_transport.devices"))]
    assert not [name for name in ours if name.startswith(("laixi_transport.analytics", "laixi_transport.ui.pages"))]
    assert "laixi_transport.ui.shell.window" in ours


def test_garbage_is_looked_for_again_once_the_window_stands(qapp, tmp_path, monkeypatch, logs):
    looked = []
    monkeypatch.setattr(Desktop, "_open", lambda self: looked.append(gc.isenabled()) or self.window.close())
    quick_start.begin()
    assert run_desktop(DesktopOptions(profile=tmp_path)) == 0
    assert looked == [True]
    quick_start.begin()
    monkeypatch.setattr(module, "require_display", lambda **_: (_ for _ in ()).throw(Problem("no display")))
    with pytest.raises(Problem):
        run_desktop(DesktopOptions(profile=tmp_path))
    assert gc.isenabled()


def test_without_a_display_a_sentence_says_what_to_do(monkeypatch):
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(Problem, match="no display"):
        require_display(offscreen=False)
    require_display(offscreen=True)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


@pytest.fixture
def make_desktop(qapp, tmp_path, sqlite_url, logs):
    made = []

    def make(**options) -> Desktop:
        values = {"profile": tmp_path, "database": sqlite_url, "listen": Address("127.0.0.1", 0), "language": "en"}
        made.append(Desktop(qapp, DesktopOptions(**{**values, **options})))
        made[-1].window.desk.sound = lambda: None
        return made[-1]

    yield make
    for desktop in made:
        desktop._close()
    qapp.setStyleSheet("")


def test_window_first_then_database_then_pages(make_desktop, qtbot):
    desktop = make_desktop()
    order = []
    desktop.window.painted.connect(lambda: order.append("painted" if desktop._backend is None else "late"))
    desktop.window.painted.connect(desktop._open)
    desktop.window.show()
    qtbot.waitUntil(lambda: desktop.window.pages.front == "live", timeout=PATIENCE_MS)
    assert order == ["painted"]
    assert desktop.window.context.services.health is not None
    assert desktop.window.notice.text == ""


def test_a_database_that_cannot_be_opened_leaves_a_window_with_a_sentence(make_desktop, qtbot, tmp_path):
    desktop = make_desktop(database=f"sqlite:///{tmp_path}/missing/folder/laixi.db", listen=None)
    desktop._open()
    qtbot.waitUntil(lambda: bool(desktop.window.notice.text), timeout=PATIENCE_MS)
    assert "missing" in desktop.window.notice.text
    assert desktop.window.context is None


def test_a_port_in_use_leaves_a_window_with_a_sentence(make_desktop, qtbot, sqlite_template, tmp_path):
    holder = StationBackend(f"sqlite:///{tmp_path}/other.db", Address("127.0.0.1", 0))
    holder.start()
    desktop = make_desktop(listen=holder.address)
    desktop._open()
    qtbot.waitUntil(lambda: bool(desktop.window.notice.text), timeout=PATIENCE_MS)
    holder.stop()
    assert str(holder.address.port) in desktop.window.notice.text


def test_the_language_changes_while_the_program_runs(make_desktop, qtbot):
    desktop = make_desktop()
    desktop._open()
    qtbot.waitUntil(lambda: desktop.window.pages.front == "live", timeout=PATIENCE_MS)
    before = desktop.window
    desktop.window.parts.actions["go.playback"].trigger()
    desktop.window.parts.actions["language.zh_CN"].trigger()
    qtbot.waitUntil(lambda: desktop.window is not before and desktop.window.pages.front == "playback")
    assert desktop.window.parts.actions["go.live"].text() == "实时监控"
    assert desktop.window.parts.actions["language.zh_CN"].isChecked()
    assert not before.isVisible()
    qtbot.waitUntil(lambda: not isValid(before))
    desktop.window.parts.actions["theme.toggle"].trigger()
    qtbot.waitUntil(lambda: desktop.window.notice.text == "")
    assert desktop._settings.value("view/language") == "zh_CN"


def test_the_text_grows_and_the_wall_comes_and_goes_while_the_program_runs(make_desktop, qtbot, qapp):
    desktop = make_desktop()
    desktop.window.show()
    desktop._open()
    qtbot.waitUntil(lambda: bool(desktop.window.pages.front), timeout=PATIENCE_MS)
    desktop.window.open_page("terminals")
    desktop.window.pages.float_out("live")
    desktop.window.open_page("terminals")

    def anew(action):
        before = desktop.window
        desktop.window.parts.actions[action].trigger()
        qtbot.waitUntil(lambda: desktop.window is not before and bool(desktop.window.pages.front), timeout=PATIENCE_MS)
        return desktop.window

    window = anew("scale.1.5")
    assert qapp.font().pixelSize() == 20
    assert window.pages.floats("live")
    assert window.pages.stacked() == "terminals"
    window.parts.actions["wall.scale.2.0"].trigger()
    window = anew("wall.toggle")
    assert window.isFullScreen()
    assert qapp.font().pixelSize() == 26
    assert window.pages.floats("live")
    qtbot.waitUntil(lambda: qapp.activeWindow() is window)
    window = anew("view.full_screen")  # the way out that everybody tries
    assert not window.isFullScreen()
    assert window.rail.isVisible()
    assert qapp.font().pixelSize() == 20


def test_a_closed_window_has_its_theme_to_its_end(make_desktop, qtbot, monkeypatch):
    """What its tasks bring while the next window is made may still use it."""
    desktop = make_desktop()
    old, theme, make = desktop.window, desktop._theme, desktop._make_window
    seen = []

    def making():
        desktop._bridge.call(lambda: seen.append((isValid(old), isValid(theme))))
        return make()

    monkeypatch.setattr(desktop, "_make_window", making)
    desktop._change_language("zh_CN")
    qtbot.waitUntil(lambda: bool(seen) and not isValid(old), timeout=PATIENCE_MS)
    assert seen in ([(True, True)], [(False, False)])
    qtbot.waitUntil(lambda: not isValid(theme))


def test_language_and_theme_are_there_again_next_time(make_desktop):
    first = make_desktop(language="", theme="light")
    first._settings.setValue("view/language", "en")
    second = make_desktop(language="", theme="")
    assert second.window.parts.language == "en"
    assert second._theme.name == "light"


def test_chinese_is_the_language_of_a_first_start(make_desktop):
    assert make_desktop(language="").window.parts.language == "zh_CN"


@pytest.mark.expects_warnings("uncaught")
def test_an_error_that_nobody_caught_is_told_in_the_window(make_desktop, qtbot):
    desktop = make_desktop()
    error = ValueError("unforeseen")
    desktop._report(ValueError, error, None)
    qtbot.waitUntil(lambda: "unforeseen" in desktop.window.notice.text)


def test_the_program_ends_by_itself_and_leaves_pictures(qapp, tmp_path, sqlite_url, logs, capsys, monkeypatch):
    monkeypatch.setattr("laixi_transport.ui.pictures.SETTLE_S", 0.05)
    options = DesktopOptions(profile=tmp_path, database=sqlite_url, seconds=1.5, offscreen=True, language="en")
    assert run_desktop(options) == 0
    said = capsys.readouterr().out
    assert f"files: {tmp_path}" in said
    pictures = {path.name for path in (tmp_path / "pictures").glob("*.png")}
    assert pictures == {f"{feature.id}.png" for feature in module.FEATURES}
    qapp.setStyleSheet("")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_closes_the_window(qapp, tmp_path, sqlite_url, logs, number):
    QTimer.singleShot(300, lambda: signal.raise_signal(number))
    options = DesktopOptions(profile=tmp_path, database=sqlite_url, language="en", seconds=60)
    before = signal.getsignal(number)
    assert run_desktop(options) == 0
    assert signal.getsignal(number) is before
    assert module.FEATURES
    qapp.setStyleSheet("")


def test_a_profile_to_throw_away_is_gone_with_its_log_when_the_window_was_closed(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    root = logging.getLogger()
    handlers, level = tuple(root.handlers), root.level
    database = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    logged = []
    QTimer.singleShot(1500, lambda: logged.extend(tmp_path.glob("laixi-demo-*/logs/laixi.log")))
    try:
        assert run_desktop(DesktopOptions(database=database, language="en", seconds=2)) == 0
        assert not [one for one in root.handlers if isinstance(one, logging.FileHandler) and one not in handlers]
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
    assert len(logged) == 1
    assert not list(tmp_path.glob("laixi-demo-*"))
    qapp.setStyleSheet("")


@pytest.mark.expects_warnings("uncaught")
def test_the_program_ends_by_itself_although_a_picture_fails(qapp, tmp_path, sqlite_url, logs, monkeypatch):
    def fails(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("laixi_transport.ui.pictures.save_pictures", fails)
    options = DesktopOptions(profile=tmp_path, database=sqlite_url, seconds=1.0, offscreen=True, language="en")
    assert run_desktop(options) == 0
    qapp.setStyleSheet("")


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_a_profile_that_the_window_makes_is_its_owners_alone(make_desktop, tmp_path):
    make_desktop(profile=tmp_path / "data" / "profile")
    assert (tmp_path / "data" / "profile").stat().st_mode & 0o777 == 0o700
