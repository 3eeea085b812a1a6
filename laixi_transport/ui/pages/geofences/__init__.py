"""Areas on the map: drawing and changing them, who is inside, who passed through."""

from laixi_transport.ui.pages.geofences.page import GeofencesPage

__all__ = ["GeofencesPage"]
