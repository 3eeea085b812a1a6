"""The terminals page: who is on line, what the gateway counts, frames byte by byte, commands with their answers."""

from laixi_transport.ui.pages.terminals.page import TerminalsPage

__all__ = ["TerminalsPage"]
