"""The navigation rail: one button for each feature, from top to bottom."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from laixi_transport.services.feature import Feature
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.tokens import RAIL_PX

ICON_PX = 20
BUTTON_PX = 54
MARK_PX = 12
BADGE_PX = 6
"""From the corner of a button."""


class Rail(QFrame):
    """Calls ``open_page`` with a feature's id, and ``toggle_float`` to give it a window of its own or take it back."""

    def __init__(
        self,
        theme: Theme,
        features: Sequence[Feature],
        open_page: Callable[[str], None],
        toggle_float: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._features = {feature.id: feature for feature in features}
        self._buttons: dict[str, QToolButton] = {}
        self._badges: dict[str, QLabel] = {}
        self._floating: dict[str, QLabel] = {}
        self._toggle_float = toggle_float
        self._group = QButtonGroup(self)
        self.setObjectName("rail")
        self.setFixedWidth(round(RAIL_PX * theme.scale))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        for feature in features:
            button = QToolButton()
            button.setObjectName("nav")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setText(QCoreApplication.translate("Feature", feature.title))
            button.setToolTip(f"{button.text()}  {feature.shortcut}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(round(ICON_PX * theme.scale), round(ICON_PX * theme.scale)))
            button.setFixedSize(round(RAIL_PX * theme.scale), round(BUTTON_PX * theme.scale))
            button.clicked.connect(lambda _=False, wanted=feature.id: open_page(wanted))
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(lambda at, wanted=feature.id: self._show_menu(wanted, at))
            self._group.addButton(button)
            self._buttons[feature.id] = button
            column.addWidget(button)
        column.addStretch(1)
        theme.changed.connect(self._recolour)
        self._recolour()

    def mark(self, feature_id: str) -> None:
        """Show which page stands beside the rail, none for an empty id."""
        self._group.setExclusive(False)
        for id, button in self._buttons.items():  # noqa: A001
            button.setChecked(id == feature_id)
        self._group.setExclusive(True)

    def mark_floating(self, feature_id: str, floating: bool) -> None:
        """Show whether a page stands in a window of its own."""
        button = self._buttons[feature_id]
        mark = self._floating.get(feature_id)
        if mark is None and floating:
            mark = self._floating[feature_id] = QLabel(button)
            mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._paint_mark(mark)
        if mark is not None:
            mark.setVisible(floating)
        said = f"{button.text()}  {self._features[feature_id].shortcut}"
        button.setToolTip(self.tr("{page}, in a window of its own").format(page=said) if floating else said)

    def badge(self, feature_id: str, count: int, urgency: str = "") -> None:
        """Show at a button how much waits there, nothing for 0.

        urgency   "high" or "urgent" where it is pressing
        """
        button = self._buttons.get(feature_id)
        if button is None:
            return
        badge = self._badges.get(feature_id)
        if badge is None:
            badge = self._badges[feature_id] = QLabel(button)
            badge.setObjectName("badge")
            badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
            badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        badge.setProperty("urgency", urgency)
        badge.setText(str(count) if count < 100 else "99+")
        badge.style().unpolish(badge)
        badge.style().polish(badge)
        badge.adjustSize()
        badge.move(button.width() - badge.width() - BADGE_PX, BADGE_PX)
        badge.setVisible(count > 0)

    def _show_menu(self, feature_id: str, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        floating = feature_id in self._floating and not self._floating[feature_id].isHidden()
        said = self.tr("Back into the main window") if floating else self.tr("In a window of its own")
        menu.addAction(said).triggered.connect(lambda: self._toggle_float(feature_id))
        menu.popup(self._buttons[feature_id].mapToGlobal(at))

    def _paint_mark(self, mark: QLabel) -> None:
        mark.setPixmap(self._theme.pixmap("external-link", "accent_text", MARK_PX, self.devicePixelRatioF()))
        mark.adjustSize()
        mark.move(BADGE_PX, BADGE_PX)

    def _recolour(self) -> None:
        for mark in self._floating.values():
            self._paint_mark(mark)
        for id, button in self._buttons.items():  # noqa: A001
            button.setIcon(self._theme.icon(self._features[id].icon, "dim", "text"))
