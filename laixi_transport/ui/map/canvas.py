"""The map as a picture: what it shows and how it is painted, without hands."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from laixi_transport.ui.format import coordinate
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.furniture import Card, Edge, paint_card, paint_legend, paint_message
from laixi_transport.ui.map.lettering import paint_labels
from laixi_transport.ui.map.marks import MarkLayer
from laixi_transport.ui.map.overlay import Layer, TileSource
from laixi_transport.ui.map.picture import Picture, Scene, visible
from laixi_transport.ui.map.picture_maker import PictureMaker
from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.projection import bounds_of, to_world
from laixi_transport.ui.map.raster import loading
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.track_line import Mark, TrackBundle, TrackLine
from laixi_transport.ui.map.trails import Trails
from laixi_transport.ui.map.vehicles import VehicleLayer, sprite_px
from laixi_transport.ui.map.viewport import Viewport, WorldBounds
from laixi_transport.ui.theme import Theme

if TYPE_CHECKING:  # it needs the kernels
    from laixi_transport.ui.map.frame import Frame

LARGER = 1.5
"""The picture is so many times larger than the view each way."""

DONE = object()

KERNELS_MS = 250
"""How often a map looks whether the kernels are there; the first look asks for them, when the window stands."""

FRAME_MS = 17
"""A new picture waits so long for a frame that is painted anyway: one of its own would hold up the hand."""

SPARE = 0.08
"""Share of the view that a picture must reach beyond it; less, and a new one is asked for."""


class MapCanvas(QWidget):
    """Shows the base map, tracks, marks and vehicles.

    The still part is painted in short steps into a picture larger than the view, which is shifted and scaled until a
    newer one is there; names, vehicles and marks are painted every frame. All methods belong to the window's thread.
    """

    view_changed = Signal()

    def __init__(self, theme: Theme, base_map: BaseMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._base_map = base_map
        self._style = MapStyle.of(theme)
        self._view = Viewport(0.5, 0.5, 9.0, 800, 600)
        self._placed = False  # somebody said where to look; before that the first size shows the county
        self._sized = False
        self._tracks = TrackBundle.of_lines(())
        self._trails: Trails | None = None
        self._chinese = self.locale().language() == self.locale().Language.Chinese
        self._version = 0
        self._picture: Picture | None = None
        self._maker = PictureMaker(self)
        self._maker.made.connect(self._show_picture)
        self._vehicles = VehicleLayer()
        self._marks = MarkLayer()
        self._layers: list[Layer] = []
        self._ground: TileSource | None = None
        self._frame: Frame | None = None
        self._preparing: Iterator[None] = iter(())
        self._preparation = QTimer(self, interval=0)
        self._preparation.timeout.connect(self._prepare)
        self._soon = QTimer(self, singleShot=True, interval=FRAME_MS)  # a moving map is painted before it rings
        self._soon.timeout.connect(self.update)
        self._awaiting_kernels = QTimer(self, interval=KERNELS_MS)
        self._awaiting_kernels.timeout.connect(self._await_kernels)
        self._texts = TextImages()
        self._edge = Edge()
        self._selected: int | None = None
        self._hovered: int | None = None
        self._pointer: QPointF | None = None
        self._card: Callable[[int], Card | None] = lambda _: None
        self.coordinate: Callable[[float, float], str] = coordinate
        """How latitude and longitude under the pointer are written."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 96)
        theme.changed.connect(self._restyle)

    # What is shown

    def set_base_map(self, base_map: BaseMap) -> None:
        """Show another base map; until somebody says where to look, the county."""
        self._base_map = base_map
        self._show_county_first()
        self._change_scene()

    def set_vehicles(
        self,
        ids: ArrayLike,
        lon_deg: ArrayLike,
        lat_deg: ArrayLike,
        direction_deg: ArrayLike,
        state: ArrayLike,
        names: Sequence[str],
    ) -> None:
        """Show these vehicles and no others; all arguments have length n.

        state  (n,)  MotionState, or Look for an urgent alarm; NaN coordinates hide a vehicle
        """
        self._vehicles.set(ids, lon_deg, lat_deg, direction_deg, state, names)
        self.update()

    def set_tracks(self, tracks: Sequence[TrackLine] | TrackBundle) -> None:
        """Show these tracks and no others; above some ten thousand points make a bundle away from the window's thread.

        More than about a million points in view are shown as a density instead of lines.
        """
        self._tracks = tracks if isinstance(tracks, TrackBundle) else TrackBundle.of_lines(tracks)
        self._change_scene()

    def set_trails(self, trails: Trails | None) -> None:
        """Show the last part of ways behind moving vehicles; may change with every frame, unlike tracks."""
        self._trails = trails
        self.update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks and no others; the first keep their texts where there is not room for all."""
        self._marks.set(marks)
        self.update()

    def add_layer(self, layer: Layer) -> None:
        """Show a layer above the picture and below the vehicles, the one added last on top."""
        if layer not in self._layers:
            self._layers.append(layer)
            self.update()

    def remove_layer(self, layer: Layer) -> None:
        """Show a layer no longer."""
        if layer in self._layers:
            self._layers.remove(layer)
            self.update()

    def set_ground(self, ground: TileSource | None) -> None:
        """Show tiles below everything, or none."""
        if self._ground is not None:
            self._ground.changed.disconnect(self._change_scene)
        self._ground = ground
        if ground is not None:
            ground.changed.connect(self._change_scene)
        self._change_scene()

    def set_card(self, card: Callable[[int], Card | None]) -> None:
        """Ask ``card`` what to show beside a vehicle when the pointer is on it."""
        self._card = card

    def set_chinese(self, chinese: bool) -> None:
        """Show Chinese names of places, else English ones."""
        self._chinese = chinese
        self._change_scene()

    @property
    def base_map(self) -> BaseMap:
        """What is under the vehicles."""
        return self._base_map

    def show_as(self, other: "MapCanvas") -> None:
        """Show what another canvas shows, in the same place; size, sharpness and theme stay: for pictures of it."""
        self._base_map, self._tracks, self._trails = other._base_map, other._tracks, other._trails  # noqa: SLF001 - its own kind
        self._chinese, self._selected = other._chinese, other._selected  # noqa: SLF001 - its own kind
        self._marks.take(other._marks)  # noqa: SLF001 - its own kind
        self._vehicles.take(other._vehicles)  # noqa: SLF001 - its own kind
        self._layers = list(other._layers)  # noqa: SLF001 - its own kind
        self.set_ground(other._ground)  # noqa: SLF001 - its own kind
        self.look_at(other.view)

    @property
    def selected(self) -> int | None:
        """The vehicle that is highlighted."""
        return self._selected

    def select(self, vehicle_id: int | None) -> None:
        """Highlight a vehicle; emits nothing."""
        self._selected = vehicle_id
        self.update()

    def place_under_pointer(self) -> tuple[float, float] | None:
        """Return longitude and latitude under the pointer, degrees; None while it is elsewhere."""
        return None if self._pointer is None else self._view.to_lon_lat(self._pointer.x(), self._pointer.y())

    def attribution(self) -> tuple[str, ...]:
        """Return what the map says about its sources, in the order shown."""
        parts = []
        if self._base_map.synthetic_roads:
            parts.append(self.tr("Demo roads are synthetic"))
        if self._base_map.schematic:
            parts.append(self.tr("Boundaries are schematic"))
        if self._ground is not None:
            parts.append(self._ground.attribution)
        return (*parts, self._base_map.attribution)

    # Where it looks

    @property
    def view(self) -> Viewport:
        """What part of the world is shown."""
        return self._view

    def place_of(self, vehicle_id: int) -> tuple[float, float] | None:
        """Return where a vehicle is in logical pixels, also outside the widget; None if it is not shown."""
        place = self._vehicles.where(vehicle_id)
        if place is None:
            return None
        x, y = self._view.to_screen(*place)
        return float(x), float(y)

    @property
    def placed(self) -> bool:
        """Whether it looks where somebody told it to; before that it shows the county as soon as it can."""
        return self._placed

    def look_at(self, view: Viewport) -> None:
        """Show another part of the world; the size stays that of the widget."""
        view = view.resized(self._view.width, self._view.height)
        self._placed = True
        if view != self._view:
            self._view = view
            self._want_picture()
            self.update()
            self.view_changed.emit()

    def content_bounds(self) -> WorldBounds | None:
        """Return the bounds of all vehicles and tracks in the unit square, None if there is none."""
        known = [bounds for bounds in (self._tracks.bounds, self._vehicles.bounds()) if bounds is not None]
        if not known:
            return None
        left, top, right, bottom = zip(*known, strict=True)
        return min(left), min(top), max(right), max(bottom)

    # The picture

    @property
    def settled(self) -> bool:
        """Whether the picture shown is of this very scene and zoom and no other is under way."""
        return (
            self._picture is not None
            and not self._maker.busy
            and self._picture.version == self._version
            and self._picture.view.zoom == self._view.zoom
        )

    def _change_scene(self) -> None:
        self._version += 1
        self._want_picture()
        self.update()

    def _want_picture(self) -> None:
        """Ask for a new picture unless the one there is covers the view with something to spare."""
        if not self._sized:
            return
        ratio, view, old = self.devicePixelRatioF(), self._view, self._picture
        if old is not None and (old.version, old.ratio, old.view.zoom) == (self._version, ratio, view.zoom):
            left, top, right, bottom = old.view.bounds
            x0, y0, x1, y1 = view.bounds
            spare_x, spare_y = (x1 - x0) * SPARE, (y1 - y0) * SPARE
            if left <= x0 - spare_x and top <= y0 - spare_y and right >= x1 + spare_x and bottom >= y1 + spare_y:
                return
        scene = Scene(self._base_map, self._tracks, self._style, self._chinese, self._version, self._ground)
        self._maker.request(scene, view.resized(round(view.width * LARGER), round(view.height * LARGER)), ratio)

    def _show_picture(self, picture: Picture) -> None:
        if self._picture is not None:
            self._maker.give_back(self._picture)
        self._picture = picture
        self._want_picture()
        self._soon.start()

    def _await_kernels(self) -> None:
        """Have the kernels loaded, and the map drawn by them as soon as they are there."""
        loading.begin()
        if loading.ready():
            self._awaiting_kernels.stop()
            self._change_scene()

    def _prepare_pictures(self) -> None:
        self._preparing = self._vehicles.prepare(self._style, self.devicePixelRatioF())
        self._preparation.start()

    def _prepare(self) -> None:
        if next(self._preparing, DONE) is DONE:
            self._preparation.stop()

    def _restyle(self) -> None:
        self._style = MapStyle.of(self._theme)
        self._texts = TextImages()
        self._vehicles.forget_pictures()
        self._prepare_pictures()
        self._change_scene()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        self._soon.stop()
        ratio, view, style = self.devicePixelRatioF(), self._view, self._style
        frame = self._begin_frame(ratio)
        painter = QPainter(self)
        if frame is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_picture(painter, ratio)
            self._paint_moving(painter, ratio, None)
        else:
            below = QPainter(frame.image)
            below.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_moving(below, ratio, frame)
            below.end()
            painter.drawImage(QPointF(0, 0), frame.image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_tool(painter, ratio)
        bounds = self._base_map.bounds
        if bounds is not None and self._ground is None and not visible(bounds, view.bounds):
            paint_message(painter, view, self.tr("There is no base map of this area."), style)
        place = self.place_under_pointer()
        where = "" if place is None else self.coordinate(place[1], place[0])
        self._edge.paint(painter, view, style, self._texts, ratio, attribution=self.attribution(), where=where)
        if self._picture is not None and self._picture.density_top:
            words = self.tr("Passes per pixel")
            paint_legend(painter, style, self._texts, ratio, words, self._picture.density_top)
        self._paint_card(painter)
        painter.end()
        if self._vehicles.unfinished:
            self.update()

    def _begin_frame(self, ratio: float) -> "Frame | None":
        """Return the frame with the picture on it, None until the kernels are there."""
        if not loading.ready():
            return None
        if self._frame is None:
            from laixi_transport.ui.map.frame import Frame

            self._frame = Frame()
        self._frame.begin(self._picture, self._view, self._style, ratio)
        return self._frame

    def _paint_moving(self, painter: QPainter, ratio: float, frame: "Frame | None") -> None:
        """Paint what lies on the picture, up to the vehicles; the frame is what the painter draws on."""
        view, style = self._view, self._style
        if self._trails is not None:
            if frame is None:
                self._trails.paint(painter, view, style)
            else:
                frame.trails(self._trails, view, style, ratio)
        placer = self._paint_names(painter, ratio)
        self._paint_layers(painter, ratio, placer)
        self._marks.paint(painter, view, style, ratio, placer, self._picture)
        self._vehicles.paint(
            painter, view, style, ratio, placer, selected=self._selected, hovered=self._hovered, frame=frame
        )

    def _paint_layers(self, painter: QPainter, ratio: float, placer: Placer) -> None:
        for layer in self._layers:
            painter.save()
            layer.paint(painter, self._view, self._style, ratio, placer)
            painter.restore()

    def _paint_tool(self, painter: QPainter, ratio: float) -> None:
        """Paint what the mouse is at; a map with hands has something."""

    def _paint_picture(self, painter: QPainter, ratio: float) -> None:
        picture, view = self._picture, self._view
        ground = QColor(self._style.ground)
        if picture is None:
            painter.fillRect(self.rect(), ground)
            return
        scale = 2.0 ** (view.zoom - picture.view.zoom)
        size = QSizeF(picture.view.width * scale, picture.view.height * scale)
        corner = self._corner(picture, ratio)
        covered = QRectF(corner, size)
        if not covered.contains(QRectF(self.rect())):
            painter.fillRect(self.rect(), ground)
        if scale == 1.0:
            painter.drawImage(corner, picture.image)
        else:
            painter.drawImage(covered, picture.image)

    def _corner(self, picture: Picture, ratio: float) -> QPointF:
        """Return where the picture's left top corner lies, on a whole pixel of the screen."""
        scale = 2.0 ** (self._view.zoom - picture.view.zoom)
        x, y = self._view.to_screen(picture.view.x, picture.view.y)
        left, top = float(x) - picture.view.width * scale / 2, float(y) - picture.view.height * scale / 2
        return QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio)

    def _paint_names(self, painter: QPainter, ratio: float) -> Placer:
        """Paint the names of the base map; return what room they take, so that plates and times leave them readable."""
        picture = self._picture
        if picture is None:
            return Placer()
        return paint_labels(painter, picture.labels, self._view, self._style, ratio, found_for=picture.view)

    def _paint_card(self, painter: QPainter) -> None:
        if self._hovered is None:
            return
        card, place = self._card(self._hovered), self._vehicles.where(self._hovered)
        if card is None or place is None:
            return
        x, y = self._view.to_screen(*place)
        gap = sprite_px(self._view.zoom, self._style.scale) / 2 + 10
        paint_card(painter, (float(x), float(y)), card, gap, self._view, self._style)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view = self._view.resized(self.width(), self.height())
        if not self._sized:
            self._sized = True
            if not loading.ready():
                self._awaiting_kernels.start()
            self._prepare_pictures()
        self._show_county_first()
        self._want_picture()
        self.view_changed.emit()

    def _show_county_first(self) -> None:
        bounds = self._base_map.county_bounds
        if not self._placed and self._sized and bounds is not None:
            self._view = self._view.fitted(bounds, 24)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._prepare_pictures()
            self._want_picture()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(900, 600)


def world_bounds(west: float, south: float, east: float, north: float) -> WorldBounds | None:
    """Return bounds in degrees as bounds of the unit square."""
    x, y = to_world([west, east], [south, north])
    return bounds_of(x, y)
