"""The actions that bring a page's map out: ``SCOPE.save_map`` and ``SCOPE.print_map``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from laixi_transport.ui.context import Context
from laixi_transport.ui.map.canvas import MapCanvas

if TYPE_CHECKING:
    from laixi_transport.ui.export.map_exports import MapExports

translate = QCoreApplication.translate


class MapActions(QObject):
    """Belongs to a page; what it opens is imported when it is first used.

    moment  returns the Unix seconds that the map shows; they stand on every picture
    """

    def __init__(
        self, context: Context, scope: str, canvas: MapCanvas, moment: Callable[[], float], page: QWidget
    ) -> None:
        super().__init__(page)
        self._exports: MapExports | None = None

        def exports() -> "MapExports":
            from laixi_transport.ui.export.map_exports import MapExports

            if self._exports is None:
                self._exports = MapExports(context, canvas, moment, page)
            return self._exports

        self.actions: dict[str, QAction] = {
            "save_map": context.actions.add(
                f"{scope}.save_map",
                translate("Export", "Save a picture of the map…"),
                lambda: exports().save(),
                keys="Ctrl+Shift+P",
                scope=scope,
            ),
            "print_map": context.actions.add(
                f"{scope}.print_map", translate("Export", "Print the map…"), lambda: exports().print(), scope=scope
            ),
        }
