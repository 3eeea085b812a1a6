"""Platforms above us: what we have goes up to them, what they ask comes to the operator.

Only the manifest lives here: the shell imports it before the first window.
"""

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.feature import Feature

FEATURE = Feature(
    id="cascade",
    title=QT_TRANSLATE_NOOP("Feature", "Platforms"),
    icon="cascade",
    page="laixi_transport.ui.pages.cascade:CascadePage",
    shortcut="Ctrl+4",
    order=40,
)
