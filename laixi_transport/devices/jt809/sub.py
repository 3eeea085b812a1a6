"""What bodies of business messages have in common."""

from dataclasses import dataclass
from typing import ClassVar

from laixi_transport.devices.jt809.ids import BUSINESS
from laixi_transport.devices.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Sub(Record):
    """Data of a business message, found by its sub id."""

    SUB: ClassVar[int]
    """子业务类型标识."""
    SINCE: ClassVar[int] = 2011
    UNTIL: ClassVar[int] = 2019
    """Editions that have this layout; a layout of another edition is tried last."""

    @classmethod
    def message_id(cls) -> int:
        """Return the business message that carries it."""
        return cls.SUB if cls.SUB in BUSINESS else cls.SUB & 0xFF00


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(Sub):
    """Data without any: the sub id says it all."""
