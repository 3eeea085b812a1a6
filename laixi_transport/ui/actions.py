"""The one registry of what the user can do: menu, command palette, keys and the F1 sheet read it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence

GLOBAL = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An action with where it belongs."""

    id: str  # "playback.step_forward"
    action: QAction
    scope: str  # a page's id, or GLOBAL
    menu: str  # id of the menu it stands in, empty for none
    secondary: bool  # a second key of another action, or too small for the palette


class Actions(QObject):
    """Actions by id. Those of a page work only while the page is in front, so that pages may use the same keys."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, Entry] = {}
        self._scope = GLOBAL
        self._allowed: dict[str, bool] = {}
        self._groups: dict[str, QActionGroup] = {}

    def add(
        self,
        id: str,  # noqa: A002 - the word for it
        text: str,
        run: Callable[[], object],
        *,
        keys: str | tuple[str, ...] = (),
        scope: str = GLOBAL,
        menu: str = "",
        icon: QIcon | None = None,
        checkable: bool = False,
        group: str = "",
        hint: str = "",
        secondary: bool = False,
    ) -> QAction:
        """Enter an action and return it; an id that is entered again replaces the old action.

        text      translated, in the imperative, as the menu shows it
        run       called without arguments; a checkable action's state is ``action.isChecked()``
        keys      shortcuts as "Ctrl+K" or "Space"; a page's keys may be those of another page
        group     of the checkable actions of one group exactly one is checked
        hint      a translated sentence for the tooltip and the F1 sheet
        """
        self.remove(id)
        action = QAction(text, self)
        action.setObjectName(id)
        action.setShortcuts([QKeySequence(key) for key in ((keys,) if isinstance(keys, str) and keys else keys)])
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.setCheckable(checkable or bool(group))
        if group:
            self._groups.setdefault(group, QActionGroup(self)).addAction(action)
        if icon is not None:
            action.setIcon(icon)
        if hint:
            action.setToolTip(hint)
        action.triggered.connect(lambda *_: run())
        entry = Entry(id, action, scope, menu, secondary)
        self._entries[id] = entry
        self._allowed[id] = True
        self._enable(entry)
        self.changed.emit()
        return action

    def remove(self, id: str) -> None:  # noqa: A002
        """Take an action out; unknown ids are no error."""
        entry = self._entries.pop(id, None)
        if entry is not None:
            entry.action.setShortcuts([])  # it lives until the event loop comes round, and its key may be taken at once
            entry.action.deleteLater()
            self.changed.emit()

    def remove_scope(self, scope: str) -> None:
        """Take out all actions of a page."""
        for entry in self.entries(scope):
            self.remove(entry.id)

    def clear(self) -> None:
        """Take out everything, before the window is built anew."""
        for id in tuple(self._entries):  # noqa: A001
            self.remove(id)

    def __getitem__(self, id: str) -> QAction:  # noqa: A002
        return self._entries[id].action

    def __contains__(self, id: str) -> bool:  # noqa: A002
        return id in self._entries

    def entries(self, scope: str | None = None) -> list[Entry]:
        """Return the actions in order of entry, of one scope or all."""
        return [entry for entry in self._entries.values() if scope is None or entry.scope == scope]

    def available(self) -> list[Entry]:
        """Return what can be done at this moment, for the palette."""
        return [e for e in self._entries.values() if e.action.isEnabled() and not e.secondary]

    def allow(self, id: str, allowed: bool) -> None:  # noqa: A002
        """Say whether an action makes sense now; it is enabled when it does and its page is in front."""
        self._allowed[id] = allowed
        self._enable(self._entries[id])

    @property
    def scope(self) -> str:
        """The page whose actions work now."""
        return self._scope

    def activate(self, scope: str) -> None:
        """Let the actions of one page work, and those of the others rest."""
        self._scope = scope
        for entry in self._entries.values():
            self._enable(entry)
        self.changed.emit()

    def _enable(self, entry: Entry) -> None:
        entry.action.setEnabled(self._allowed.get(entry.id, True) and entry.scope in (GLOBAL, self._scope))
