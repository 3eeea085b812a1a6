"""The use cases of one process, built together."""

from collections.abc import Callable
from dataclasses import dataclass

from laixi_transport.services.alerts.service import AlertService
from laixi_transport.services.health.service import HealthService
from laixi_transport.services.live.service import LiveService
from laixi_transport.services.playback.service import PlaybackService
from laixi_transport.storage import Store


@dataclass(frozen=True, slots=True)
class Services:
    """What windows and commands work with; none of it knows Qt."""

    live: LiveService
    playback: PlaybackService
    alerts: AlertService
    health: HealthService


def open_services(store: Store, *, evaluates: bool, now: Callable[[], float], gateway: str | None = None) -> Services:
    """Build the services over a store.

    evaluates   whether this process runs the rules: true where the gateway is in this process
    now         Unix seconds
    gateway     "host:port" where terminals connect to this process
    """
    live = LiveService(store)
    return Services(
        live=live,
        playback=PlaybackService(store),
        alerts=AlertService(store, evaluates=evaluates),
        health=HealthService(store, live, gateway=gateway, now=now),
    )
