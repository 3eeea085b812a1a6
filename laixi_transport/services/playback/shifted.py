"""A vehicle's day under the date of another one, so that both can be played by one clock."""

import datetime as dt
from dataclasses import replace
from typing import Protocol, TypeVar

from laixi_transport.services.playback.day import VehicleDay


class _Part(Protocol):
    @property
    def begin_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


P = TypeVar("P", bound=_Part)


def shifted(day: VehicleDay, seconds: int, vehicle_id: int) -> VehicleDay:
    """Return the day with every time moved by seconds, under another id of the vehicle.

    Places, speeds, distances and durations are untouched; ids and states of alerts stay those of the true day.
    """
    moved = dt.timedelta(seconds=seconds)
    return replace(
        day,
        vehicle=replace(day.vehicle, id=vehicle_id),
        begin_s=day.begin_s + seconds,
        end_s=day.end_s + seconds,
        track=replace(day.track, vehicle_id=vehicle_id, time_s=day.track.time_s + seconds),
        stops=_parts(day.stops, seconds),
        gaps=_parts(day.gaps, seconds),
        stretches=_parts(day.stretches, seconds),
        overspeed=_parts(day.overspeed, seconds),
        alerts=tuple(
            replace(alert, vehicle_id=vehicle_id, begin=alert.begin + moved, end=alert.end + moved)
            for alert in day.alerts
        ),
    )


def _parts(parts: tuple[P, ...], seconds: int) -> tuple[P, ...]:
    return tuple(
        replace(part, begin_s=part.begin_s + seconds, end_s=part.end_s + seconds)  # type: ignore[type-var]
        for part in parts
    )
