"""All messages by id: link management, and the data of business messages by sub id.

Where a sub id has several layouts, they are tried in the order given here. The first is the standard's, as far as it is
known; one that fits the bytes wholly is taken before one that leaves some over.
"""

from collections import defaultdict
from collections.abc import Mapping
from inspect import isclass
from types import ModuleType

from laixi_transport.devices.jt809 import alarms, control, links, management, platforms, vehicles, video
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.wire.record import Message


def _messages(module: ModuleType) -> dict[int, type[Message]]:
    found = (value for value in vars(module).values() if isclass(value) and value.__module__ == module.__name__)
    return {cls.ID: cls for cls in found if issubclass(cls, Message)}


def _subs(*modules: ModuleType) -> dict[int, tuple[type[Sub], ...]]:
    found: defaultdict[int, list[type[Sub]]] = defaultdict(list)
    for module in modules:
        for value in vars(module).values():
            if isclass(value) and issubclass(value, Sub) and value.__module__ == module.__name__ and value.TITLE:
                found[value.SUB].append(value)
    return {sub_id: tuple(classes) for sub_id, classes in sorted(found.items())}


MESSAGES: Mapping[int, type[Message]] = _messages(links)
"""Message id -> body."""

SUBS: Mapping[int, tuple[type[Sub], ...]] = _subs(management, vehicles, platforms, alarms, control, video)
"""Sub id -> layouts of its data."""
