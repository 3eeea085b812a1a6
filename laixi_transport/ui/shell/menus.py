"""The menu bar, made from the action registry."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from laixi_transport.ui.actions import GLOBAL, Actions


class Menus(QMenuBar):
    """Menus by id; an entry's menu is "view" or "view/theme", and pages' own entries stand in the menu "page"."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._titles = {
            "file": self.tr("File"),
            "go": self.tr("Go to"),
            "page": self.tr("Page"),
            "alarms": self.tr("Alarms"),
            "view": self.tr("View"),
            "view/layouts": self.tr("Layouts"),
            "view/wall": self.tr("Wall mode"),
            "view/scale": self.tr("Text size"),
            "view/theme": self.tr("Theme"),
            "view/language": self.tr("Language"),
            "help": self.tr("Help"),
        }
        self.setNativeMenuBar(False)
        self._menus: dict[str, QMenu] = {}
        for menu_id, title in self._titles.items():
            parent_id, _, _ = menu_id.rpartition("/")
            if not parent_id:
                menu = self.addMenu(title)
                menu.aboutToShow.connect(lambda wanted=menu_id: self._fill(wanted))
                menu.setToolTipsVisible(True)
                self._menus[menu_id] = menu
        self._fill_all()

    def menu(self, menu_id: str) -> QMenu:
        """Return a menu of the bar, filled."""
        self._fill(menu_id)
        return self._menus[menu_id]

    def _fill_all(self) -> None:
        for menu_id in self._menus:
            self._fill(menu_id)

    def _fill(self, menu_id: str) -> None:
        """Put the registry's entries of now into a menu; submenus stand where their first entry stands."""
        menu = self._menus[menu_id]
        menu.clear()
        for child in menu.findChildren(QObject, "submenu"):
            child.deleteLater()
        submenus: dict[str, QMenu] = {}
        for entry in self._actions.entries():
            top, _, _ = entry.menu.partition("/")
            if top != menu_id or entry.scope not in {GLOBAL, self._actions.scope}:
                continue
            if entry.menu == menu_id:
                menu.addAction(entry.action)
                continue
            if entry.menu not in submenus:
                submenu = QMenu(self._titles[entry.menu], menu)
                submenu.setObjectName("submenu")
                submenus[entry.menu] = submenu
                menu.addMenu(submenu)
            submenus[entry.menu].addAction(entry.action)
