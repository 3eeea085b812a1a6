"""Trips and stops of a vehicle's day, with the names of roads and places: for playback, day sheets and exports."""
