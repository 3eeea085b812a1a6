"""Areas on the map: drawn, kept with their history, watched. Only the manifest lives here."""

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.feature import Feature

FEATURE = Feature(
    id="geofences",
    title=QT_TRANSLATE_NOOP("Feature", "Areas"),
    icon="geofences",
    page="laixi_transport.ui.pages.geofences:GeofencesPage",
    shortcut="Ctrl+5",
    order=25,
)
