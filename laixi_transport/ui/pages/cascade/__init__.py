"""The page of the platforms above: what they ask, what was answered, how the links are."""

from laixi_transport.ui.pages.cascade.page import CascadePage

__all__ = ["CascadePage"]
