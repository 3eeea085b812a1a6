"""In which coordinate system a file is, and whether it must be transformed."""

import re
from dataclasses import dataclass
from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

SAME = frozenset({"EPSG:4326", "EPSG:4490", "EPSG:4979", "EPSG:4480", "OGC:CRS84"})
"""WGS-84 and CGCS2000: the two differ by less than the drift of the continent, a few decimetres since 2000."""
_OLD = (range(4214, 4215), range(4610, 4611), range(2327, 2391), range(2401, 2443), range(21413, 21484))
"""Beijing 1954 and Xian 1980, geographic and projected (EPSG registry)."""
_OLD_NAMES = re.compile(r"xian[_ ]?1980|beijing[_ ]?1954", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """A coordinate system as GDAL names it: "EPSG:4549" or its description (WKT)."""

    name: str
    transform: bool
    old_datum: bool

    @classmethod
    def of(cls, name: str | None, path: Path, layer: str) -> "Reference":
        """Return the system of a layer; raises Problem where there is none."""
        if not name:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "{path} does not say in which coordinate system it is (layer {layer}). Ask where it comes from and "
                    "give the system, for instance EPSG:4326 (WGS-84), EPSG:4490 (CGCS2000) or "
                    "EPSG:4549 (CGCS2000, 3 degrees, 120 E).",
                ),
                path=path,
                layer=layer,
            )
        name = name.strip()
        if name.isdigit():
            name = f"EPSG:{name}"
        code = int(name[5:]) if name.upper().startswith("EPSG:") and name[5:].isdigit() else 0
        old = any(code in codes for codes in _OLD) or _OLD_NAMES.search(name) is not None
        return cls(name.upper() if code else name, name.upper() not in SAME, old)
