"""The map widget."""

from collections.abc import Callable, Sequence

from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.controls import MapControls, WayBack
from laixi_transport.ui.map.furniture import Card, paint_card, paint_edge, paint_message
from laixi_transport.ui.map.marks import MarkLayer
from laixi_transport.ui.map.picture import Scene, WorldTrack, visible
from laixi_transport.ui.map.picture_maker import Picture, PictureMaker
from laixi_transport.ui.map.projection import bounds_of, to_world
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.track_line import Mark, TrackLine
from laixi_transport.ui.map.vehicles import VehicleLayer, sprite_px
from laixi_transport.ui.map.viewport import Viewport, WorldBounds
from laixi_transport.ui.theme import Theme

HIT_PX = 14
DRAG_PX = 4
ARROW_PX = 80
KEY_ZOOM = 0.5
NOTCH_DEG8 = 120  # eighths of a degree that one notch of a wheel turns
WHEEL_ZOOM = 0.5  # a notch
LARGER = 1.5  # the picture is so many times larger than the view each way
FOLLOW_ZOOM = 13.5


class MapView(QWidget):
    """Shows the base map, tracks, marks and vehicles.

    The still part is painted on another thread into a picture larger than the view, which is shifted and scaled until a
    newer one is there; vehicles and marks are painted every frame. All methods belong to the window's thread.
    """

    vehicle_clicked = Signal(int)
    vehicle_double_clicked = Signal(int)
    vehicle_hovered = Signal(object)
    """Vehicle id, or None."""
    mark_clicked = Signal(object)
    """Mark."""
    background_clicked = Signal(float, float)
    """Longitude and latitude, degrees."""
    following_changed = Signal(object)
    """Vehicle id, or None when following ended."""
    view_changed = Signal()

    def __init__(self, theme: Theme, base_map: BaseMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._base_map = base_map
        self._style = MapStyle.of(theme)
        self._view = Viewport(0.5, 0.5, 9.0, 800, 600)
        self._fitted = False  # before the first real size there is nothing to fit to
        self._tracks: tuple[WorldTrack, ...] = ()
        self._chinese = self.locale().language() == self.locale().Language.Chinese
        self._version = 0
        self._picture: Picture | None = None
        self._maker = PictureMaker()
        self._maker.made.connect(self._show_picture)
        self.destroyed.connect(self._maker.stop)
        self._vehicles = VehicleLayer()
        self._marks = MarkLayer()
        self._texts = TextImages()
        self._selected: int | None = None
        self._hovered: int | None = None
        self._following: int | None = None
        self._left_behind: int | None = None
        self._pointer: QPointF | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._card: Callable[[int], Card | None] = lambda _: None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self.setAccessibleName(self.tr("Map"))
        self._way_back = WayBack(theme, self)
        self._way_back.clicked.connect(self.resume_following)
        self.controls = MapControls(theme, self)
        self.controls.add("zoom-in", self.tr("Zoom in (+)"), lambda: self.zoom_by(1.0))
        self.controls.add("zoom-out", self.tr("Zoom out (-)"), lambda: self.zoom_by(-1.0))
        self.controls.add("focus-2", self.tr("Show the county (Home)"), self.fit_county)
        self.controls.add("maximize", self.tr("Show all vehicles and tracks (End)"), self.fit_content)
        theme.changed.connect(self._restyle)

    # What is shown

    def set_base_map(self, base_map: BaseMap) -> None:
        """Show another base map."""
        self._base_map = base_map
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
        place = self._vehicles.where(self._following)
        if place is not None:
            self._look_at(Viewport(*place, self._view.zoom, self._view.width, self._view.height))
        self.update()

    def set_tracks(self, tracks: Sequence[TrackLine]) -> None:
        """Show these tracks and no others."""
        self._tracks = tuple(WorldTrack.of(track) for track in tracks)
        self._change_scene()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks and no others; the first keep their texts where there is not room for all."""
        self._marks.set(marks)
        self.update()

    def set_card(self, card: Callable[[int], Card | None]) -> None:
        """Ask ``card`` what to show beside a vehicle when the pointer is on it."""
        self._card = card

    def set_chinese(self, chinese: bool) -> None:
        """Show Chinese names of places, else English ones."""
        self._chinese = chinese
        self._change_scene()

    @property
    def selected(self) -> int | None:
        """The vehicle that is highlighted."""
        return self._selected

    def select(self, vehicle_id: int | None) -> None:
        """Highlight a vehicle; emits nothing."""
        self._selected = vehicle_id
        self.update()

    # Where it looks

    @property
    def view(self) -> Viewport:
        """What part of the world is shown."""
        return self._view

    def centre_on(self, lon_deg: float, lat_deg: float, zoom: float | None = None) -> None:
        """Show a place in the middle; following ends."""
        self._end_following()
        self._look_at(self._view.centred(lon_deg, lat_deg, zoom))

    def fit(self, bounds: tuple[float, float, float, float]) -> None:
        """Show all of (west, south, east, north), degrees; following ends."""
        west, south, east, north = bounds
        x, y = to_world([west, east], [south, north])
        self._fit_world(bounds_of(x, y))

    def fit_county(self) -> None:
        """Show the whole county."""
        self._fit_world(self._base_map.county_bounds, margin_px=24)

    def fit_content(self) -> None:
        """Show all vehicles and tracks, the county if there is none."""
        shapes = [bounds_of(track.points[:, 0], track.points[:, 1]) for track in self._tracks]
        known = [bounds for bounds in (*shapes, self._vehicles.bounds()) if bounds is not None]
        if not known:
            self.fit_county()
            return
        left, top, right, bottom = zip(*known, strict=True)
        self._fit_world((min(left), min(top), max(right), max(bottom)))

    def zoom_by(self, steps: float) -> None:
        """Zoom around the middle; 1 doubles. Following goes on."""
        self._look_at(self._view.zoomed_at(self._view.width / 2, self._view.height / 2, steps))

    # Following

    @property
    def following(self) -> int | None:
        """The vehicle that is kept in the middle."""
        return self._following

    def follow(self, vehicle_id: int | None) -> None:
        """Keep a vehicle in the middle until the map is moved by hand; None ends it."""
        self._left_behind = None
        self._way_back.hide()
        if vehicle_id == self._following:
            return
        self._following = vehicle_id
        place = self._vehicles.where(vehicle_id)
        if place is not None:
            zoom = max(self._view.zoom, FOLLOW_ZOOM)
            self._look_at(Viewport(*place, zoom, self._view.width, self._view.height))
        self.following_changed.emit(vehicle_id)

    def resume_following(self) -> None:
        """Follow again the vehicle that was left by moving the map."""
        if self._left_behind is not None:
            self.follow(self._left_behind)

    def _end_following(self) -> None:
        """End following because the user looks elsewhere, and offer the way back."""
        if self._following is None:
            return
        self._left_behind, self._following = self._following, None
        name = self._vehicles.name(self._left_behind)
        self._way_back.offer(self.tr("Back to {vehicle}").format(vehicle=name))
        self.following_changed.emit(None)

    # The picture

    @property
    def settled(self) -> bool:
        """Whether the picture shown is of this very view and scene and none is under way."""
        return (
            self._picture is not None
            and not self._maker.busy
            and self._picture.version == self._version
            and self._picture.view.zoom == self._view.zoom
        )

    def _fit_world(self, bounds: WorldBounds | None, margin_px: int = 48) -> None:
        if bounds is not None:
            self._end_following()
            self._look_at(self._view.fitted(bounds, margin_px))

    def _look_at(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self._want_picture()
            self.update()
            self.view_changed.emit()

    def _change_scene(self) -> None:
        self._version += 1
        self._want_picture()
        self.update()

    def _want_picture(self) -> None:
        """Ask for a new picture unless the one there is covers the view with something to spare."""
        if not self._fitted:
            return
        ratio, view, old = self.devicePixelRatioF(), self._view, self._picture
        if old is not None and (old.version, old.ratio, old.view.zoom) == (self._version, ratio, view.zoom):
            left, top, right, bottom = old.view.bounds
            x0, y0, x1, y1 = view.bounds
            spare_x, spare_y = (x1 - x0) * 0.08, (y1 - y0) * 0.08
            if left <= x0 - spare_x and top <= y0 - spare_y and right >= x1 + spare_x and bottom >= y1 + spare_y:
                return
        scene = Scene(self._base_map, self._tracks, self._style, self._chinese, self._version)
        self._maker.request(scene, view.resized(round(view.width * LARGER), round(view.height * LARGER)), ratio)

    def _show_picture(self, picture: Picture) -> None:
        self._picture = picture
        self._want_picture()
        self.update()

    def _restyle(self) -> None:
        self._style = MapStyle.of(self._theme)
        self._texts = TextImages()
        self._vehicles.forget_pictures()
        self._change_scene()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        self._paint_picture(painter, ratio)
        self._marks.paint(painter, self._view, self._style, ratio)
        hovered = self._hovered
        self._vehicles.paint(painter, self._view, self._style, ratio, selected=self._selected, hovered=hovered)
        bounds = self._base_map.bounds
        if bounds is None or not visible(bounds, self._view.bounds):
            paint_message(painter, self._view, self.tr("There is no base map of this area."), self._style)
        pointer = None if self._pointer is None else (self._pointer.x(), self._pointer.y())
        paint_edge(
            painter, self._view, self._style, self._texts, ratio, attribution=self.attribution(), pointer=pointer
        )
        self._paint_card(painter)
        painter.end()

    def attribution(self) -> tuple[str, ...]:
        """Return what the map says about its sources, in the order shown."""
        parts = []
        if self._base_map.synthetic_roads:
            parts.append(self.tr("Demo roads are synthetic"))
        if self._base_map.schematic:
            parts.append(self.tr("Boundaries are schematic"))
        return (*parts, self._base_map.attribution)

    def _paint_picture(self, painter: QPainter, ratio: float) -> None:
        picture, view = self._picture, self._view
        if picture is None:
            painter.fillRect(self.rect(), QColor(self._style.ground))
            return
        scale = 2.0 ** (view.zoom - picture.view.zoom)
        size = picture.image.deviceIndependentSize() * scale
        middle_x, middle_y = view.to_screen(picture.view.x, picture.view.y)
        left, top = float(middle_x) - size.width() / 2, float(middle_y) - size.height() / 2
        if scale == 1.0:
            painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), picture.image)
        right, bottom = left + size.width(), top + size.height()
        if left > 0 or top > 0 or right < self.width() or bottom < self.height():
            painter.setClipRect(self.rect())
            ground = QColor(self._style.ground)
            painter.fillRect(QRectF(0, 0, self.width(), max(0.0, top)), ground)
            painter.fillRect(QRectF(0, bottom, self.width(), max(0.0, self.height() - bottom)), ground)
            painter.fillRect(QRectF(0, 0, max(0.0, left), self.height()), ground)
            painter.fillRect(QRectF(right, 0, max(0.0, self.width() - right), self.height()), ground)
        if scale != 1.0:
            painter.drawImage(QRectF(QPointF(left, top), size), picture.image)

    def _paint_card(self, painter: QPainter) -> None:
        if self._hovered is None or self._dragging:
            return
        card, place = self._card(self._hovered), self._vehicles.where(self._hovered)
        if card is None or place is None:
            return
        x, y = self._view.to_screen(*place)
        gap = sprite_px(self._view.zoom, self._style.scale) / 2 + 8
        paint_card(painter, (float(x), float(y)), card, gap, self._view, self._style)

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
            self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None:
            moved = at - (self._pointer or self._pressed if self._dragging else self._pressed)
            if self._dragging or moved.manhattanLength() >= DRAG_PX:
                self._dragging = True
                self._pointer = at
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._end_following()
                self._look_at(self._view.panned(moved.x(), moved.y()))
                return
        self._pointer = at
        self._hover(self._vehicles.hit(self._view, at.x(), at.y(), HIT_PX))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        clicked, self._pressed = not self._dragging, None
        self._dragging = False
        self.unsetCursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        found = self._vehicles.hit(self._view, at.x(), at.y(), HIT_PX)
        if found is not None:
            self.vehicle_double_clicked.emit(found)
        else:
            self._end_following()
            self._look_at(self._view.zoomed_at(at.x(), at.y(), 1.0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            at = event.position()
            if self._following is not None:  # the vehicle stays in the middle
                self.zoom_by(turned / NOTCH_DEG8 * WHEEL_ZOOM)
            else:
                self._look_at(self._view.zoomed_at(at.x(), at.y(), turned / NOTCH_DEG8 * WHEEL_ZOOM))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(KEY_ZOOM)
            case Qt.Key.Key_Minus:
                self.zoom_by(-KEY_ZOOM)
            case Qt.Key.Key_Left:
                self._pan(ARROW_PX, 0)
            case Qt.Key.Key_Right:
                self._pan(-ARROW_PX, 0)
            case Qt.Key.Key_Up:
                self._pan(0, ARROW_PX)
            case Qt.Key.Key_Down:
                self._pan(0, -ARROW_PX)
            case Qt.Key.Key_Home:
                self.fit_county()
            case Qt.Key.Key_End:
                self.fit_content()
            case _:
                super().keyPressEvent(event)

    def _pan(self, dx: float, dy: float) -> None:
        self._end_following()
        self._look_at(self._view.panned(dx, dy))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer = event.position()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover(None)
        self.update()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view = self._view.resized(self.width(), self.height())
        self.controls.place(self.width())
        self._way_back.place(self.width())
        if not self._fitted:
            self._fitted = True
            if (self._view.x, self._view.y) == (0.5, 0.5):
                self.fit_county()
        self._want_picture()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._want_picture()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(900, 600)

    def _hover(self, vehicle_id: int | None) -> None:
        if vehicle_id != self._hovered:
            self._hovered = vehicle_id
            self.setCursor(Qt.CursorShape.PointingHandCursor if vehicle_id is not None else Qt.CursorShape.ArrowCursor)
            self.vehicle_hovered.emit(vehicle_id)
            self.update()

    def _click(self, at: QPointF) -> None:
        found = self._vehicles.hit(self._view, at.x(), at.y(), HIT_PX)
        if found is not None:
            self.vehicle_clicked.emit(found)
            return
        mark = self._marks.hit(self._view, at.x(), at.y())
        if mark is not None:
            self.mark_clicked.emit(mark)
        else:
            self.background_clicked.emit(*self._view.to_lon_lat(at.x(), at.y()))
