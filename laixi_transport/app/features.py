"""The one list of features; a new feature is a line here and new files elsewhere."""

from laixi_transport.services import cascade, geofences, live, map_data, playback, terminals

FEATURES = (live.FEATURE, playback.FEATURE, geofences.FEATURE, terminals.FEATURE, cascade.FEATURE, map_data.FEATURE)
