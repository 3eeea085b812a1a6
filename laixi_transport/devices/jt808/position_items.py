"""All additional items that a position report is searched for.

This is the one place where a vendor's item is added: describe it as a record with a ``TAG`` and enter it here. The
reading, the writing, the JSON, the explanation and the printed documentation follow from that.
"""

from typing import Final

from laixi_transport.devices.jsatl.items import ITEMS as ASSISTANCE_ITEMS
from laixi_transport.devices.jt808.items import STANDARD_ITEMS
from laixi_transport.devices.wire.groups import Item

POSITION_ITEMS: Final[dict[int, type[Item]]] = {item.TAG: item for item in STANDARD_ITEMS} | ASSISTANCE_ITEMS
"""Items by id; any other id, and a value of another length than described, is kept as it came."""
