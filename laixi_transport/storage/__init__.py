"""The database: register, positions, raw frames, alerts. Importing this package loads nothing heavy."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from laixi_transport.storage.blocks import DamagedBlockError
    from laixi_transport.storage.retention import RetentionPolicy
    from laixi_transport.storage.sealing import SealReport
    from laixi_transport.storage.statistics import SourceStats, Stats
    from laixi_transport.storage.store import Store
    from laixi_transport.storage.writer import WriterHealth

__all__ = [
    "DamagedBlockError",
    "RetentionPolicy",
    "SealReport",
    "SourceStats",
    "Stats",
    "Store",
    "WriterHealth",
    "open_store",
]

_HOMES = {
    "DamagedBlockError": "blocks",
    "SealReport": "sealing",
    "RetentionPolicy": "retention",
    "SourceStats": "statistics",
    "Stats": "statistics",
    "Store": "store",
    "WriterHealth": "writer",
}


def open_store(url: str, *, read_only: bool = False) -> "Store":
    """Open the database at url, creating or upgrading it where that is needed and allowed.

    url        ``sqlite:///PATH`` or ``postgresql://USER@HOST/DATABASE``
    read_only  change nothing; may run beside the process that writes

    Raises Problem with a sentence for the user when the address is wrong, the server cannot be reached, another
    process already writes into the SQLite file, the disk is read-only or the database belongs to a newer version.
    """
    from laixi_transport.storage.store import Store

    return Store.open(url, read_only=read_only)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
