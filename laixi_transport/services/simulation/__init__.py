"""A seeded county fleet that speaks the wire like real terminals."""

from laixi_transport.services.simulation.faults import Faults
from laixi_transport.services.simulation.fleet import Fleet, FleetCounts

__all__ = ["Faults", "Fleet", "FleetCounts"]
