"""Map data: roads, areas and places brought in from files, and tiles below them.

Only the manifest lives here: the shell imports it before the first window.
"""

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.feature import Feature

FEATURE = Feature(
    id="map_data",
    title=QT_TRANSLATE_NOOP("Feature", "Map data"),
    icon="stack-2",
    page="laixi_transport.ui.pages.map_data:MapDataPage",
    shortcut="Ctrl+6",
    order=60,
)
