"""The tools of one map: their buttons, their keys, and a strip that says what can be done."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from laixi_transport.ui import format as text
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.map.tools.fence_layer import FenceLayer
from laixi_transport.ui.map.tools.layer_picture import LayerPicture
from laixi_transport.ui.map.tools.marquee import Marquee
from laixi_transport.ui.map.tools.pin import PlacePin
from laixi_transport.ui.map.tools.ruler import Ruler
from laixi_transport.ui.map.tools.tool import MapTool
from laixi_transport.ui.map.view import MapView

MARGIN_PX = 12
PLACE_ZOOM = 14.0
"""A place that was asked for is shown at least this near."""
SAID_MS = 2500
"""A short message stands so long in the strip."""


class ToolBelt(QObject):
    """Puts tools on a map. Keys go to the tool in use before those of the page.

    fences      areas that can be shown and hidden; None: the map shows none
    selects     whether a rectangle may be drawn to choose what lies in it
    """

    selected = Signal(object)
    """Bounds (west, south, east, north) of a rectangle that was drawn; None for none."""
    fences_shown = Signal(bool)

    def __init__(self, map_view: MapView, *, fences: FenceLayer | None = None, selects: bool = False) -> None:
        super().__init__(map_view)
        self.map = map_view
        self.fences = fences
        self.strip = ToolStrip(map_view)
        self.ruler = Ruler(parent=self)
        self.area_ruler = Ruler(area=True, parent=self)
        self.marquee = Marquee(self)
        self.marquee.selected.connect(self._end_marquee)
        self._pin: PlacePin | None = None
        self._for_a_moment = False  # the marquee was begun by Shift and ends with the button
        self._tools: dict[str, MapTool] = {}
        self.buttons: dict[str, QToolButton] = {}
        self._button(self.ruler, "ruler-2", self.tr("Measure a distance (R)"))
        self._button(self.area_ruler, "ruler-measure", self.tr("Measure an area (Shift+R)"))
        if selects:
            self._button(self.marquee, "marquee-2", self.tr("Select in a rectangle (S, or drag with Shift)"))
        self._selects = selects
        self._shown = fences is not None
        if fences is not None:
            fences.picture = LayerPicture(self)
            fences.picture.made.connect(map_view.update)
            map_view.add_layer(fences)
            button = map_view.controls.add("stack-2", self.tr("Show areas (G)"), self.toggle_fences, checkable=True)
            button.setChecked(True)
            self.buttons["fences"] = button
        map_view.controls.place(map_view.width(), map_view.height())
        map_view.tool_changed.connect(self._show_tool)
        map_view.installEventFilter(self)

    def enter_actions(self, actions: Actions, scope: str) -> None:
        """Enter what the tools can do among the actions of a page."""
        entries: list[tuple[str, str, Callable[[], object], str]] = [
            ("measure", self.tr("Measure a distance"), lambda: self.toggle(self.ruler), "R"),
            ("measure_area", self.tr("Measure an area"), lambda: self.toggle(self.area_ruler), "Shift+R"),
            ("copy_place", self.tr("Copy the coordinates under the pointer"), self.copy_place, "Ctrl+Shift+C"),
            ("dms", self.tr("Coordinates in degrees, minutes, seconds"), self.toggle_dms, "Ctrl+Shift+D"),
        ]
        if self._selects:
            entries.append(("select", self.tr("Select in a rectangle"), lambda: self.toggle(self.marquee), "S"))
        if self.fences is not None:
            entries.append(("fences", self.tr("Show or hide areas"), self.toggle_fences, "G"))
        for name, said, run, keys in entries:
            actions.add(f"{scope}.{name}", said, run, keys=keys, scope=scope)

    # Using

    def add_tool(self, tool: MapTool) -> None:
        """Have the strip speak for a tool of the page."""
        tool.changed.connect(self._tell)

    def toggle(self, tool: MapTool) -> None:
        """Begin a tool, or end it."""
        if self.map.tool is tool:
            self.map.set_tool(None)
        else:
            self.begin(tool)

    def begin(self, tool: MapTool) -> None:
        """Give the mouse and the keyboard to a tool."""
        self._for_a_moment = False
        self.map.set_tool(tool)
        self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_fences(self) -> None:
        """Show or hide the areas."""
        self.show_fences(not self._shown)

    def show_fences(self, shown: bool) -> None:
        """Show the areas, or not."""
        if self.fences is None or shown == self._shown:
            return
        self._shown = shown
        (self.map.add_layer if shown else self.map.remove_layer)(self.fences)
        self.buttons["fences"].setChecked(shown)
        self.fences_shown.emit(shown)

    @property
    def shows_fences(self) -> bool:
        """Whether the areas are shown."""
        return self._shown

    def copy_place(self) -> None:
        """Put the coordinates under the pointer on the clipboard: decimal degrees, latitude first."""
        place = self.map.place_under_pointer()
        if place is None:
            self.strip.flash(self.tr("Point at a place on the map first"))
            return
        lon, lat = place
        copied = f"{lat:.6f}, {lon:.6f}"
        QGuiApplication.clipboard().setText(copied)
        self.strip.flash(self.tr("Copied: {place}").format(place=copied))

    def show_place(self, lon_deg: float, lat_deg: float) -> None:
        """Put a pin at a place and move the map there."""
        self.unpin()
        self._pin = PlacePin(lon_deg, lat_deg, self.map.coordinate(lat_deg, lon_deg))
        self.map.add_layer(self._pin)
        self.map.centre_on(lon_deg, lat_deg, max(self.map.view.zoom, PLACE_ZOOM))

    def unpin(self) -> bool:
        """Take the pin away; False where there is none."""
        pin, self._pin = self._pin, None
        if pin is not None:
            self.map.remove_layer(pin)
        return pin is not None

    def toggle_dms(self) -> None:
        """Write coordinates in degrees, minutes and seconds, or in decimal degrees again."""
        self.set_dms(not self.dms)

    @property
    def dms(self) -> bool:
        """Whether coordinates are written in degrees, minutes and seconds."""
        return self.map.coordinate is text.coordinate_dms

    def set_dms(self, dms: bool) -> None:
        """Write coordinates one way or the other."""
        self.map.coordinate = text.coordinate_dms if dms else text.coordinate
        self.map.update()

    # Around the map

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        tool = self.map.tool
        match event.type():
            case QEvent.Type.ShortcutOverride if isinstance(event, QKeyEvent) and isinstance(tool, MapTool):
                if tool.takes(event.key(), event.modifiers()):
                    event.accept()  # else the page's own keys would come first
                    return True
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                left = event.button() == Qt.MouseButton.LeftButton
                if self._selects and shift and left and tool is None:
                    self.begin(self.marquee)
                    self._for_a_moment = True
            case QEvent.Type.Resize:
                QTimer.singleShot(0, self.strip, self.strip.place)
        return super().eventFilter(watched, event)

    def _button(self, tool: MapTool, icon: str, hint: str) -> None:
        button = self.map.controls.add(icon, hint, lambda: self.toggle(tool), checkable=True)
        self.buttons[tool.name] = button
        self._tools[tool.name] = tool
        tool.changed.connect(self._tell)

    def _end_marquee(self, bounds: object) -> None:
        if self._for_a_moment:
            self.map.set_tool(None)
        self.selected.emit(bounds)

    def _show_tool(self, tool: object) -> None:
        for name, button in self.buttons.items():
            if name in self._tools:
                button.setChecked(self._tools[name] is tool)
        self._tell()

    def _tell(self) -> None:
        tool = self.map.tool
        self.strip.say(tool.hint() if isinstance(tool, MapTool) else "")
        self.map.update()


class ToolStrip(QFrame):
    """A line in the left upper corner of the map: what the tool in use can do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 10, 5)
        row.addWidget(self.label)
        self._standing = ""
        self._flash = QTimer(self, singleShot=True, interval=SAID_MS)
        self._flash.timeout.connect(self._show)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence until another one comes; an empty one takes the strip away."""
        if sentence != self._standing:
            self._standing = sentence
            self._flash.stop()
        if not self._flash.isActive():
            self._show()

    def flash(self, sentence: str) -> None:
        """Show a sentence for a moment."""
        self._flash.start()
        self._write(sentence)

    def place(self) -> None:
        """Stand in the corner, beside the buttons."""
        parent = self.parentWidget()
        if parent is None:
            return
        room = max(120, parent.width() - 90)
        self.label.setWordWrap(False)
        wide = self.label.sizeHint().width() + 22 > room
        self.label.setWordWrap(wide)
        if wide:
            self.label.setFixedWidth(room - 22)
        else:
            self.label.setMinimumWidth(0)
            self.label.setMaximumWidth(16_777_215)
        self.adjustSize()
        self.move(MARGIN_PX, MARGIN_PX)

    def _show(self) -> None:
        self._write(self._standing)

    def _write(self, sentence: str) -> None:
        if self.label.text() != sentence:
            self.label.setText(sentence)
            self.place()
        self.setVisible(bool(sentence))
        self.raise_()
