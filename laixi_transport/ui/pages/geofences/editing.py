"""The area that is being changed: as it is stored, as it is now, and the way between the two."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Signal

from laixi_transport.domain.geofence import Geofence
from laixi_transport.domain.problem import Problem
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.tools.belt import ToolBelt
from laixi_transport.ui.map.tools.edit_fence import EditFence
from laixi_transport.ui.map.tools.shape import Shape
from laixi_transport.ui.problems import describe


class Editing(QObject):
    """One area at a time; nothing is stored unasked."""

    replaced = Signal()
    """Another area is the chosen one, or none, or the same as it is stored."""
    changed = Signal()
    """Something was changed of the chosen area."""
    stored = Signal(object)
    """The area as it was stored."""
    removed = Signal(object)
    """The area that was removed; storing it brings it back."""
    complained = Signal(str)
    """A sentence that says why something is not done."""

    def __init__(self, context: Context, belt: ToolBelt, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._service = context.services.geofences
        self._belt = belt
        self._busy = False
        self.base: Geofence | None = None
        """As it is stored; id 0 while it is new."""
        self.draft: Geofence | None = None
        """With what was changed."""
        self.tool: EditFence | None = None

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        if self.base is None or self.draft is None:
            return False
        return not self.base.id or not self.draft.same_as(self.base)

    def begin(self, fence: Geofence | None) -> None:
        """Have an area be the chosen one, as it is stored or as it was drawn; None for none."""
        self.base = self.draft = fence
        old, self.tool = self.tool, None
        if fence is not None:
            self.tool = EditFence(Shape.of(fence), self)
            self.tool.shaped.connect(self._take_shape)
            self._belt.add_tool(self.tool)
        self.replaced.emit()
        if old is not None:
            old.deleteLater()

    def take(self, fence: Geofence) -> None:
        """Take what was typed in the form."""
        if self.draft is None:
            return
        shape = Shape.of(fence)
        if self.tool is not None and shape != Shape.of(self.draft):
            self.tool.put(shape)
        self.draft = fence
        self.changed.emit()

    def follow(self, fences: Mapping[int, Geofence]) -> None:
        """Take the chosen area as it is stored now, unless something was changed here."""
        if self.base is not None and self.base.id and not self.dirty and not self._busy:
            newest = fences.get(self.base.id)
            if newest != self.base:
                self.begin(newest)

    def save(self) -> None:
        """Store what was changed."""
        if self.draft is None or not self.dirty or self._busy:
            return
        try:
            storing = self._service.save(self.draft)
        except Problem as problem:
            self.complained.emit(describe(problem))
            return
        self._busy = True
        self._await(storing, self._saved)

    def revert(self) -> None:
        """Give up what was changed: the area is as it is stored now, none if it is new or was removed meanwhile."""
        if self.base is not None:
            self.begin(self._service.fence(self.base.id) if self.base.id else None)

    def remove(self) -> None:
        """Remove the chosen area."""
        if self.base is None or not self.base.id or self._busy:
            return
        self._busy = True
        self._await(self._service.remove(self.base), self._removed)

    def bring_back(self, fence: Geofence) -> None:
        """Store an area that was removed."""
        if not self._busy:
            self._busy = True
            self._await(self._service.save(fence), self._saved)

    def undo(self) -> None:
        """Go one change of the shape back."""
        if self.tool is not None:
            self.tool.undo()

    def redo(self) -> None:
        """Go one change of the shape forth."""
        if self.tool is not None:
            self.tool.redo()

    def _take_shape(self, shape: Shape) -> None:
        if self.draft is not None:
            self.draft = shape.on(self.draft)
            self.changed.emit()

    def _saved(self, fence: Geofence) -> None:
        self._busy = False
        self.stored.emit(fence)
        self.begin(fence)

    def _removed(self, fence: Geofence) -> None:
        self._busy = False
        self.removed.emit(fence)
        self.begin(None)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Problem) and self.draft is not None:
            self.complained.emit(describe(error))
        else:
            self._context.notify(error)

    def _await(self, future: "Future[Any]", show: Callable[[Any], None]) -> None:
        self._context.tasks.run(future.result, owner=self).then(show).otherwise(self._failed)
