"""The page itself: the map with the areas, the list beside it, below it the chosen one."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofenceVersion
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.shipped import shipped_base_map
from laixi_transport.ui.map.tools.belt import ToolBelt
from laixi_transport.ui.map.tools.draw_fence import HALF_WIDTH_M, DrawFence
from laixi_transport.ui.map.tools.edit_fence import EditFence
from laixi_transport.ui.map.tools.fence_layer import FenceLayer
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.pages.geofences.commands import SCOPE, enter_commands
from laixi_transport.ui.pages.geofences.editing import Editing
from laixi_transport.ui.pages.geofences.fence_list import FenceList
from laixi_transport.ui.pages.geofences.files import Files
from laixi_transport.ui.pages.geofences.side import EXCHANGE, FORM, NOTHING, SidePanel
from laixi_transport.ui.pages.geofences.visiting import Visiting
from laixi_transport.ui.widgets.scrolling import restore_sizes

FENCES = f"{SCOPE}.fences"
SIDE_PX = 460
LEAST_SIDE_PX = 340
TINY_PX = 12
"""An area that is smaller on the map is moved into view when it is chosen."""


class GeofencesPage(QWidget):
    """One area is chosen at a time and can be changed at once, on the map and in the form."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context = context
        self._service = context.services.geofences
        self._fences: dict[int, Geofence] = {}
        self._gone: Geofence | None = None
        self._half_width_m = HALF_WIDTH_M
        self._wanted: int | None = None  # to be chosen once it is known
        self.map = MapView(context.theme, BaseMap())
        self.layer = FenceLayer(context.now)
        self.belt = ToolBelt(self.map, fences=self.layer)
        self.list = FenceList(context.theme, context.settings, context.now)
        self.side = SidePanel(context)
        self.editing = Editing(context, self.belt, self)
        self.files = Files(context, self.side.exchange, lambda: tuple(self._fences.values()), self)
        self.visiting = Visiting(
            context,
            self.map,
            self.side,
            lambda: tuple(self._fences.values()),
            lambda: self.editing.draft,
            self,
        )
        self._arrange()
        self._connect()
        enter_commands(self, context.actions)
        context.tasks.run(partial(shipped_base_map, demo=context.demo), slot=f"{SCOPE}.map", owner=self).then(
            self.map.set_base_map
        ).otherwise(context.notify)
        self._listen()
        self._take_fences()

    # The page in the shell

    def activated(self) -> None:
        """Keep everything up to date from now on."""
        self.visiting.start()

    def deactivated(self) -> None:
        """Rest."""
        self.visiting.stop()

    def show_target(self, **target: Any) -> None:
        """Choose the area of ``fence_id``, or show the ``place`` (longitude, latitude)."""
        fence_id, place = target.get("fence_id"), target.get("place")
        if isinstance(fence_id, int):
            self._wanted = fence_id
            self._take_fences()
        if isinstance(place, tuple):
            self.belt.show_place(*place)

    def save_state(self) -> dict[str, Any]:
        """Return sizes, choice and what the map shows."""
        middle = self.map.view.to_lon_lat(self.map.view.width / 2, self.map.view.height / 2)
        return {
            "sizes": self._splitter.sizes(),
            "side": self._column.sizes(),
            "map": [*middle, self.map.view.zoom],
            "chosen": self.editing.base.id if self.editing.base is not None else None,
            "dms": self.belt.dms,
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` returned."""
        for splitter, name in ((self._splitter, "sizes"), (self._column, "side")):
            restore_sizes(splitter, state.get(name))
        place = state.get("map")
        if isinstance(place, list) and len(place) == 3:
            lon, lat, zoom = (float(value) for value in place)
            self.map.centre_on(lon, lat, zoom)
        self.belt.set_dms(state.get("dms") is True)
        chosen = state.get("chosen")
        if isinstance(chosen, int) and chosen in self._fences:
            self.choose(chosen)

    # Choosing and drawing

    def choose(self, fence_id: int | None, *, show: bool = False) -> bool:
        """Choose an area, None for none; False where the present one must be saved or reverted first.

        show   move the map so that it is seen
        """
        base = self.editing.base
        if base is None or fence_id != base.id or not fence_id:
            if self._held():
                return False
            self.editing.begin(self._fences.get(fence_id) if fence_id is not None else None)
        if show:
            self.show_on_map()
        return True

    def draw(self, kind: GeofenceKind) -> None:
        """Draw a new area, or leave it."""
        tool = self.map.tool
        if isinstance(tool, DrawFence) and tool.kind is kind:
            self.map.set_tool(None)
            return
        if self._held():
            self.list.show_drawing(None)
            return
        self.editing.begin(None)
        drawing = DrawFence(kind, half_width_m=self._half_width_m, parent=self)
        drawing.finished.connect(self._drawn)
        self.belt.add_tool(drawing)
        self.belt.begin(drawing)

    def save(self) -> None:
        """Store what was changed, or say what is wrong with it."""
        fault = self.side.form.fault() if self.editing.dirty else ""
        if fault:
            self._complain(fault)
        else:
            self.editing.save()

    def bring_back(self) -> None:
        """Bring back the area that was removed last."""
        if self._gone is not None and not self._held():
            gone, self._gone = self._gone, None
            self.list.offer_back("")
            self.editing.bring_back(gone)

    def leave(self) -> None:
        """Leave what is closest: a tool, a file, unsaved changes, the choice, a pin."""
        if self.map.tool is not None and self.map.tool is not self.editing.tool:
            self.map.set_tool(None)
        elif self.side.part == EXCHANGE:
            self.files.leave()
        elif self.editing.dirty:
            self.editing.revert()
        elif self.editing.base is not None:
            self.choose(None)
        else:
            self.belt.unpin()
        self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_on_map(self) -> None:
        """Show the whole chosen area."""
        if self.editing.draft is not None:
            self.map.fit(self.editing.draft.bounds)

    def turn(self, part: int) -> None:
        """Show a part of the chosen area."""
        if self.editing.draft is not None:
            self.side.turn(part)

    def begin_file(self, write: bool) -> None:
        """Begin to read areas from a file, or to write them."""
        if not self._held():
            self.editing.begin(None)
            self.files.begin(write=write)
            self.side.turn(EXCHANGE)

    def begin_search(self) -> None:
        """Give the keyboard to the search."""
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    # Building

    def _arrange(self) -> None:
        scale = self._context.theme.scale
        self._column = QSplitter(Qt.Orientation.Vertical)
        self._column.addWidget(self.list)
        self._column.addWidget(self.side)
        self._column.setChildrenCollapsible(False)
        self._column.setStretchFactor(0, 2)
        self._column.setStretchFactor(1, 3)
        self._column.setSizes([380, 440])
        self._column.setMinimumWidth(round(LEAST_SIDE_PX * scale))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.map)
        self._splitter.addWidget(self._column)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([1000, round(SIDE_PX * scale)])
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._splitter)

    def _connect(self) -> None:
        self.map.background_clicked.connect(self._click)
        self.map.tool_changed.connect(self._tool_changed)
        self.map.vehicle_double_clicked.connect(self._open_live)
        self.list.chosen.connect(self._choose_in_list)
        self.list.opened.connect(lambda fence_id: self.choose(fence_id, show=True))
        self.list.draw.connect(self.draw)
        self.list.file_wanted.connect(self.begin_file)
        self.list.brought_back.connect(self.bring_back)
        self.editing.replaced.connect(self._show_chosen)
        self.editing.changed.connect(self._show_changes)
        self.editing.stored.connect(self._stored)
        self.editing.removed.connect(self._removed)
        self.editing.complained.connect(self._complain)
        form, side = self.side.form, self.side
        form.edited.connect(self.editing.take)
        form.saved.connect(self.save)
        form.reverted.connect(self.editing.revert)
        form.removed.connect(self.editing.remove)
        self.visiting.counted.connect(self._show_list)
        side.inside.opened.connect(self._open_live)
        side.inside.chosen.connect(self.map.select)
        side.passages.opened.connect(
            lambda vehicle_id, time_s: self._context.open_page("playback", vehicle_id=vehicle_id, time_s=time_s)
        )
        self.files.shown.connect(self._show_read)
        self.files.left.connect(self._leave_file)
        self.files.told.connect(self.belt.strip.flash)

    def _listen(self) -> None:
        bridge = self._context.bridge
        ends: tuple[Callable[[], None], ...] = (
            bridge.listen(FENCES, lambda _: self._take_fences()),
            self._service.subscribe(lambda: bridge.post(FENCES, 0, None)),
        )

        def end_all(*_: object) -> None:
            for end in ends:
                end()

        self.destroyed.connect(end_all)

    # What there is

    def _take_fences(self) -> None:
        """Take the areas as they are now; what is being changed here stays."""
        self._fences = {fence.id: fence for fence in self._service.fences()}
        self.editing.follow(self._fences)
        self._show_fences()
        if self._wanted in self._fences:
            wanted, self._wanted = self._wanted, None
            self.choose(wanted, show=True)

    def _show_fences(self) -> None:
        draft = self.editing.draft
        shown = dict(self._fences)
        if draft is not None:
            shown[draft.id] = draft
        if self.files.read is not None:
            shown |= {-1 - n: replace(fence, id=-1 - n) for n, fence in enumerate(self.files.read.fences)}
        self.layer.set(shown.values())
        self.layer.chosen = draft.id if draft is not None else None
        self.layer.leave_out = draft.id if draft is not None and self.map.tool is self.editing.tool else None
        self.map.update()
        self._show_list()

    def _show_list(self) -> None:
        self.list.show_fences(self._fences.values(), self.visiting.inside)

    # The chosen one

    def _held(self) -> bool:
        """Say that the present area must be saved or reverted first, if it must."""
        if not self.editing.dirty:
            return False
        self._complain(self.tr("Save (Ctrl+S) or revert (Esc) this area first."))
        if self.editing.base is not None:
            self.list.choose(self.editing.base.id or None)
        return True

    def _complain(self, sentence: str) -> None:
        self.turn(FORM)
        self.side.form.complain(sentence)

    def _show_chosen(self) -> None:
        """Show another area, or that none is chosen."""
        fence = self.editing.draft
        if self.files.read is not None:
            self.files.read = None
        if self.map.tool is None or isinstance(self.map.tool, EditFence | DrawFence):
            self.map.set_tool(self.editing.tool)
        self.list.choose(fence.id if fence is not None else None)
        if fence is None:
            self.side.turn(NOTHING)
        else:
            self.side.form.show_fence(fence, new=not fence.id)
            self.side.form.show_state(dirty=self.editing.dirty)
            self.side.form.show_version(())
            self._read_history(fence)
            self.side.turn(self.side.wanted if fence.id else FORM)
        self.visiting.show_inside()
        self._show_fences()

    def _show_changes(self) -> None:
        """Show what was changed of the chosen area, on the map or in the form."""
        draft = self.editing.draft
        if draft is not None:
            self.side.form.show_shape(Shape.of(draft))
            self.side.form.show_state(dirty=self.editing.dirty)
            self.visiting.show_inside()
            self._show_fences()

    def _drawn(self, shape: Shape) -> None:
        """Take a new shape; all that is left to do is to name it."""
        if shape.kind is GeofenceKind.CORRIDOR:
            self._half_width_m = shape.radius_m
        self.editing.begin(shape.on(Geofence(name=self._new_name(), kind=shape.kind, lon_deg=(), lat_deg=())))
        self.side.form.begin_name()

    def _new_name(self) -> str:
        """Return a name that no area has."""
        taken = {fence.name for fence in self._fences.values()}
        number = len(taken) + 1
        while (name := self.tr("Area {number}").format(number=number)) in taken:
            number += 1
        return name

    def _stored(self, fence: Geofence) -> None:
        self._fences[fence.id] = fence
        self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _removed(self, fence: Geofence) -> None:
        self._gone = fence
        self._fences.pop(fence.id, None)
        self.list.offer_back(fence.name)

    def _read_history(self, fence: Geofence) -> None:
        if not fence.id:
            return

        def show(versions: tuple[GeofenceVersion, ...]) -> None:
            if self.editing.base is not None and self.editing.base.id == fence.id:
                self.side.form.show_version(versions)

        self._context.tasks.run(lambda: self._service.history(fence.id), slot=f"{SCOPE}.history", owner=self).then(show)

    # The map

    def _tool_changed(self, tool: object) -> None:
        self.list.show_drawing(tool.kind if isinstance(tool, DrawFence) else None)
        if tool is None and self.editing.tool is not None:
            self.map.set_tool(self.editing.tool)  # which tells of itself
        else:
            self._show_fences()

    def _click(self, lon_deg: float, lat_deg: float) -> None:
        """Choose the area that was clicked on."""

        def inside(fence: Geofence) -> bool:
            return bool(self._service.inside(fence, [lon_deg], [lat_deg])[0])

        found = self.layer.hit(lon_deg, lat_deg, self.map.view, inside=inside) if self.belt.shows_fences else None
        self.choose(found if found is not None and found > 0 else None)

    def _choose_in_list(self, fence_id: int) -> None:
        """Choose an area in the list; one that the map does not show is moved into view."""
        draft = self.editing.draft if self.choose(fence_id) else None
        if draft is None:
            return
        west, south, east, north = draft.bounds
        view = self.map.view
        left, bottom = view.to_lon_lat(0, view.height)
        right, top = view.to_lon_lat(view.width, 0)
        tiny = (east - west) / (right - left) * view.width < TINY_PX
        if tiny or west < left or east > right or south < bottom or north > top:
            self.show_on_map()

    def _open_live(self, vehicle_id: int) -> None:
        self._context.open_page("live", vehicle_id=vehicle_id)

    # Files

    def _show_read(self) -> None:
        """Show the areas of a file before they are stored."""
        self._show_fences()
        if self.files.read is not None and self.files.read.fences:
            west, south, east, north = zip(*(fence.bounds for fence in self.files.read.fences), strict=True)
            self.map.fit((min(west), min(south), max(east), max(north)))

    def _leave_file(self) -> None:
        if self.side.part == EXCHANGE:
            self.side.turn(NOTHING)
        self._show_fences()
