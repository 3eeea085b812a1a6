"""The use cases of one process, built together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from laixi_transport.devices.tap import TapMaker
from laixi_transport.services.alerts.service import AlertService
from laixi_transport.services.cascade.service import CascadeService
from laixi_transport.services.commands.service import CommandService
from laixi_transport.services.geofences.service import GeofenceService
from laixi_transport.services.health.service import HealthService
from laixi_transport.services.live.service import LiveService
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.services.media.service import MediaService
from laixi_transport.services.playback.service import PlaybackService
from laixi_transport.services.terminals.service import TerminalService
from laixi_transport.services.trips.service import TripService
from laixi_transport.services.video.service import VideoService
from laixi_transport.storage import Store


@dataclass(frozen=True, slots=True)
class Services:
    """What windows and commands work with; none of it knows Qt."""

    live: LiveService
    playback: PlaybackService
    alerts: AlertService
    health: HealthService
    terminals: TerminalService
    commands: CommandService
    media: MediaService
    cascade: CascadeService
    map_data: MapDataService
    geofences: GeofenceService
    trips: TripService
    video: VideoService | None = None  # None where no gateway is in this process


def open_services(
    store: Store,
    *,
    evaluates: bool,
    now: Callable[[], float],
    gateway: str | None = None,
    operator: str = "",
    media: Path | None = None,
    video: VideoService | None = None,
    tap: TapMaker | None = None,
) -> Services:
    """Build the services over a store.

    evaluates   whether this process runs the rules and the links to platforms above: true where the gateway is in it
    now         Unix seconds
    gateway     "host:port" where terminals connect to this process
    operator    who sits here, for the record of commands
    video       that of the gateway in this process
    tap         makes what hears all bytes of links to platforms above, for a capture
    media       folder in which the gateway keeps media, None if this process cannot see it
    """
    live = LiveService(store)
    map_data = MapDataService(store)
    return Services(
        live=live,
        playback=PlaybackService(store),
        alerts=AlertService(store, evaluates=evaluates),
        health=HealthService(store, live, gateway=gateway, now=now),
        terminals=TerminalService(store),
        commands=CommandService(store, operator=operator),
        media=MediaService(store, media),
        cascade=CascadeService(store, runs=evaluates, media=media, tap=tap),
        map_data=map_data,
        geofences=GeofenceService(store, operator=operator),
        trips=TripService(map_data),
        video=video,
    )
