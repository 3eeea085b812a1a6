"""What the search of the shell finds: commands of the registry and vehicles of the fleet."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QCoreApplication

from laixi_transport.ui import format as text
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.tools.coordinates import parse_place
from laixi_transport.ui.shell.search import Hit


class FoundVehicles:
    """Vehicles by plate, line, company and phone; choosing one shows it on the live map."""

    def __init__(self, open_page: Callable[..., None]) -> None:
        self._open_page = open_page
        self._hits: list[Hit] = []
        self._stale = True
        self.context: Context | None = None

    def forget(self, _batch: object = None) -> None:
        """Read the fleet again at the next search: it has changed."""
        self._stale = True

    def find(self) -> Iterable[Hit]:
        """Return all vehicles."""
        if self.context is None:
            return ()
        if self._stale:
            self._stale = False
            vehicles, _states = self.context.services.live.fleet()
            self._hits = [
                Hit(
                    key=f"vehicle.{vehicle.id}",
                    title=text.plate(vehicle.name),
                    detail=" · ".join(part for part in (vehicle.line, vehicle.organisation) if part),
                    icon="bus",
                    run=partial(self._open_page, "live", vehicle_id=vehicle.id),
                    words=vehicle.phone,
                )
                for vehicle in vehicles
            ]
        return self._hits


def found_commands(actions: Actions) -> Iterable[Hit]:
    """Return what can be done now."""
    for entry in actions.available():
        if entry.id != "search":
            yield Hit(
                key=entry.id,
                title=entry.action.text(),
                detail=entry.action.shortcut().toString(),
                icon="chevron-right",
                run=entry.action.trigger,
                words=entry.id,
                group=1,
            )


def found_place(typed: str, show: Callable[[float, float], object]) -> Iterable[Hit]:
    """Return the place whose coordinates are typed; two bare whole numbers are none.

    show   called with longitude and latitude
    """
    place = parse_place(typed) if any(sign in typed.upper() for sign in ".°度NSEW") else None
    if place is not None:
        lon, lat = place
        yield Hit(
            key="place",
            title=text.coordinate(lat, lon),
            detail=QCoreApplication.translate("Shell", "On the map"),
            icon="map-pin",
            run=lambda: show(lon, lat),
            words=typed,
        )
