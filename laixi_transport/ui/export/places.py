"""Where exports go: the folder that was used last, and names that say what is inside."""

import re
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

_FOLDER = "export/folder"
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
LONGEST = 120


def last_folder(settings: QSettings) -> Path:
    """Return the folder of the last export, else that of the user's documents."""
    kept = settings.value(_FOLDER)
    if kept and Path(str(kept)).is_dir():
        return Path(str(kept))
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def remember_folder(settings: QSettings, folder: Path) -> None:
    """Begin there the next time."""
    settings.setValue(_FOLDER, str(folder))


def file_name(*parts: str) -> str:
    """Return a name for a file, without its suffix, that every system takes."""
    joined = "_".join(part.strip() for part in parts if part.strip())
    return _NOT_IN_NAMES.sub("-", joined).strip(" .")[:LONGEST] or "export"
