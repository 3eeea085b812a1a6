"""What a page is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from laixi_transport.ui.actions import Actions
from laixi_transport.ui.bridge import Bridge
from laixi_transport.ui.tasks import Tasks
from laixi_transport.ui.theme import Theme

if TYPE_CHECKING:  # the services bring numpy and the database; the first window must not wait for them
    from laixi_transport.services.bundle import Services


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a page may use; a page is made with ``Page(context, parent)``."""

    services: "Services"
    tasks: Tasks
    theme: Theme
    actions: Actions
    bridge: Bridge
    settings: QSettings
    now: Callable[[], float]  # Unix seconds
    demo: bool = False
    operator: str = ""  # who sits here, for the record of what is answered
    notify: Callable[[object], None] = print
    """Tell the user of an exception or a translated sentence in the notice strip."""
    open_page: Callable[..., None] = print
    """``open_page("playback", vehicle_id=7, time_s=...)`` brings a page to the front and calls its ``show_target``."""
