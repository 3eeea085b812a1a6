"""The language of the window: Chinese from the first day, English underneath."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from laixi_transport.ui.resources import resource

DEFAULT = "zh_CN"
SOURCE = "en"
LANGUAGES = (DEFAULT, SOURCE)


class Languages:
    """Keeps the translators that are in use; Qt does not."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self._installed: list[QTranslator] = []
        self.current = SOURCE

    def choose(self, language: str) -> None:
        """Translate from now on; what is on the screen already must be made anew.

        Raises ValueError for a language that there is no translation for.
        """
        if language not in LANGUAGES:
            raise ValueError(language)
        for translator in self._installed:
            self._application.removeTranslator(translator)
        self._installed.clear()
        self.current = language
        # Numbers keep Latin digits and the point; only names of months and days change.
        QLocale.setDefault(QLocale(language) if language != SOURCE else QLocale(QLocale.Language.English))
        if language == SOURCE:
            return
        qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for folder, name in ((qt_folder, f"qtbase_{language}"), (str(resource("i18n")), f"laixi_{language}")):
            translator = QTranslator(self._application)
            if translator.load(name, folder):
                self._application.installTranslator(translator)
                self._installed.append(translator)
