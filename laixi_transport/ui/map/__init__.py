"""The map: projection, base map, still layers painted between events, vehicles painted every frame."""
