"""GTFS-Realtime VehiclePositions: one snapshot of a fleet."""

from laixi_transport.services.replay.delimited import KMH_PER_MPS
from laixi_transport.services.replay.point import Point, TrackFile, UnusableRow, usable


def read_realtime(data: bytes) -> TrackFile | None:
    """Return the vehicle positions of a feed message, None when the bytes are no feed message.

    A position without a time of its own has that of the feed's header. Source: GTFS Realtime 2.0, VehiclePosition.
    """
    from google.protobuf.message import DecodeError
    from google.transit import gtfs_realtime_pb2

    feed = gtfs_realtime_pb2.FeedMessage()
    try:
        feed.ParseFromString(data)
    except DecodeError:
        return None
    if not feed.header.gtfs_realtime_version:
        return None
    file = TrackFile("GTFS-Realtime")
    for entity in feed.entity:
        if not entity.HasField("vehicle"):
            continue
        file.rows += 1
        seen = entity.vehicle
        vehicle = seen.vehicle.id or seen.vehicle.label or entity.id
        position = seen.position
        time_s = float(seen.timestamp or feed.header.timestamp)
        if not seen.HasField("position"):
            file.unusable.append(UnusableRow(file.rows, "no position"))
        elif reason := usable(time_s, position.latitude, position.longitude):
            file.unusable.append(UnusableRow(file.rows, reason))
        else:
            file.add(
                vehicle,
                Point(
                    time_s,
                    position.latitude,
                    position.longitude,
                    position.speed * KMH_PER_MPS if position.HasField("speed") else None,
                    position.bearing if position.HasField("bearing") else None,
                ),
            )
    return file
