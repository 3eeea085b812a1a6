"""Answers that were given before, to choose from again."""

from PySide6.QtCore import QSettings

KEPT = 8
SETTING = "cascade/answers"
STANDARD = ("在岗，一切正常。", "在岗，正在监控，无异常。", "在岗，正在处理报警。")
"""What is offered at first; Chinese in every language of the window, as it is read by the platform above."""


class StandardAnswers:
    """The last answers, the newest first, then those that are always offered."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def all(self) -> list[str]:
        """Return what to offer."""
        found = self._settings.value(SETTING)
        used = [str(one) for one in found] if isinstance(found, list) else [found] if isinstance(found, str) else []
        return list(dict.fromkeys((*used[:KEPT], *STANDARD)))

    def remember(self, answer: str) -> None:
        """Offer an answer first from now on."""
        found = [answer, *(one for one in self.all() if one != answer)]
        self._settings.setValue(SETTING, found[:KEPT])
