"""The timeline: one axis from months down to a second, a lane for each vehicle, one cursor."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.timeline import picture
from laixi_transport.ui.timeline.axis import step_s
from laixi_transport.ui.timeline.clock import PlaybackClock
from laixi_transport.ui.timeline.cursor import CursorOverlay
from laixi_transport.ui.timeline.geometry import FOOT_PX, NARROW_LANE_PX, Geometry
from laixi_transport.ui.timeline.lane import Activity, Lane
from laixi_transport.ui.timeline.shared_span import SharedSpan

GRAB_PX = 6.0
"""So near to the cursor a press takes hold of it."""
DRAG_PX = 4.0
"""A press that moves less is a click."""
NOTCH = 120.0
ZOOM_A_NOTCH = 0.8
KEY_ZOOM = 0.5
SCROLL_PX = 10

_ACTIVITIES = {
    Activity.GAP: QT_TRANSLATE_NOOP("Timeline", "No data"),
    Activity.STOP: QT_TRANSLATE_NOOP("Timeline", "Standing"),
    Activity.ROUGH: QT_TRANSLATE_NOOP("Timeline", "Moved within the hour"),
    Activity.DRIVING: QT_TRANSLATE_NOOP("Timeline", "Driving"),
    Activity.OVERSPEED: QT_TRANSLATE_NOOP("Timeline", "Overspeed"),
}


def activity_text(activity: Activity) -> str:
    """Return the word for what a vehicle did."""
    return QCoreApplication.translate("Timeline", _ACTIVITIES[activity])


class TimelineView(QWidget):
    """Shows lanes over a SharedSpan and sets the clock by click, drag and key.

    Wheel zooms at the pointer, drag moves, click seeks, dragging the cursor or the axis scrubs, dragging with Shift
    loops a part, double click shows a span whole. An inset between axis and lanes takes a chart over the same span.
    """

    lane_chosen = Signal(int)
    """The key of a lane whose name was clicked or that was reached by key."""

    def __init__(self, theme: Theme, clock: PlaybackClock, span: SharedSpan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._span = span
        self._lanes: tuple[Lane, ...] = ()
        self._selected: int | None = None
        self._inset: QWidget | None = None
        self._inset_px = 0.0
        self._inset_shown = True
        self._picture: QPixmap | None = None
        self._press: tuple[QPointF, str] | None = None
        self._was_visible = True
        self._was_playing = False
        self._loop = clock.loop
        self.read_out: Callable[[float, int | None], Sequence[str]] = self._read_out
        """What to show beside the pointer for a moment and a lane's key (None: above the lanes)."""
        self.overlay = CursorOverlay(theme, self)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.valueChanged.connect(self.redraw)
        self._bar.hide()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Timeline"))
        clock.moved.connect(self._follow_clock)
        clock.changed.connect(self._clock_changed)
        span.changed.connect(self._span_changed)
        theme.changed.connect(self.redraw)

    @property
    def geometry_now(self) -> Geometry:
        """Where things stand now."""
        return Geometry(
            width=self.width(),
            height=self.height(),
            span=self._span.shown,
            lanes=len(self._lanes),
            inset_px=self.inset_px,
            scroll_px=self._bar.value(),
            scale=self._theme.scale,
        )

    def set_lanes(self, lanes: Sequence[Lane]) -> None:
        """Show these lanes."""
        self._lanes = tuple(lanes)
        self._arrange()
        self.updateGeometry()
        self.redraw()

    def select(self, key: int | None) -> None:
        """Mark a lane as the chosen one."""
        if key != self._selected:
            self._selected = key
            self.redraw()

    def set_inset(self, widget: QWidget, height_px: int) -> None:
        """Put a chart between axis and lanes; it lies over gutter and time and gets no mouse events."""
        if widget is self._inset and height_px == self._inset_px:
            return
        if self._inset is not None and self._inset is not widget:
            self._inset.hide()
        self._inset = widget
        self._inset_px = height_px
        widget.setParent(self)
        widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        widget.stackUnder(self.overlay)
        widget.setVisible(self._inset_shown)
        self._arrange()
        self.updateGeometry()
        self.redraw()

    @property
    def inset_px(self) -> float:
        """Height of the chart as it is shown."""
        return self._inset_px if self._inset_shown else 0.0

    def show_inset(self, shown: bool) -> None:
        """Show the chart, or give its room to the lanes."""
        if shown == self._inset_shown:
            return
        self._inset_shown = shown
        if self._inset is not None:
            self._inset.setVisible(shown)
        self._arrange()
        self.updateGeometry()
        self.redraw()

    def redraw(self) -> None:
        """Paint the still picture anew at the next chance."""
        self._picture = None
        self._place_cursor()
        self.update()

    def sizeHint(self) -> QSize:
        geometry = self.geometry_now
        lanes = max(1, len(self._lanes)) * 24 * self._theme.scale
        return QSize(900, round(geometry.lanes_top + lanes + FOOT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(360, round(self.geometry_now.lanes_top + NARROW_LANE_PX * self._theme.scale + FOOT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            picture.draw(painter, self.geometry_now, self._lanes, self._selected, self._theme, self._clock.loop)
            painter.end()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._picture)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent", 160), 1))
            painter.drawLine(0, 0, self.width(), 0)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LanguageChange):
            self.redraw()
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update(0, 0, self.width(), 1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update(0, 0, self.width(), 1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        geometry = self.geometry_now
        notches = event.angleDelta().y() / NOTCH
        sideways = event.angleDelta().x() / NOTCH
        where = event.position()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways, notches = sideways or notches, 0.0
        if sideways:
            self._span.pan(-sideways * geometry.span.length_s * 0.1)
        elif where.x() < geometry.left and self._bar.isVisible():
            self._bar.setValue(self._bar.value() - round(notches * geometry.lane_px))
        elif notches:
            self._span.zoom(geometry.at(max(geometry.left, where.x())), ZOOM_A_NOTCH**notches)
        self._point(where)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        geometry, where = self.geometry_now, event.position()
        if where.x() < geometry.left - GRAB_PX:
            lane = geometry.lane(where.y())
            if lane is not None:
                self.lane_chosen.emit(self._lanes[lane].key)
            return
        near = abs(where.x() - geometry.x(self._clock.at)) <= GRAB_PX
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._press = (where, "loop")
        elif near or where.y() < geometry.axis_px:
            self._press = (where, "scrub")
            self._seek(where.x())
        else:
            self._press = (where, "click")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        where = event.position()
        if self._press is not None:
            start, doing = self._press
            if doing == "click" and abs(where.x() - start.x()) > DRAG_PX:
                doing = "pan"
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            if doing == "scrub":
                self._seek(where.x())
            elif doing == "loop":
                self._loop_between(start.x(), where.x())
            elif doing == "pan":
                self._span.pan((start.x() - where.x()) * self.geometry_now.s_per_px)
                start = where
            self._press = (start, doing)
        else:
            geometry = self.geometry_now
            near = where.x() >= geometry.left and abs(where.x() - geometry.x(self._clock.at)) <= GRAB_PX
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        self._point(where)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._press is not None:
            start, doing = self._press
            self._press = None
            if doing == "click":
                self._seek(event.position().x())
            elif doing == "loop" and abs(event.position().x() - start.x()) <= DRAG_PX:
                self._clock.clear_loop()
            self.setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        geometry, where = self.geometry_now, event.position()
        lane = geometry.lane(where.y())
        if where.x() < geometry.left:
            return
        found = self._lanes[lane].at(geometry.at(where.x())) if lane is not None else None
        if lane is None or found is None:
            self._span.show_all()
        else:
            begin, end = float(self._lanes[lane].begin_s[found]), float(self._lanes[lane].end_s[found])
            margin = (end - begin) * 0.1
            self._span.show(begin - margin, end + margin)

    def leaveEvent(self, event: QEvent) -> None:
        self.overlay.point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        clock, span = self._clock, self._span
        minor_s = step_s(span.shown, self.geometry_now.time_px) / 5
        match event.key():
            case Qt.Key.Key_Home:
                clock.seek(clock.begin)
            case Qt.Key.Key_End:
                clock.seek(clock.end)
            case Qt.Key.Key_Left:
                clock.seek(clock.at - minor_s)
            case Qt.Key.Key_Right:
                clock.seek(clock.at + minor_s)
            case Qt.Key.Key_PageUp:
                span.pan(-span.shown.length_s * 0.8)
            case Qt.Key.Key_PageDown:
                span.pan(span.shown.length_s * 0.8)
            case Qt.Key.Key_Comma:
                clock.step(-1)
            case Qt.Key.Key_Period:
                clock.step(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down as key:
                self._choose_beside(-1 if key == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                span.zoom(clock.at, KEY_ZOOM)
            case Qt.Key.Key_Minus:
                span.zoom(clock.at, 1 / KEY_ZOOM)
            case _:
                super().keyPressEvent(event)

    def _seek(self, x: float) -> None:
        geometry = self.geometry_now
        self._clock.seek(geometry.at(min(geometry.right, max(geometry.left, x))))

    def _loop_between(self, x0: float, x1: float) -> None:
        """Play what lies between two pixels again and again."""
        geometry = self.geometry_now
        ends = [geometry.at(min(geometry.right, max(geometry.left, x))) for x in (x0, x1)]
        self._clock.set_loop(*ends)

    def _choose_beside(self, step: int) -> None:
        keys = [lane.key for lane in self._lanes]
        if keys:
            place = keys.index(self._selected) + step if self._selected in keys else 0
            self.lane_chosen.emit(keys[min(len(keys) - 1, max(0, place))])

    def _follow_clock(self, at_s: float) -> None:
        """Page on when playing carries the cursor over the edge; a person who looks elsewhere is left alone."""
        visible = self._span.shown.contains(at_s)
        if self._was_visible and not visible and self._press is None:
            self._span.reveal(at_s)
            visible = True
        self._was_visible = visible
        self._place_cursor()

    def _clock_changed(self) -> None:
        """Show what is about to play: who starts it means the cursor, wherever he looked before."""
        if self._clock.loop != self._loop:
            self._loop = self._clock.loop
            self.redraw()
        started = self._clock.playing and not self._was_playing
        self._was_playing = self._clock.playing
        if started:
            self._span.reveal(self._clock.at)
        self._place_cursor()

    def _span_changed(self) -> None:
        self._was_visible = self._span.shown.contains(self._clock.at)
        self.redraw()

    def _place_cursor(self) -> None:
        geometry = self.geometry_now
        shown = geometry.span.contains(self._clock.at)
        self.overlay.set_cursor(geometry.x(self._clock.at) if shown else None, geometry.axis_px)

    def _point(self, where: QPointF) -> None:
        geometry = self.geometry_now
        if not geometry.left <= where.x() <= geometry.right or not self.rect().contains(where.toPoint()):
            self.overlay.point_at(None)
            return
        lane = geometry.lane(where.y())
        lines = self.read_out(geometry.at(where.x()), None if lane is None else self._lanes[lane].key)
        self.overlay.point_at((where.x(), where.y()), tuple(lines))

    def _read_out(self, at_s: float, key: int | None) -> Sequence[str]:
        return (text.clock(at_s), *self.lane_lines(at_s, key))

    def lane_lines(self, at_s: float, key: int | None) -> Sequence[str]:
        """Return what a lane shows at a moment in words: what the vehicle did, from when to when, and marks nearby."""
        lane = next((lane for lane in self._lanes if lane.key == key), None)
        if lane is None:
            return ()
        lines = [lane.name]
        found = lane.at(at_s)
        if found is not None:
            begin, end = float(lane.begin_s[found]), float(lane.end_s[found])
            what = activity_text(Activity(int(lane.activity[found])))
            lines.append(f"{what} {text.duration(end - begin)}  {text.clock(begin)}–{text.clock(end)}")
        near_s = GRAB_PX * self.geometry_now.s_per_px
        lines += [f"{text.clock(m.at_s)}  {m.text}" for m in lane.marks if abs(m.at_s - at_s) <= near_s][:3]
        return lines

    def _arrange(self) -> None:
        geometry = self.geometry_now
        self.overlay.setGeometry(self.rect())
        if self._inset is not None:
            self._inset.setGeometry(0, round(geometry.axis_px), self.width(), round(self._inset_px))
        top = round(geometry.lanes_top)
        self._bar.setVisible(geometry.hidden_px > 0)
        self._bar.setRange(0, round(geometry.hidden_px))
        self._bar.setSingleStep(round(geometry.lane_px))
        self._bar.setPageStep(max(1, self.height() - top))
        self._bar.setGeometry(QRect(self.width() - SCROLL_PX, top, SCROLL_PX, self.height() - top))
        self._bar.raise_()
