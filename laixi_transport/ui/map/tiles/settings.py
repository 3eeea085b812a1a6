"""Which tiles the operator has chosen; the key stands in a file of its own that only this user reads."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSettings

from laixi_transport.services.map_data.tile_address import TileAddress, without_key
from laixi_transport.services.map_data.tile_files import TileReader, open_tiles

Kind = Literal["none", "file", "address"]
_GROUP = "map_tiles"
KEY_FILE = "map_key.txt"
CACHE_FOLDER = "map_tiles"


@dataclass(frozen=True, slots=True)
class TileChoice:
    """What lies below the map: nothing, a file, or an address (two, parted by a blank, lie over each other)."""

    kind: Kind = "none"
    file: str = ""
    address: str = ""
    key: str = ""
    aerial: bool = False
    attribution: str = ""

    def __repr__(self) -> str:
        return f"TileChoice({self.kind})"  # whatever prints or logs it: not the key

    def open(self, folder: Path) -> list[TileReader]:
        """Return what reads the tiles, nothing if there are none; blocks. Raises Problem.

        folder   where fetched tiles are kept
        """
        if self.kind == "file" and self.file:
            return [open_tiles(Path(self.file))]
        if self.kind == "address" and self.address:
            return [TileAddress(one, self.key, folder, attribution=self.attribution) for one in self.address.split()]
        return []


def load_choice(settings: QSettings) -> TileChoice:
    """Return what was chosen last."""
    kind = str(settings.value(f"{_GROUP}/kind", "none"))
    return TileChoice(
        kind=kind if kind in {"none", "file", "address"} else "none",  # type: ignore[arg-type]
        file=str(settings.value(f"{_GROUP}/file", "")),
        address=str(settings.value(f"{_GROUP}/address", "")),
        key=_read_key(settings),
        aerial=settings.value(f"{_GROUP}/aerial", "false") in {True, "true"},
        attribution=str(settings.value(f"{_GROUP}/attribution", "")),
    )


def save_choice(settings: QSettings, choice: TileChoice) -> TileChoice:
    """Keep a choice; a key that was written into the address is taken out of it. Return it as it was kept."""
    address, key = [], choice.key
    for one in choice.address.split():
        bare, found = without_key(one)
        address.append(bare)
        key = found or key
    choice = TileChoice(choice.kind, choice.file, " ".join(address), key, choice.aerial, choice.attribution)
    for name in ("kind", "file", "address", "aerial", "attribution"):
        settings.setValue(f"{_GROUP}/{name}", getattr(choice, name))
    _write_key(settings, key)
    return choice


def cache_folder(settings: QSettings) -> Path:
    """Return where fetched tiles are kept: beside the settings."""
    return Path(settings.fileName()).with_name(CACHE_FOLDER)


def _key_file(settings: QSettings) -> Path:
    return Path(settings.fileName()).with_name(KEY_FILE)


def _read_key(settings: QSettings) -> str:
    try:
        return _key_file(settings).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _write_key(settings: QSettings, key: str) -> None:
    path = _key_file(settings)
    if not key:
        with contextlib.suppress(OSError):
            path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(key)
