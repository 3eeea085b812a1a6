"""Terminals on their links. Only the manifest lives here: the shell imports it before the first window."""

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.feature import Feature

FEATURE = Feature(
    id="terminals",
    title=QT_TRANSLATE_NOOP("Feature", "Terminals"),
    icon="terminals",
    page="laixi_transport.ui.pages.terminals:TerminalsPage",
    shortcut="Ctrl+3",
    order=30,
)
