"""Windows that can fill the screen, and what every one of them does with keys before they become shortcuts."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QWidget


def fill_screen(window: QWidget, fill: bool) -> None:
    """Fill the screen without a frame, or return from it; a window that was maximized is so again."""
    full = Qt.WindowState.WindowFullScreen
    window.setWindowState(window.windowState() | full if fill else window.windowState() & ~full)


class FrameWindow(QMainWindow):
    """Esc leaves the full screen before it means anything to a page; Space presses the button that Tab went to."""

    def leave_full_screen(self) -> None:
        """Return from the full screen."""
        fill_screen(self, False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.leave_full_screen()
        else:
            super().keyPressEvent(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape:
            return self.isFullScreen()
        focused = self.focusWidget()
        # Who clicks a button with the pointer does not give it the keyboard: Space stays the page's own key then.
        return (
            event.key() == Qt.Key.Key_Space
            and isinstance(focused, QAbstractButton)
            and focused.focusPolicy() == Qt.FocusPolicy.TabFocus
        )
