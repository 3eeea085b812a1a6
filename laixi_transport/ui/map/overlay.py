"""What others put on the map: layers above the picture, tools for the mouse, tiles below everything."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter

from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.viewport import Viewport


class Layer(Protocol):
    """Something drawn in every frame above the still picture and its names, below marks and vehicles.

    ``MapCanvas.add_layer`` shows it, ``remove_layer`` takes it away, ``update()`` of the map draws it anew. It has a
    few milliseconds: keep the shapes of a view and make them anew when ``view`` differs.
    """

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float, placer: Placer) -> None:
        """Paint in logical pixels of the view; the painter is anti-aliasing, whatever else is set is the layer's own.

        view    turns places of the unit square into pixels: ``view.to_screen(*to_world(lon_deg, lat_deg))``
        ratio   pixels of the screen in a logical pixel: 1.0, 1.5, 2.0
        placer  knows what room the names of the map take: words stand where it has room, and take it
        """


class Tool(Protocol):
    """What the mouse does instead of dragging the map and clicking vehicles: measure, select, draw.

    ``MapView.set_tool`` begins it and ``set_tool(None)`` ends it; Escape ends it too unless ``key`` takes the key.
    Whatever a method does not take (False) the map does as ever: wheel and middle button always move the map, the left
    button drags it where ``press`` returned False, clicks on vehicles are given only then. The map is drawn anew after
    every event.
    """

    def press(self, event: QMouseEvent, view: Viewport) -> bool:
        """Return whether the press of a button is the tool's; then so are moves and the release that follow."""

    def move(self, event: QMouseEvent, view: Viewport) -> bool:
        """Return whether the move is the tool's; it is told of moves without a button as well."""

    def release(self, event: QMouseEvent, view: Viewport) -> bool:
        """Return whether the release is the tool's."""

    def double_click(self, event: QMouseEvent, view: Viewport) -> bool:
        """Return whether the double click is the tool's; a press came before it."""

    def key(self, event: QKeyEvent, view: Viewport) -> bool:
        """Return whether the key is the tool's."""

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float) -> None:
        """Paint above the vehicles, in logical pixels, in every frame."""

    def cursor(self) -> Qt.CursorShape:
        """Return the shape of the pointer as it is now; asked after every event."""

    def finish(self) -> None:
        """Be taken away: another tool comes, or none."""


class TileSource(Protocol):
    """Square pictures of the map of web maps (EPSG:3857, y to the south), below everything else.

    An object of the window's thread; ``MapCanvas.set_ground`` shows it and draws the map anew when ``changed`` is
    emitted (some tiles have come). Base map areas and, if ``complete``, its roads and names are then left out where a
    tile is.
    """

    attribution: str  # shown on the map as long as the source is
    min_zoom: int
    max_zoom: int
    tile_px: int  # 256, or 512 for tiles drawn for sharp screens
    complete: bool  # it shows roads and names itself; False for aerial pictures
    changed: SignalInstance

    def tile(self, z: int, x: int, y: int) -> QImage | None:
        """Return a tile from memory, at once; None where it is not there (yet).

        Asked on the window's thread, at most some hundred times for a picture, so it must neither read nor decode:
        what is missing the source fetches on a thread of its own and emits ``changed``, not more often than ten times
        a second. Format_RGB32, square, ``tile_px`` wide. Where a tile is missing the map takes the part of
        the one above it (z - 1, ...), so keep those.
        """

    def wanted(self, tiles: Sequence[tuple[int, int, int]]) -> None:
        """Be told which tiles (z, x, y) the picture needs, the middle first; earlier wishes are void."""
