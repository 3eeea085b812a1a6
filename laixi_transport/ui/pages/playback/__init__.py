"""The playback page: vehicles' days on the map, on a timeline and in figures, under one clock."""

from laixi_transport.ui.pages.playback.page import PlaybackPage

__all__ = ["PlaybackPage"]
