"""Keeps who is where up to date: on the map, in the list, for the chosen area now and on a day."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from laixi_transport.domain.geofence import Geofence
from laixi_transport.domain.time import beijing_day
from laixi_transport.services.geofences.passages import Passage
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.furniture import Card
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.pages.geofences.side import PASSAGES, SidePanel
from laixi_transport.ui.pages.geofences.visits import InsideRow
from laixi_transport.ui.pages.geofences.whereabouts import Whereabouts, whereabouts

TICK_MS = 2000


class Visiting(QObject):
    """Asks away from the window.

    fences   what there is
    draft    the chosen area with what was changed of it, None for none
    """

    counted = Signal()
    """``inside`` is newer."""

    def __init__(
        self,
        context: Context,
        map_view: MapView,
        side: SidePanel,
        fences: Callable[[], tuple[Geofence, ...]],
        draft: Callable[[], Geofence | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._map = map_view
        self._side = side
        self._fences = fences
        self._draft = draft
        self._where: Whereabouts | None = None
        self._asked: object = None  # the passages that are being looked for
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        map_view.set_card(self._card)
        side.turned.connect(lambda part: self._read_passages() if part == PASSAGES else None)
        side.passages.day_chosen.connect(self._read_passages)

    @property
    def inside(self) -> dict[int, int] | None:
        """How many vehicles are in each area, None while that was not counted."""
        return None if self._where is None else self._where.inside

    def start(self) -> None:
        """Ask from now on."""
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def tick(self) -> None:
        """Ask where the vehicles are."""
        fences, live, now_s = self._fences(), self._context.services.live, self._context.now()
        self._context.tasks.run(lambda: whereabouts(live, fences, now_s), slot="geofences.where", owner=self).then(
            self._show_where
        )

    def show_inside(self) -> None:
        """Show who is in the chosen area by what is known."""
        draft, where = self._draft(), self._where
        if draft is None or where is None:
            self._side.show_count(None)
            return
        found = where.within(draft) if Shape.of(draft).fault is None else []
        self._side.show_count(len(found))
        self._side.inside.show_vehicles([InsideRow(vehicle, state) for vehicle, state in found])

    def _show_where(self, where: Whereabouts) -> None:
        self._where = where
        self._map.set_vehicles(where.ids, where.lon_deg, where.lat_deg, where.direction_deg, where.motion, where.names)
        self.show_inside()
        self.counted.emit()

    def _card(self, vehicle_id: int) -> Card | None:
        return self._where.card(vehicle_id) if self._where is not None else None

    def _read_passages(self) -> None:
        """Look for who was in the chosen area on the day; an older search is given up."""
        fence = self._draft()
        if fence is None or self._side.part != PASSAGES:
            return
        passages, vehicle = self._side.passages, self._context.services.live.vehicle
        if Shape.of(fence).fault is not None:
            passages.show_passages((), vehicle)
            return
        service = self._context.services.geofences
        begin_s, end_s = beijing_day(passages.day)
        passages.wait()
        self._asked = mine = object()

        def show(found: tuple[Passage, ...]) -> None:
            passages.show_passages(found, vehicle)

        self._context.tasks.run(
            lambda: service.passages(fence, begin_s, end_s, cancelled=lambda: self._asked is not mine),
            slot="geofences.passages",
            owner=self,
        ).then(show)
