"""What the page says of imports, in words."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.map_data import Frame, LeftOut, MapImport, Reason
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui import format as text

translate = QCoreApplication.translate

_REASONS = {
    Reason.NO_GEOMETRY: QT_TRANSLATE_NOOP("MapData", "without a place, or with one that its coordinate system lacks"),
    Reason.BROKEN_GEOMETRY: QT_TRANSLATE_NOOP("MapData", "with a broken shape"),
    Reason.OUT_OF_RANGE: QT_TRANSLATE_NOOP("MapData", "nowhere on the earth"),
    Reason.OTHER_GEOMETRY: QT_TRANSLATE_NOOP("MapData", "of a shape that is not known"),
    Reason.NO_NODES: QT_TRANSLATE_NOOP("MapData", "roads of which the extract has no place"),
    Reason.UNNAMED_POINT: QT_TRANSLATE_NOOP("MapData", "points without a name"),
    Reason.OPEN_AREA: QT_TRANSLATE_NOOP("MapData", "areas that do not close, as at the edge of an extract"),
    Reason.ROAD_AREA: QT_TRANSLATE_NOOP("MapData", "roads drawn as areas, without a line to drive on"),
    Reason.SWAPPED_AXES: QT_TRANSLATE_NOOP("MapData", "with longitude and latitude in the wrong order"),
    Reason.SOME_NODES: QT_TRANSLATE_NOOP(
        "MapData", "roads of which a part is missing in the file (the rest was taken)"
    ),
    Reason.UNREAD_LIMIT: QT_TRANSLATE_NOOP("MapData", "limits that are no speed (the road was taken without)"),
}
_NOTES = {
    "cut_at_edge": QT_TRANSLATE_NOOP("MapData", "Some roads end where the extract ends."),
    "old_datum": QT_TRANSLATE_NOOP(
        "MapData", "Beijing 1954 or Xian 1980: without the parameters of the survey places can be off by 100 m."
    ),
    "no_limits": QT_TRANSLATE_NOOP("MapData", "No road has a speed limit."),
    "no_classes": QT_TRANSLATE_NOOP("MapData", "No road tells its class: all are shown as local roads."),
    "guessed_encoding": QT_TRANSLATE_NOOP("MapData", "The file does not say how its names are encoded; look at them."),
    "same_file": QT_TRANSLATE_NOOP(
        "MapData", "This file had been imported before. The new import covers the old one, which may be removed."
    ),
    "no_relations": QT_TRANSLATE_NOOP(
        "MapData",
        "The file ends after its ways: it was made so, or it is cut short. Compare its size with that at its source.",
    ),
}
FRAMES = {
    Frame.WGS84: QT_TRANSLATE_NOOP("MapData", "WGS-84 or CGCS2000 (as measured)"),
    Frame.GCJ02: QT_TRANSLATE_NOOP("MapData", "GCJ-02 (Amap, Tencent): convert"),
    Frame.BD09: QT_TRANSLATE_NOOP("MapData", "BD-09 (Baidu): convert"),
}


def frame(value: Frame) -> str:
    """Return how a datum is called in the choice."""
    return translate("MapData", FRAMES[value])


def reference(one: MapImport) -> str:
    """Return in which coordinates a file was."""
    return one.crs if one.frame is Frame.WGS84 else f"{one.crs} · {one.frame.value.upper().replace('0', '-0')}"


def left_out(one: LeftOut) -> str:
    """Return how much was not taken and why, with the first of it."""
    return translate("MapData", "{count} {why}: {examples}").format(
        count=text.number(one.count),
        why=translate("MapData", _REASONS[one.reason]),
        examples=", ".join(one.examples) + ("…" if one.count > len(one.examples) else ""),
    )


def note(code: str) -> str:
    """Return what one should know of an import."""
    said = _NOTES.get(code)
    return translate("MapData", said) if said is not None else code


def limits(one: MapImport) -> str:
    """Return how many roads have a limit."""
    if not one.roads:
        return text.NONE
    return translate("MapData", "{count} of {roads}").format(
        count=text.number(one.limits), roads=text.number(one.roads)
    )
