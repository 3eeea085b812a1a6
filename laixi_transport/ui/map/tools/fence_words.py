"""Words for areas: what kind they are, what they are for, what is wrong with a shape."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.geofence import DAY_MINUTES, EVERY_DAY, Geofence, GeofenceKind, GeofencePurpose, ShapeFault
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui import format as text
from laixi_transport.ui.map.tools.shape import Shape

translate = QCoreApplication.translate

_KINDS = {
    GeofenceKind.CIRCLE: QT_TRANSLATE_NOOP("Geofence", "Circle"),
    GeofenceKind.RECTANGLE: QT_TRANSLATE_NOOP("Geofence", "Rectangle"),
    GeofenceKind.POLYGON: QT_TRANSLATE_NOOP("Geofence", "Polygon"),
    GeofenceKind.CORRIDOR: QT_TRANSLATE_NOOP("Geofence", "Corridor"),
}
KIND_ICONS = {
    GeofenceKind.CIRCLE: "circle",
    GeofenceKind.RECTANGLE: "rectangle",
    GeofenceKind.POLYGON: "polygon",
    GeofenceKind.CORRIDOR: "road",
}
_PURPOSES = {
    GeofencePurpose.GENERAL: QT_TRANSLATE_NOOP("Geofence", "General"),
    GeofencePurpose.STAY_IN: QT_TRANSLATE_NOOP("Geofence", "Stay inside"),
    GeofencePurpose.KEEP_OUT: QT_TRANSLATE_NOOP("Geofence", "Keep out"),
    GeofencePurpose.SPEED: QT_TRANSLATE_NOOP("Geofence", "Speed limit"),
    GeofencePurpose.SITE: QT_TRANSLATE_NOOP("Geofence", "Site"),
}
_FAULTS = {
    ShapeFault.TOO_FEW_POINTS: QT_TRANSLATE_NOOP("Geofence", "not finished"),
    ShapeFault.TOO_MANY_POINTS: QT_TRANSLATE_NOOP("Geofence", "too many points"),
    ShapeFault.NOT_ON_EARTH: QT_TRANSLATE_NOOP("Geofence", "outside of the map"),
    ShapeFault.CROSSES_ITSELF: QT_TRANSLATE_NOOP("Geofence", "crosses itself"),
    ShapeFault.TOO_SMALL: QT_TRANSLATE_NOOP("Geofence", "too small"),
    ShapeFault.TOO_LARGE: QT_TRANSLATE_NOOP("Geofence", "too large"),
}
DAYS = (
    QT_TRANSLATE_NOOP("Geofence", "Mo"),
    QT_TRANSLATE_NOOP("Geofence", "Tu"),
    QT_TRANSLATE_NOOP("Geofence", "We"),
    QT_TRANSLATE_NOOP("Geofence", "Th"),
    QT_TRANSLATE_NOOP("Geofence", "Fr"),
    QT_TRANSLATE_NOOP("Geofence", "Sa"),
    QT_TRANSLATE_NOOP("Geofence", "Su"),
)


def kind(value: GeofenceKind) -> str:
    """Return the word for a kind of shape."""
    return translate("Geofence", _KINDS[value])


def purpose(value: GeofencePurpose) -> str:
    """Return the word for what an area is for."""
    return translate("Geofence", _PURPOSES[value])


def fault(value: ShapeFault) -> str:
    """Return the word for what is wrong with a shape."""
    return translate("Geofence", _FAULTS[value])


def day(weekday: int) -> str:
    """Return the short word for a day of the week, 0 for Monday."""
    return translate("Geofence", DAYS[weekday])


def measures(shape: Shape) -> tuple[str, ...]:
    """Return how large a shape is, in short lines, the most telling first."""
    if shape.kind is GeofenceKind.CIRCLE:
        return (
            translate("Geofence", "radius {length}").format(length=text.length(shape.radius_m)),
            text.area(shape.area_m2),
        )
    if shape.kind is GeofenceKind.CORRIDOR:
        return (
            translate("Geofence", "length {length}").format(length=text.length(shape.length_m)),
            translate("Geofence", "width {length}").format(length=text.length(2 * shape.radius_m)),
        )
    return (
        text.area(shape.area_m2),
        translate("Geofence", "around {length}").format(length=text.length(shape.length_m)),
    )


def hours(fence: Geofence) -> str:
    """Return "Mo-Fr 07:00-08:30, Sa 22:00-06:00", "always" where no hours are given."""
    if not fence.hours:
        return translate("Geofence", "always")
    parts = []
    for span in fence.hours:
        clock = f"{minutes(span.begin)}-{minutes(span.end)}"
        parts.append(clock if span.days == EVERY_DAY else f"{_days(sorted(span.days))} {clock}")
    return ", ".join(parts)


def minutes(value: int) -> str:
    """Return "07:30"; the end of the day is 24:00."""
    return "24:00" if value == DAY_MINUTES else f"{value // 60:02d}:{value % 60:02d}"


def _days(days: list[int]) -> str:
    """Return "Mo-Fr" for days in a row, "Mo Th" for others."""
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{day(days[0])}-{day(days[-1])}"
    return " ".join(day(one) for one in days)
