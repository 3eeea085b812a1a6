"""The fleet as it is now. Only the manifest lives here: the shell imports it before the first window."""

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.feature import Feature

FEATURE = Feature(
    id="live",
    title=QT_TRANSLATE_NOOP("Feature", "Live"),
    icon="live",
    page="laixi_transport.ui.pages.live:LivePage",
    shortcut="Ctrl+1",
    order=10,
)
