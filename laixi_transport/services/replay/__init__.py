"""Track files turned into terminals that send them."""

from laixi_transport.services.replay.command import run_replay
from laixi_transport.services.replay.reading import read_track_file
from laixi_transport.services.replay.sending import ReplayReport, replay

__all__ = ["ReplayReport", "read_track_file", "replay", "run_replay"]
