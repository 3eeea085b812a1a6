"""What the shell works with before there is a database."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSettings

from laixi_transport.ui.actions import Actions
from laixi_transport.ui.bridge import Bridge
from laixi_transport.ui.tasks import Tasks
from laixi_transport.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Parts:
    """The tools of one window; a ``Context`` is these and the services."""

    tasks: Tasks
    theme: Theme
    actions: Actions
    bridge: Bridge
    settings: QSettings
    now: Callable[[], float]  # Unix seconds
    language: str = "zh_CN"
    demo: bool = False
    operator: str = ""  # who acknowledges
    wall: bool = False  # everything large, nothing to click
