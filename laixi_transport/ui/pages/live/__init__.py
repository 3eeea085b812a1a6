"""The live page: where every vehicle is now and what it is doing."""

from laixi_transport.ui.pages.live.page import LivePage

__all__ = ["LivePage"]
