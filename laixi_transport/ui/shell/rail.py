"""The navigation rail: one button for each feature, from top to bottom."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from laixi_transport.services.feature import Feature
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.tokens import RAIL_PX

ICON_PX = 20
BUTTON_PX = 54
BADGE_PX = 6
"""From the upper right corner of a button."""


class Rail(QFrame):
    """Calls ``open_page`` with a feature's id."""

    def __init__(
        self,
        theme: Theme,
        features: Sequence[Feature],
        open_page: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._features = {feature.id: feature for feature in features}
        self._buttons: dict[str, QToolButton] = {}
        self._badges: dict[str, QLabel] = {}
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
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its key is shorter than the way to it
            button.setText(QCoreApplication.translate("Feature", feature.title))
            button.setToolTip(f"{button.text()}  {feature.shortcut}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(ICON_PX, ICON_PX))
            button.setFixedSize(round(RAIL_PX * theme.scale), round(BUTTON_PX * theme.scale))
            button.clicked.connect(lambda _=False, wanted=feature.id: open_page(wanted))
            self._group.addButton(button)
            self._buttons[feature.id] = button
            column.addWidget(button)
        column.addStretch(1)
        theme.changed.connect(self._recolour)
        self._recolour()

    def mark(self, feature_id: str) -> None:
        """Show which page is in front."""
        if feature_id in self._buttons:
            self._buttons[feature_id].setChecked(True)

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

    def _recolour(self) -> None:
        for id, button in self._buttons.items():  # noqa: A001
            button.setIcon(self._theme.icon(self._features[id].icon, "dim", "text"))
