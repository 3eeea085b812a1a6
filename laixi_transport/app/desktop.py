"""The desktop process: first the window, then everything that takes time."""

import contextlib
import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from laixi_transport.app import quick_start
from laixi_transport.app.config import Address, VideoPort, operator_name
from laixi_transport.app.features import FEATURES
from laixi_transport.app.folders import make_private
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.bridge import Bridge
from laixi_transport.ui.language import DEFAULT, LANGUAGES, Languages
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.shell.wall import is_wall, wall_scale
from laixi_transport.ui.shell.window import MainWindow
from laixi_transport.ui.tasks import Tasks
from laixi_transport.ui.theme import Theme, fonts

if TYPE_CHECKING:  # the database and numpy must not stand between the start and the first window
    from laixi_transport.app.backend import Backend
    from laixi_transport.services.bundle import Services

_log = logging.getLogger(__name__)

SETTINGS_FILE = "window.ini"


@dataclass(frozen=True, slots=True)
class DesktopOptions:
    """What the command line and the settings say."""

    profile: Path | None = None  # None: a throw-away folder (demo only)
    database: str = ""
    listen: Address | None = None  # None: a gateway runs elsewhere
    accept_unknown: bool = False
    capture: Path | None = None  # file that keeps every byte of the terminals
    attachments: Address | None = None  # where terminals bring the files of alarms
    fetch_files: bool = True  # whether they are asked for as soon as an alarm tells of them
    video: VideoPort | None = None  # where terminals bring video
    media: Path | None = None  # folder of what terminals send beside reports
    language: str = ""  # empty: as the window last had it
    theme: str = ""
    demo: bool = False
    seed: int = 1
    offscreen: bool = False  # draw without a display, save pictures of the pages
    seconds: float | None = None  # end by itself


def run_desktop(options: DesktopOptions, *, painted: Callable[[], None] | None = None) -> int:
    """Open the window and return the exit code when it was closed.

    painted   called when the first window stands, before anything heavy is loaded

    Raises Problem where no window can be opened.
    """
    try:
        require_display(offscreen=options.offscreen)
        application = QApplication.instance() or QApplication(["laixi-transport"])
        if not isinstance(application, QApplication):
            raise TypeError("a desktop needs a QApplication")
        desktop = Desktop(application, options)
        desktop.window.painted.connect(quick_start.end)
        if painted is not None:
            desktop.window.painted.connect(painted)
        return desktop.run()
    finally:
        quick_start.end()


def require_display(*, offscreen: bool) -> None:
    """Choose Qt's platform; without a display Qt would end the process with a message about plug-ins.

    Raises Problem.
    """
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    ):
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "There is no display to open a window on. Start the program in a graphical session, or use "
                "“demo --offscreen” or “demo --headless”.",
            )
        )


