"""Finding what a message says twice and differently, or holds beyond what it says."""

from collections.abc import Iterator

from laixi_transport.devices.wire.kinds import CountOf
from laixi_transport.devices.wire.record import Record


def inconsistencies(record: Record, path: str = "") -> Iterator[str]:
    """Yield the paths of what does not fit together in a record that was read.

    These are counts that differ from the members that came, and bytes behind the fields that are known.
    """
    if record.rest:
        yield f"{path}rest"
    for field in record.LAYOUT:
        value = getattr(record, field.name)
        if isinstance(field.kind, CountOf) and value != len(getattr(record, field.kind.target)):
            yield f"{path}{field.name}"
        elif isinstance(value, Record):
            yield from inconsistencies(value, f"{path}{field.name}.")
        elif isinstance(value, tuple):
            for index, member in enumerate(value):
                if isinstance(member, Record):
                    yield from inconsistencies(member, f"{path}{field.name}[{index}].")
