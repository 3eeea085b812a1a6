"""The few widgets that all pages are made of."""

from laixi_transport.ui.widgets.fields import FieldList
from laixi_transport.ui.widgets.folding import FoldingColumn, Narrowing
from laixi_transport.ui.widgets.labels import ElidedLabel, dim, heading
from laixi_transport.ui.widgets.notice import NoticeStrip
from laixi_transport.ui.widgets.panel import EmptyState, Panel
from laixi_transport.ui.widgets.popup import show_below
from laixi_transport.ui.widgets.quick_table import QuickTable
from laixi_transport.ui.widgets.rows import Column, RowsModel, natural_key
from laixi_transport.ui.widgets.table import Table

__all__ = [
    "Column",
    "ElidedLabel",
    "EmptyState",
    "FieldList",
    "FoldingColumn",
    "Narrowing",
    "NoticeStrip",
    "Panel",
    "QuickTable",
    "RowsModel",
    "Table",
    "dim",
    "heading",
    "natural_key",
    "show_below",
]
