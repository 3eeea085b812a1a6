"""The page of map data: what was brought in, tiles below it, and how it looks."""

from laixi_transport.ui.pages.map_data.page import MapDataPage

__all__ = ["MapDataPage"]
