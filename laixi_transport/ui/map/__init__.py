"""The map: projection, base map, layers painted off the GUI thread, vehicles painted every frame."""
