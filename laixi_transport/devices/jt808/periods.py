"""Begin and end of the time in which an area or a route counts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias

from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.stream import Sink
from laixi_transport.devices.wire.times import Moment
from laixi_transport.domain.time import BEIJING

PeriodEnd: TypeAlias = dt.datetime | dt.time | None
"""Once, or every day at a time of GMT+8 (the date is all zeros on the wire); None: no time."""

_NO_DAY = bytes(3)
_MOMENT = Moment()


@dataclass(frozen=True, slots=True)
class Period(Kind[PeriodEnd]):
    """BCD[6] YY MM DD hh mm ss in GMT+8. A date of zeros says every day; midnight of every day is None."""

    @property
    def notation(self) -> str:
        return "BCD[6]"

    @property
    def form(self) -> str:
        return "6s"

    def value(self, unpacked: Any) -> PeriodEnd:
        data: bytes = unpacked
        if data[:3] != _NO_DAY or not any(data):
            return _MOMENT.value(data)
        try:
            hour, minute, second = (int(data[at : at + 1].hex()) for at in (3, 4, 5))
            return dt.time(hour, minute, second, tzinfo=BEIJING)
        except ValueError:
            return None

    def write(self, sink: Sink, value: PeriodEnd) -> None:
        if isinstance(value, dt.time):
            sink.data += _NO_DAY + bytes.fromhex(value.strftime("%H%M%S"))
        else:
            _MOMENT.write(sink, value)

    def flatten(self, name: str, value: PeriodEnd, into: dict[str, Any]) -> None:
        if isinstance(value, dt.time):
            into[name] = value.strftime("%H:%M:%S")
        else:
            _MOMENT.flatten(name, value, into)

    def text(self, value: PeriodEnd) -> str:
        return value.strftime("%H:%M:%S") if isinstance(value, dt.time) else _MOMENT.text(value)
