"""Export and print of whatever table is in front: as actions of the window, and in the menu of every table's header."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.widgets import Panel, Table

translate = QCoreApplication.translate


class TableExports(QObject):
    """Made once for a window; what it opens is imported when it is first used."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._actions: tuple[tuple[str, Callable[[Table], object]], ...] = (
            (translate("Export", "Export the table…"), self.save),
            (translate("Export", "Print the table…"), self.print),
        )
        for (title, run), name, keys in zip(self._actions, ("export", "print"), ("Ctrl+Shift+S", ""), strict=True):
            context.actions.add(f"table.{name}", title, partial(self._with_front, run), keys=keys)
        offers = Table.offers = self._actions
        self.destroyed.connect(lambda: _withdraw(offers))

    def save(self, table: Table) -> QObject:
        """Open the dialog that saves a table."""
        from laixi_transport.ui.export.table_dialog import TableDialog

        dialog = TableDialog(self._context, table, title_of(table), table.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def print(self, table: Table) -> None:
        """Show a table as pages to print."""
        from laixi_transport.services.export.summary import PROGRAM
        from laixi_transport.ui.export.printing import open_preview
        from laixi_transport.ui.export.table_dialog import TableReader, TableText, table_document

        written = f"{PROGRAM} · {text.date_time(self._context.now())} GMT+8"

        def show(made: TableText) -> None:
            open_preview(table_document(made, written), table.window())

        TableReader(table, title_of(table)).read(show)

    def _with_front(self, run: Callable[[Table], object]) -> None:
        table = front_table(self._window)
        if table is None:
            self._context.notify(translate("Export", "There is no table here that could be exported."))
        else:
            run(table)


def _withdraw(offers: Sequence[tuple[str, Callable[[Table], object]]]) -> None:
    if Table.offers is offers:
        Table.offers = ()


def front_table(window: QWidget) -> Table | None:
    """Return the table that has the keyboard, else the largest one that is seen."""
    at: QWidget | None = QApplication.focusWidget()
    while at is not None:
        if isinstance(at, Table):
            return at
        at = at.parentWidget()
    front = QApplication.activeWindow() or window
    seen = [table for table in front.findChildren(Table) if table.isVisible() and not table.visibleRegion().isEmpty()]
    return max(seen, key=lambda table: table.width() * table.height(), default=None)


def title_of(table: Table) -> str:
    """Return what a table is about: its own name, else that of the panel, dock or window around it."""
    if table.accessibleName():
        return table.accessibleName()
    at = table.parentWidget()
    while at is not None:
        if isinstance(at, Panel) and at.title.text().strip():
            return at.title.text().strip()
        if isinstance(at, QDockWidget) and at.windowTitle():
            return at.windowTitle()
        at = at.parentWidget()
    return table.window().windowTitle() or translate("Export", "Table")
