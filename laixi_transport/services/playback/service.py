"""Playback: everything about vehicles over a period, in one answer."""

import datetime as dt
from collections.abc import Sequence

from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.storage import Store

MAX_PERIOD_S = 7 * 86400
MAX_VEHICLES = 50


class PlaybackService:
    """Reads tracks and what the rules say about them. Every call blocks on the database: use it through tasks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def day(self, vehicle_ids: Sequence[int], begin_s: int, end_s: int) -> tuple[VehicleDay, ...]:
        """Return one VehicleDay for each known vehicle, in the order asked, for the Unix seconds [begin_s, end_s).

        Raises Problem for more than MAX_VEHICLES vehicles or a period longer than MAX_PERIOD_S.
        """
        ...

    def days_with_data(self, vehicle_ids: Sequence[int], month: dt.date) -> dict[dt.date, int]:
        """Return the days (GMT+8) of the month that ``month`` lies in with reports of the vehicles, and how many."""
        ...

    def period_of_data(self) -> tuple[int, int] | None:
        """Return the Unix seconds of the oldest and the newest report there is, None for an empty database."""
        ...
