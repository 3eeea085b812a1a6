"""Export: what leaves the program as a file, the same way for window and command line. Nothing here knows Qt."""

from laixi_transport.services.export.choice import Content, Format, Options, formats
from laixi_transport.services.export.summary import Exported, Summary
from laixi_transport.services.export.tracks import export_tracks, vehicle_days
from laixi_transport.services.export.watch import Cancelled

__all__ = (
    "Cancelled",
    "Content",
    "Exported",
    "Format",
    "Options",
    "Summary",
    "export_tracks",
    "formats",
    "vehicle_days",
)
