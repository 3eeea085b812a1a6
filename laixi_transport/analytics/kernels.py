"""Compiles all kernels of this package before anybody waits for them: python -m laixi_transport.analytics.kernels."""


def compile_all() -> None:
    """Compile the kernels and keep them on the disk; quick where they are there already.

    Blocks for some ten seconds the first time: call it off the GUI thread, or when the program is set up.
    """
    import numpy as np

    from laixi_transport.analytics.map_matching import MatchStream, match, nearest
    from laixi_transport.analytics.road_network import road_network
    from laixi_transport.domain.road import RoadTable

    network = road_network(RoadTable.of([[(120.5, 36.8), (120.51, 36.8)], [(120.51, 36.8), (120.52, 36.81)]]))
    lat_deg, lon_deg = np.full(2, 36.8), np.array([120.501, 120.505])
    match(network, [0, 10], lat_deg, lon_deg)
    nearest(network, lat_deg, lon_deg)
    MatchStream(network).step(0.0, 36.8, 120.501)


if __name__ == "__main__":
    compile_all()
