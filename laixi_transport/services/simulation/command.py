"""The `simulate` command without its parser."""

import asyncio
from collections.abc import Mapping

from laixi_transport.services.simulation.faults import parse_faults
from laixi_transport.services.simulation.fleet import Fleet, FleetCounts

FIRST_PATIENCE_S = 5.0


def run_simulate(
    host: str,
    port: int,
    *,
    vehicles: int,
    seed: int,
    seconds: float | None,
    speed: float,
    faults: Mapping[str, float],
    begin_s: float,
) -> FleetCounts:
    """Let a fleet report to a gateway for so long (None: until interrupted) and return what it did.

    speed       times as fast as real; the fleet's clock then starts so much earlier that it ends at ``begin_s`` plus
                ``seconds``, as reports from the future would be marked. Without an end it runs ahead.
    begin_s     Unix seconds now

    Raises Problem when the gateway is not there or refuses a terminal.
    """
    earlier_s = (seconds or 0.0) * max(0.0, speed - 1)
    fleet = Fleet(vehicles=vehicles, seed=seed, begin_s=begin_s - earlier_s, faults=parse_faults(faults))
    try:
        return asyncio.run(fleet.run(host, port, seconds=seconds, time_scale=speed, first_patience_s=FIRST_PATIENCE_S))
    except KeyboardInterrupt:
        return fleet.counts
