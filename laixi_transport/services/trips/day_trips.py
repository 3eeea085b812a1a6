"""The trips and stops of one vehicle's day with the names of where they were."""

from collections.abc import Sequence
from dataclasses import dataclass

from laixi_transport.analytics.day_roads import DayRoads, nearest_named, road_title
from laixi_transport.analytics.logbook import LoggedTrip, logbook
from laixi_transport.analytics.stops import Movement, Stop
from laixi_transport.domain.map_data import MapPlace
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.spot import Spot, spot


@dataclass(frozen=True, slots=True)
class NamedTrip:
    """A trip with the names of its ends."""

    log: LoggedTrip
    origin: Spot
    destination: Spot


@dataclass(frozen=True, slots=True)
class NamedStop:
    """A stop of the day with the name of its place."""

    stop: Stop
    spot: Spot
    found_again_s: float | None  # silent after it, it was found here again at this time


@dataclass(frozen=True, slots=True, eq=False)
class DayTrips:
    """All that lists, sheets and exports say of a day's trips; the stops are those of the day, in their order."""

    day: VehicleDay
    trips: tuple[NamedTrip, ...]
    stops: tuple[NamedStop, ...]
    roads: DayRoads
    roads_known: bool  # whether any road was imported where the vehicle was


def day_trips(day: VehicleDay, roads: DayRoads | None = None, places: Sequence[MapPlace] = ()) -> DayTrips:
    """Return the trips and stops of a day.

    roads    of the samples of its track; None: no roads are known
    places   named places of the map; the nearest names a spot besides its road

    The road of a spot is the one that was matched there; where that has no name, the nearest that has one.
    """
    known = roads or DayRoads.none(len(day.track))
    book = logbook(day.track, Movement(day.stops, day.gaps, day.stretches))
    track = day.track
    samples = [at for trip in book.trips for at in (trip.first, trip.last)]
    ends = [(float(track.lon_deg[at]), float(track.lat_deg[at]), (at,)) for at in samples]
    where = ends + [(stop.lon_deg, stop.lat_deg, (stop.first, stop.last)) for stop in day.stops]
    titles = [next((title for at in some if (title := known.title(at))), "") for _, _, some in where]
    bare = [i for i, title in enumerate(titles) if not title]
    if bare and len(known.roads):
        found = nearest_named(known.roads, [where[i][1] for i in bare], [where[i][0] for i in bare])
        for i, road in zip(bare, found.tolist(), strict=True):
            titles[i] = road_title(known.roads, road)
    spots = [spot(lon, lat, places, title) for (lon, lat, _), title in zip(where, titles, strict=True)]
    trips = tuple(NamedTrip(trip, spots[2 * i], spots[2 * i + 1]) for i, trip in enumerate(book.trips))
    own = zip(day.stops, spots[len(ends) :], book.found_again_s, strict=True)
    stops = tuple(NamedStop(stop, place, again) for stop, place, again in own)
    return DayTrips(day, trips, stops, known, roads_known=len(known.roads) > 0)
