"""The theme in use, and the change from one to the other."""

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from laixi_transport.ui.theme import fonts, icons, style_sheet
from laixi_transport.ui.theme.tokens import PALETTES, SCALES, SMALL_PX, TEXT_PX, Palette

FOLLOW_SYSTEM = "system"


class Theme(QObject):
    """Palette in use; ``changed`` tells everything that paints by itself to do so again."""

    changed = Signal()

    def __init__(
        self, settings: QSettings | None = None, parent: QObject | None = None, *, scale: float | None = None
    ) -> None:
        """Take what the settings say; ``scale`` of the text where it is not the one that was chosen for the desk.

        The scale stays what it is: everything is laid out for it when it is made.
        """
        super().__init__(parent)
        self._settings = settings
        self._choice = str(settings.value("view/theme", "dark")) if settings else "dark"
        if self._choice not in (*PALETTES, FOLLOW_SYSTEM):
            self._choice = "dark"
        self.desk_scale = _scale(settings)
        self.scale = self.desk_scale if scale is None else scale
        self._name = self._resolve()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def name(self) -> str:
        """Return "dark" or "light"."""
        return self._name

    @property
    def choice(self) -> str:
        """Return what the user chose: "dark", "light" or "system"."""
        return self._choice

    @property
    def palette(self) -> Palette:
        """Colours as "#RRGGBB"."""
        return PALETTES[self._name]

    def colour(self, name: str, alpha: int = 255) -> QColor:
        """Return a colour of the palette by its field name."""
        colour = QColor(getattr(self.palette, name))
        colour.setAlpha(alpha)
        return colour

    @property
    def text_px(self) -> int:
        """Size of normal text, pixels of the screen's logical resolution."""
        return round(TEXT_PX * self.scale)

    def px(self, size: float) -> int:
        """Return a size of the desk's screen, px, in the scale of this one."""
        return round(size * self.scale)

    @property
    def small_px(self) -> int:
        """Size of captions and hints."""
        return round(SMALL_PX * self.scale)

    def icon(self, name: str, colour: str = "text", checked: str = "") -> QIcon:
        """Return an icon of the family in a colour of the palette, and in another one while checked."""
        return icons.icon(name, self.palette, colour, checked, self.scale)

    def pixmap(self, name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
        """Return an icon for a label; ``size_px`` is that on a desk, ``ratio`` that of the screen."""
        return icons.pixmap(name, getattr(self.palette, colour), self.px(size_px), ratio)

    @property
    def qss(self) -> str:
        """The style sheet of the whole program."""
        return style_sheet.style_sheet(self.palette, self.scale)

    def choose(self, choice: str) -> None:
        """Take "dark", "light" or "system" and remember it.

        Raises ValueError for another name.
        """
        if choice not in (*PALETTES, FOLLOW_SYSTEM):
            raise ValueError(choice)
        self._choice = choice
        if self._settings is not None:
            self._settings.setValue("view/theme", choice)
        self._take(self._resolve())

    def apply(self) -> None:
        """Give the application its palette, font and style sheet."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            raise TypeError("a theme needs a QApplication")
        application.setPalette(style_sheet.qt_palette(self.palette))
        application.setFont(fonts.interface_font(self.text_px))
        application.setStyleSheet(self.qss)

    def _resolve(self) -> str:
        if self._choice != FOLLOW_SYSTEM:
            return self._choice
        return "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"

    def _follow_system(self) -> None:
        if self._choice == FOLLOW_SYSTEM:
            self._take(self._resolve())

    def _take(self, name: str) -> None:
        if name == self._name:
            return
        self._name = name
        self.apply()
        self.changed.emit()


def _scale(settings: QSettings | None) -> float:
    try:
        wanted = float(str(settings.value("view/scale", 1.0))) if settings is not None else 1.0
    except ValueError:
        return 1.0
    return wanted if wanted in SCALES else 1.0
