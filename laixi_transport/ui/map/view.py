"""The map widget: the picture with hands on it."""

from collections.abc import Sequence
from dataclasses import replace

from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.canvas import MapCanvas, world_bounds
from laixi_transport.ui.map.controls import MapControls, WayBack
from laixi_transport.ui.map.overlay import Tool
from laixi_transport.ui.map.viewport import WorldBounds
from laixi_transport.ui.theme import Theme

HIT_PX = 14
DRAG_PX = 4
ARROW_PX = 80
KEY_ZOOM = 0.5
NOTCH_DEG8 = 120  # eighths of a degree that one notch of a wheel turns
WHEEL_ZOOM = 0.5  # a notch
FOLLOW_ZOOM = 13.5


class MapView(MapCanvas):
    """A map to drag, to zoom with the wheel at the pointer, to click vehicles on, and to follow one.

    Keys: + and - zoom, arrows move, Home shows the county, End all vehicles and tracks.
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
    tool_changed = Signal(object)
    """Tool, or None when the mouse moves the map again."""

    def __init__(self, theme: Theme, base_map: BaseMap, parent: QWidget | None = None) -> None:
        super().__init__(theme, base_map, parent)
        self._following: int | None = None
        self._left_behind: int | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._tool: Tool | None = None
        self._tool_holds = False  # the tool took the press of the button that is held
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Map"))
        self.way_back = WayBack(theme, self)
        self.way_back.clicked.connect(self.resume_following)
        self.controls = MapControls(theme, self)
        self.controls.add("zoom-in", self.tr("Zoom in (+)"), lambda: self.zoom_by(1.0))
        self.controls.add("zoom-out", self.tr("Zoom out (-)"), lambda: self.zoom_by(-1.0))
        self.controls.add("focus-2", "", self.fit_county)
        self.controls.add("maximize", "", self.fit_content)
        self.name_keys()

    def name_keys(self, county: str = "Home", content: str = "End") -> None:
        """Say by which keys county and content are shown: a page may use Home and End for something else."""
        for icon, hint, key in (
            ("focus-2", self.tr("Show the county ({key})"), county),
            ("maximize", self.tr("Show all vehicles and tracks ({key})"), content),
        ):
            self.controls.name(icon, hint.format(key=key))

    def set_vehicles(
        self,
        ids: ArrayLike,
        lon_deg: ArrayLike,
        lat_deg: ArrayLike,
        direction_deg: ArrayLike,
        state: ArrayLike,
        names: Sequence[str],
    ) -> None:
        """Show these vehicles and no others; the one that is followed stays in the middle."""
        super().set_vehicles(ids, lon_deg, lat_deg, direction_deg, state, names)
        self._keep_in_middle()

    # Where it looks

    def centre_on(self, lon_deg: float, lat_deg: float, zoom: float | None = None) -> None:
        """Show a place in the middle; following ends."""
        self._end_following()
        self.look_at(self.view.centred(lon_deg, lat_deg, zoom))

    def fit(self, bounds: tuple[float, float, float, float]) -> None:
        """Show all of (west, south, east, north), degrees; following ends."""
        self._fit_world(world_bounds(*bounds))

    def fit_county(self) -> None:
        """Show the whole county."""
        self._fit_world(self._base_map.county_bounds, margin_px=24)

    def fit_content(self) -> None:
        """Show all vehicles and tracks, the county if there is none."""
        self._fit_world(self.content_bounds() or self._base_map.county_bounds)

    def zoom_by(self, steps: float) -> None:
        """Zoom around the middle; 1 doubles. Following goes on."""
        self.look_at(self.view.zoomed_at(self.view.width / 2, self.view.height / 2, steps))

    def _fit_world(self, bounds: WorldBounds | None, margin_px: int = 48) -> None:
        if bounds is not None:
            self._end_following()
            self.look_at(self.view.fitted(bounds, margin_px))

    # Following

    @property
    def following(self) -> int | None:
        """The vehicle that is kept in the middle."""
        return self._following

    def follow(self, vehicle_id: int | None) -> None:
        """Keep a vehicle in the middle until the map is moved by hand; None ends it."""
        self._left_behind = None
        self.way_back.hide()
        if vehicle_id == self._following:
            return
        self._following = vehicle_id
        if vehicle_id is not None and self.view.zoom < FOLLOW_ZOOM:
            self.look_at(replace(self.view, zoom=FOLLOW_ZOOM))
        self._keep_in_middle()
        self.following_changed.emit(vehicle_id)

    def resume_following(self) -> None:
        """Follow again the vehicle that was left by moving the map."""
        if self._left_behind is not None:
            self.follow(self._left_behind)

    def _keep_in_middle(self) -> None:
        place = self._vehicles.where(self._following)
        if place is not None:
            self.look_at(replace(self.view, x=place[0], y=place[1]))

    def _end_following(self) -> None:
        """End following because the user looks elsewhere, and offer the way back."""
        if self._following is None:
            return
        self._left_behind, self._following = self._following, None
        name = self._vehicles.name(self._left_behind)
        self.way_back.offer(self.tr("Back to {vehicle}").format(vehicle=name))
        self.following_changed.emit(None)

    # Tools

    @property
    def tool(self) -> Tool | None:
        """What the mouse does instead of moving the map."""
        return self._tool

    def set_tool(self, tool: Tool | None) -> None:
        """Give the mouse to a tool, or back to the map."""
        if tool is self._tool:
            return
        old, self._tool = self._tool, tool
        self._tool_holds = False
        if old is not None:
            old.finish()
        self._hover(None)
        self._take_cursor()
        self.update()
        self.tool_changed.emit(tool)

    def _take_cursor(self) -> None:
        if self._tool is None:
            self.unsetCursor()
        else:
            self.setCursor(self._tool.cursor())

    def _told(self, taken: bool) -> bool:
        """Draw what the tool made of an event and return whether it took it."""
        if self._tool is not None:
            self._take_cursor()
            self.update()
        return taken

    def _paint_tool(self, painter: QPainter, ratio: float) -> None:
        if self._tool is not None:
            painter.save()
            self._tool.paint(painter, self.view, self._style, ratio)
            painter.restore()

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._tool is not None and event.button() != Qt.MouseButton.MiddleButton:
            self._tool_holds = self._told(self._tool.press(event, self.view))
            if self._tool_holds:
                return
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._pressed = event.position()
            self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._tool is not None and self._pressed is None:
            self._pointer = at
            if self._told(self._tool.move(event, self.view)) or self._tool_holds:
                self._hover(None)
                return
        if self._pressed is not None:
            moved = at - self._pressed
            if self._dragging or moved.manhattanLength() >= DRAG_PX:
                if not self._dragging:
                    self._dragging = True
                    self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._pressed = self._pointer = at
                self._hover(None)
                self._pan(moved.x(), moved.y())
            return
        self._pointer = at
        self._hover(self._vehicles.hit(self.view, at.x(), at.y(), HIT_PX))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._tool is not None and self._tool_holds:
            self._tool_holds = False
            self._told(self._tool.release(event, self.view))
            return
        if self._pressed is None:
            return
        clicked = not self._dragging
        self._pressed, self._dragging = None, False
        self._take_cursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._tool is not None and self._told(self._tool.double_click(event, self.view)):
            return
        at = event.position()
        found = self._vehicles.hit(self.view, at.x(), at.y(), HIT_PX)
        if found is not None:
            self.vehicle_double_clicked.emit(found)
        else:
            self._end_following()
            self.look_at(self.view.zoomed_at(at.x(), at.y(), 1.0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / NOTCH_DEG8 * WHEEL_ZOOM
        if self._following is not None:  # the vehicle stays in the middle
            self.zoom_by(steps)
        else:
            at = event.position()
            self.look_at(self.view.zoomed_at(at.x(), at.y(), steps))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._tool is not None and self._told(self._tool.key(event, self.view)):
            return
        match event.key():
            case Qt.Key.Key_Escape if self._tool is not None:
                self.set_tool(None)
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
        self.controls.place(self.width(), self.height())
        self.way_back.place(self.width())

    def _pan(self, dx: float, dy: float) -> None:
        self._end_following()
        self.look_at(self.view.panned(dx, dy))

    def _hover(self, vehicle_id: int | None) -> None:
        if vehicle_id != self._hovered:
            self._hovered = vehicle_id
            if not self._dragging and self._tool is None:
                shape = Qt.CursorShape.ArrowCursor if vehicle_id is None else Qt.CursorShape.PointingHandCursor
                self.setCursor(shape)
            self.vehicle_hovered.emit(vehicle_id)
            self.update()

    def _click(self, at: QPointF) -> None:
        found = self._vehicles.hit(self.view, at.x(), at.y(), HIT_PX)
        if found is not None:
            self.vehicle_clicked.emit(found)
            return
        mark = self._marks.hit(self.view, at.x(), at.y())
        if mark is not None:
            self.mark_clicked.emit(mark)
        else:
            self.background_clicked.emit(*self.view.to_lon_lat(at.x(), at.y()))
