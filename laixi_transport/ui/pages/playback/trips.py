"""The trips of the selected vehicle: asked for once its day is shown, and shown in list and fields when they come."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QTimer, Signal

from laixi_transport.services.trips.day_trips import DayTrips
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.canvas import MapCanvas
from laixi_transport.ui.map.place_names import named_places
from laixi_transport.ui.pages.playback.loaded import LoadedDay
from laixi_transport.ui.pages.playback.session import Session

REST_MS = 450
"""So long a day is shown before its trips are asked for: the first picture comes first."""

KEPT = 24
"""Days whose trips are kept: going back and forth between vehicles asks nothing twice."""

_SLOT = "playback.trips"


class Trips(QObject):
    """Keeps what is known of the trips of the session's selected day."""

    found = Signal(object)
    """DayTrips of the selected day; None while they are not known."""

    def __init__(self, context: Context, session: Session, canvas: MapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._session = session
        self._canvas = canvas
        self._kept: OrderedDict[int, tuple[LoadedDay, DayTrips]] = OrderedDict()
        self._shown: LoadedDay | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        session.selected_changed.connect(self._follow)
        session.loaded.connect(self._follow)
        session.failed.connect(self._follow)

    def renew(self) -> None:
        """Ask again: other roads or places are on the map."""
        self._kept.clear()
        if self._shown is not None:
            self._rest.start()

    def _follow(self) -> None:
        loaded = self._session.selected
        self._shown = loaded
        kept = self._kept.get(id(loaded))
        if loaded is None or kept is not None:
            self._rest.stop()
        else:
            self._rest.start()
        self.found.emit(None if kept is None else kept[1])

    def _ask(self) -> None:
        loaded, service = self._shown, self._context.services.trips
        if loaded is None:
            return
        base_map = self._canvas.base_map

        def take(found: DayTrips) -> None:
            self._kept[id(loaded)] = (loaded, found)  # the day is held, so that its id stays its own
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            if loaded is self._shown:
                self.found.emit(found)

        self._context.tasks.run(lambda: service.trips(loaded.day, named_places(base_map)), slot=_SLOT, owner=self).then(
            take
        ).otherwise(self._context.notify)
