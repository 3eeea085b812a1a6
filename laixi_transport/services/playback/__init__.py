"""Vehicles' days, played back. Only the manifest lives here: the shell imports it before the first window."""

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.feature import Feature

FEATURE = Feature(
    id="playback",
    title=QT_TRANSLATE_NOOP("Feature", "Playback"),
    icon="playback",
    page="laixi_transport.ui.pages.playback:PlaybackPage",
    shortcut="Ctrl+2",
    order=20,
)