class Desktop:
    """The window and what it stands on, from the first paint to the last flush."""

    def __init__(self, application: QApplication, options: DesktopOptions) -> None:
        self._application = application
        self._options = options
        self._profile = options.profile or _throw_away_profile()
        with contextlib.suppress(OSError):  # the log, which is the first to write there, says what is wrong
            make_private(self._profile)
        self._backend: Backend | None = None
        self._services: Services | None = None
        self._opening: threading.Thread | None = None
        application.setApplicationName("laixi-transport")
        application.setApplicationDisplayName("")
        application.setStyle("Fusion")
        application.setQuitOnLastWindowClosed(False)
        self._settings = QSettings(str(self._profile / SETTINGS_FILE), QSettings.Format.IniFormat)
        self._languages = Languages(application)
        self._languages.choose(self._language())
        fonts.load()
        self._theme = self._make_theme()
        if options.theme:
            self._theme.choose(options.theme)
        self._theme.apply()
        self._bridge = Bridge()
        self._tasks = Tasks(self._bridge)
        self._actions = Actions()
        self._rebuilding = False
        self.window = self._make_window()

    def run(self) -> int:
        """Show the window and return when it was closed and everything is stored."""
        hook = sys.excepthook
        sys.excepthook = self._report
        handler = qInstallMessageHandler(_log_qt)
        ends = (signal.SIGINT, signal.SIGTERM)  # from a terminal; from the system at the end of a session
        before = [signal.signal(number, lambda *_: self._application.quit()) for number in ends]
        self.window.painted.connect(self._open)
        self.window.show()
        end = QTimer(singleShot=True)
        end.timeout.connect(self._finish)
        if self._options.seconds is not None:
            end.start(round(self._options.seconds * 1000))
        try:
            return self._application.exec()
        finally:
            end.stop()  # the window may have been closed before its time
            self._close()
            for number, handler_before in zip(ends, before, strict=True):
                signal.signal(number, handler_before)
            qInstallMessageHandler(handler)
            sys.excepthook = hook

    def _language(self) -> str:
        chosen = self._options.language or str(self._settings.value("view/language", DEFAULT))
        return chosen if chosen in LANGUAGES else DEFAULT

    def _make_window(self) -> MainWindow:
        parts = Parts(
            tasks=self._tasks,
            theme=self._theme,
            actions=self._actions,
            bridge=self._bridge,
            settings=self._settings,
            now=time.time,
            language=self._languages.current,
            demo=self._options.demo,
            operator=operator_name(),
            wall=is_wall(self._settings),
        )
        window = MainWindow(parts, FEATURES)
        window.language_chosen.connect(self._change_language)
        window.rebuild_asked.connect(lambda: QTimer.singleShot(0, self._rebuild))
        window.closed.connect(self._window_closed)
        return window

    def _change_language(self, language: str) -> None:
        """Make the window anew in another language; what was open is open again."""
        if language == self._languages.current:
            return
        self._settings.setValue("view/language", language)
        QTimer.singleShot(0, lambda: self._rebuild(language))

    def _make_theme(self) -> Theme:
        return Theme(self._settings, scale=wall_scale(self._settings) if is_wall(self._settings) else None)

    def _rebuild(self, language: str = "") -> None:
        """Make the window anew, in another language or in the size that the settings say."""
        self._rebuilding = True
        old = self.window
        old.close()
        self._actions.clear()
        self._languages.choose(language or self._languages.current)
        before = self._theme
        self._theme = self._make_theme()  # its own for each window: nothing of a closed one hears of a change
        self._theme.apply()  # each language has its font
        self.window = self._make_window()
        self.window.show()
        old.deleteLater()
        before.deleteLater()  # after the window, which may be called back up to its end
        self._rebuilding = False
        if self._services is not None:
            self.window.attach(self._services, front=str(self._settings.value("pages/front", "")))

    def _window_closed(self) -> None:
        if not self._rebuilding:
            self._application.quit()

    def _open(self) -> None:
        """Load and open what is heavy, away from the window."""
        self._opening = threading.Thread(target=self._open_backend, name="opening", daemon=True)
        self._opening.start()

    def _open_backend(self) -> None:
        try:
            from laixi_transport.app.logs import start_logging

            start_logging(self._profile / "logs")
            self._backend = self._make_backend()
            services = self._backend.start()
            _load_pages()
        except Exception as error:  # noqa: BLE001 - the window must say that there will be no pages
            if not isinstance(error, Problem):
                _log.exception("the services could not be opened")
            failed = error
            self._bridge.call(lambda: self.window.fail(failed))
        else:
            self._bridge.call(lambda: self._attach(services))

    def _make_backend(self) -> "Backend":
        if self._options.demo:
            from laixi_transport.app.demo import DemoBackend

            return DemoBackend(self._profile, seed=self._options.seed)
        from laixi_transport.app.backend import StationBackend

        return StationBackend(
            self._options.database,
            self._options.listen,
            accept_unknown=self._options.accept_unknown,
            capture=self._options.capture,
            media=self._options.media,
            attachments=self._options.attachments,
            fetch_files=self._options.fetch_files,
            video=self._options.video,
        )

    def _attach(self, services: "Services") -> None:
        self._services = services
        self.window.attach(services)

    def _finish(self) -> None:
        """End by itself; where nobody looks, pictures tell what there was."""
        try:
            if self._options.offscreen:
                from laixi_transport.ui.pictures import save_pictures

                saved = save_pictures(self.window, self._profile / "pictures")
                for line in (*self._account(), *(f"picture: {path}" for path in saved), f"files: {self._profile}"):
                    print(line)  # noqa: T201 - the terminal is the user here
        finally:  # whatever goes wrong with a picture: nobody is there to close a window that stays
            self.window.close()

    def _account(self) -> list[str]:
        """Say what went on, for a terminal."""
        if self._services is None:
            return [f"failed: {self.window.notice.text}"]
        status = self._services.health.status()
        return [
            f"vehicles online: {status.terminals_online} of {status.terminals_known}",
            f"reports a second: {status.reports_per_s:.1f}",
            f"open alerts: {len(self._services.alerts.open_alerts())}",
        ]

    def _close(self) -> None:
        """Stop in reverse order; what was received is stored before the process ends."""
        if self.window.isVisible():
            self.window.close()
        if self._opening is not None:
            self._opening.join()
        self._tasks.close()
        self._bridge.close()
        self.window.deleteLater()  # now: painting threads end with their widgets, not with the interpreter
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if self._backend is not None:
            self._backend.stop()
        self._throw_away()

    def _throw_away(self) -> None:
        """Remove what a demonstration left that was only looked at; offscreen its pictures and files were named."""
        if self._options.profile is None and not self._options.offscreen:
            from laixi_transport.app.logs import stop_logging_to

            stop_logging_to(self._profile)
            self._settings.sync()
            shutil.rmtree(self._profile, ignore_errors=True)

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Tell of an error that nobody caught; the window stays."""
        _log.error("uncaught", exc_info=(kind, error, trace))
        self._bridge.call(lambda: self.window.notice.tell(error))


_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Put what Qt says into the log; that the offscreen platform has no window manager is no news."""
    level = logging.DEBUG if message.startswith("This plugin does not support") else _QT_LEVELS[kind]
    logging.getLogger("qt").log(level, "%s: %s", context.category, message)


def _load_pages() -> None:
    """Import the pages' modules in this thread, so that the window does not wait for them."""
    import importlib

    for feature in FEATURES:
        try:
            importlib.import_module(feature.page.partition(":")[0])
        except ImportError:
            _log.exception("page %s", feature.id)


def _throw_away_profile() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="laixi-demo-"))
